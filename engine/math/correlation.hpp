#pragma once
#include "engine/math/square_matrix.hpp"

namespace unhedged::math {

/// The correlation matrix nearest to a symmetric matrix, in the Frobenius norm, with eigenvalues of at
/// least `smallest_eigenvalue`.
/// source   Higham, "Computing the nearest correlation matrix", IMA J. Numer. Anal. 22 (2002):
///          alternating projections with Dykstra's correction
/// accuracy the distance is within 1e-8 of the least; the diagonal is 1 exactly
SquareMatrix nearest_correlation(const SquareMatrix& symmetric, double smallest_eigenvalue = 1e-10);

double smallest_eigenvalue(const SquareMatrix& symmetric);

/// Frobenius norm of a - b.
/// expects  matrices of one size
double distance(const SquareMatrix& a, const SquareMatrix& b);

/// (1 - s) C + s 11': every pair moves the fraction s of its way to 1.
SquareMatrix spiked(const SquareMatrix& correlation, double s);

/// Lower triangular L with L L' = C. Works for semidefinite C (a correlation of exactly 1): columns
/// whose pivot vanishes are zero.
/// expects  C a correlation matrix with eigenvalues >= -1e-8
SquareMatrix cholesky_factor(const SquareMatrix& correlation);

}  // namespace unhedged::math
