#pragma once
#include <Eigen/Core>

namespace unhedged::math {

/// The correlation matrix nearest to a symmetric matrix, in the Frobenius norm, with eigenvalues of at
/// least `smallest_eigenvalue`.
/// source   Higham, "Computing the nearest correlation matrix", IMA J. Numer. Anal. 22 (2002):
///          alternating projections with Dykstra's correction
/// accuracy the distance is within 1e-8 of the least; the diagonal is 1 exactly
Eigen::MatrixXd nearest_correlation(const Eigen::MatrixXd& symmetric,
                                    double smallest_eigenvalue = 1e-10);

double smallest_eigenvalue(const Eigen::MatrixXd& symmetric);

/// (1 - s) C + s 11': every pair moves the fraction s of its way to 1.
Eigen::MatrixXd spiked(const Eigen::MatrixXd& correlation, double s);

/// Lower triangular L with L L' = C. Works for semidefinite C (a correlation of exactly 1): columns
/// whose pivot vanishes are zero.
/// expects  C a correlation matrix with eigenvalues >= -1e-8
Eigen::MatrixXd cholesky_factor(const Eigen::MatrixXd& correlation);

}  // namespace unhedged::math
