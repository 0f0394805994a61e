#include "engine/math/correlation.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>

namespace unhedged::math {
namespace {

constexpr int kMostIterations = 10000;
constexpr double kConverged = 1e-12;
constexpr double kVanishingPivot = 1e-12;

Eigen::MatrixXd project_to_semidefinite(const Eigen::MatrixXd& matrix, double floor) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix);
  const Eigen::VectorXd raised = solver.eigenvalues().cwiseMax(floor);
  return solver.eigenvectors() * raised.asDiagonal() * solver.eigenvectors().transpose();
}

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::MatrixXd to_eigen(const SquareMatrix& matrix) {
  const auto size = static_cast<Eigen::Index>(matrix.size());
  return Eigen::Map<const RowMajor>(matrix.data(), size, size);
}

SquareMatrix from_eigen(const Eigen::MatrixXd& matrix) {
  SquareMatrix out(static_cast<std::size_t>(matrix.rows()));
  Eigen::Map<RowMajor>(out.data(), matrix.rows(), matrix.cols()) = matrix;
  return out;
}

}  // namespace

double smallest_eigenvalue(const SquareMatrix& symmetric) {
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(to_eigen(symmetric), Eigen::EigenvaluesOnly)
      .eigenvalues()
      .minCoeff();
}

double distance(const SquareMatrix& a, const SquareMatrix& b) { return (to_eigen(a) - to_eigen(b)).norm(); }

SquareMatrix nearest_correlation(const SquareMatrix& symmetric, double floor) {
  Eigen::MatrixXd unit_diagonal = to_eigen(symmetric);
  Eigen::MatrixXd correction = Eigen::MatrixXd::Zero(unit_diagonal.rows(), unit_diagonal.cols());
  for (int iteration = 0; iteration < kMostIterations; ++iteration) {
    const Eigen::MatrixXd shifted = unit_diagonal - correction;
    const Eigen::MatrixXd semidefinite = project_to_semidefinite(shifted, floor);
    correction = semidefinite - shifted;
    const Eigen::MatrixXd previous = unit_diagonal;
    unit_diagonal = semidefinite;
    unit_diagonal.diagonal().setOnes();
    if ((unit_diagonal - previous).norm() < kConverged * unit_diagonal.norm()) break;
  }
  return from_eigen(unit_diagonal.cwiseMin(1.0).cwiseMax(-1.0));
}

SquareMatrix spiked(const SquareMatrix& correlation, double s) {
  const Eigen::MatrixXd from = to_eigen(correlation);
  return from_eigen((1 - s) * from + s * Eigen::MatrixXd::Ones(from.rows(), from.cols()));
}

SquareMatrix cholesky_factor(const SquareMatrix& matrix) {
  const Eigen::MatrixXd correlation = to_eigen(matrix);
  const Eigen::Index size = correlation.rows();
  Eigen::MatrixXd factor = Eigen::MatrixXd::Zero(size, size);
  for (Eigen::Index column = 0; column < size; ++column) {
    const double pivot = correlation(column, column) - factor.row(column).head(column).squaredNorm();
    if (pivot < kVanishingPivot) continue;
    factor(column, column) = std::sqrt(pivot);
    for (Eigen::Index row = column + 1; row < size; ++row)
      factor(row, column) =
          (correlation(row, column) - factor.row(row).head(column).dot(factor.row(column).head(column))) /
          factor(column, column);
  }
  return from_eigen(factor);
}

}  // namespace unhedged::math
