#include "engine/math/least_squares.hpp"

#include <Eigen/Cholesky>
#include <cmath>

namespace unhedged::math {
namespace {

constexpr double kDifference = 1e-7, kMostDamping = 1e12;
constexpr int kIdleSteps = 4;  ///< so many steps that gain nothing end the search

double sum_of_squares(const std::vector<double>& r) {
  double sum = 0;
  for (const double x : r) sum += x * x;
  return std::isfinite(sum) ? sum : INFINITY;
}

Eigen::MatrixXd jacobian(const Residuals& residuals, const std::vector<double>& x,
                         const std::vector<double>& at_x) {
  Eigen::MatrixXd out(static_cast<Eigen::Index>(at_x.size()), static_cast<Eigen::Index>(x.size()));
  std::vector<double> moved = x, there(at_x.size());
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double step = kDifference * std::max(1e-3, std::abs(x[j]));
    moved[j] = x[j] + step;
    residuals(moved, there);
    for (std::size_t i = 0; i < at_x.size(); ++i)
      out(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
          (there[i] - at_x[i]) / (moved[j] - x[j]);
    moved[j] = x[j];
  }
  return out;
}

/// The step of a damped normal equation.
std::vector<double> stepped(const std::vector<double>& x, const Eigen::MatrixXd& square,
                            const Eigen::VectorXd& gradient, double damping) {
  Eigen::MatrixXd damped = square;
  for (Eigen::Index j = 0; j < square.rows(); ++j) damped(j, j) += damping * square(j, j) + 1e-30;
  const Eigen::VectorXd step = damped.ldlt().solve(gradient);
  std::vector<double> out = x;
  for (std::size_t j = 0; j < x.size(); ++j) out[j] -= step(static_cast<Eigen::Index>(j));
  return out;
}

}  // namespace

LeastSquares least_squares(const Residuals& residuals, std::vector<double> start, std::size_t count,
                           const Patience& patience) {
  LeastSquares best{std::move(start), 0};
  std::vector<double> at_best(count), there(count);
  residuals(best.x, at_best);
  best.sum_of_squares = sum_of_squares(at_best);
  double damping = 1e-3;
  int idle = 0;
  for (int step = 0; step < patience.steps && idle < kIdleSteps && best.sum_of_squares > 0; ++step) {
    const Eigen::MatrixXd slopes = jacobian(residuals, best.x, at_best);
    const Eigen::Map<const Eigen::VectorXd> r(at_best.data(), static_cast<Eigen::Index>(count));
    const Eigen::MatrixXd square = slopes.transpose() * slopes;
    const Eigen::VectorXd gradient = slopes.transpose() * r;
    double gained = 0;
    for (; damping < kMostDamping && gained <= 0; damping *= gained > 0 ? 0.1 : 8) {
      std::vector<double> x = stepped(best.x, square, gradient, damping);
      residuals(x, there);
      const double sum = sum_of_squares(there);
      if (!(sum < best.sum_of_squares)) continue;
      gained = best.sum_of_squares - sum;
      best = {std::move(x), sum};
      at_best = there;
    }
    if (damping >= kMostDamping) break;
    damping = std::max(damping, 1e-14);
    idle = gained < patience.gain * best.sum_of_squares ? idle + 1 : 0;
  }
  return best;
}

}  // namespace unhedged::math
