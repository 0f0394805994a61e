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

}  // namespace

double smallest_eigenvalue(const Eigen::MatrixXd& symmetric) {
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(symmetric, Eigen::EigenvaluesOnly)
      .eigenvalues()
      .minCoeff();
}

Eigen::MatrixXd nearest_correlation(const Eigen::MatrixXd& symmetric, double floor) {
  Eigen::MatrixXd unit_diagonal = symmetric;
  Eigen::MatrixXd correction = Eigen::MatrixXd::Zero(symmetric.rows(), symmetric.cols());
  for (int iteration = 0; iteration < kMostIterations; ++iteration) {
    const Eigen::MatrixXd shifted = unit_diagonal - correction;
    const Eigen::MatrixXd semidefinite = project_to_semidefinite(shifted, floor);
    correction = semidefinite - shifted;
    const Eigen::MatrixXd previous = unit_diagonal;
    unit_diagonal = semidefinite;
    unit_diagonal.diagonal().setOnes();
    if ((unit_diagonal - previous).norm() < kConverged * unit_diagonal.norm()) break;
  }
  return unit_diagonal.cwiseMin(1.0).cwiseMax(-1.0);
}

Eigen::MatrixXd spiked(const Eigen::MatrixXd& correlation, double s) {
  return (1 - s) * correlation +
         s * Eigen::MatrixXd::Ones(correlation.rows(), correlation.cols());
}

Eigen::MatrixXd cholesky_factor(const Eigen::MatrixXd& correlation) {
  const Eigen::Index size = correlation.rows();
  Eigen::MatrixXd factor = Eigen::MatrixXd::Zero(size, size);
  for (Eigen::Index column = 0; column < size; ++column) {
    const double pivot =
        correlation(column, column) - factor.row(column).head(column).squaredNorm();
    if (pivot < kVanishingPivot) continue;
    factor(column, column) = std::sqrt(pivot);
    for (Eigen::Index row = column + 1; row < size; ++row)
      factor(row, column) = (correlation(row, column) -
                             factor.row(row).head(column).dot(factor.row(column).head(column))) /
                            factor(column, column);
  }
  return factor;
}

}  // namespace unhedged::math
