#include "engine/math/correlation.hpp"
#include "tests/support/approx.hpp"

using namespace unhedged::math;

TEST_CASE("Higham (2002), the nearest correlation matrix of a 3 x 3 example") {
  Eigen::MatrixXd a(3, 3);
  a << 1, 1, 0, 1, 1, 1, 0, 1, 1;
  const Eigen::MatrixXd nearest = nearest_correlation(a, 0);
  CHECK(nearest(0, 1) == Approx(0.7607).margin(5e-5));
  CHECK(nearest(0, 2) == Approx(0.1573).margin(5e-5));
  CHECK((nearest - a).norm() == Approx(0.5278).margin(5e-5));
  CHECK(smallest_eigenvalue(nearest) > -1e-8);
  CHECK(nearest.diagonal().isOnes(1e-15));
}

TEST_CASE("A correlation matrix is its own nearest one") {
  Eigen::MatrixXd a(2, 2);
  a << 1, 0.3, 0.3, 1;
  CHECK((nearest_correlation(a) - a).norm() < 1e-10);
}

TEST_CASE("The spike moves every pair the same fraction of its way to one") {
  Eigen::MatrixXd a(2, 2);
  a << 1, -0.2, -0.2, 1;
  CHECK(spiked(a, 0)(0, 1) == Approx(-0.2));
  CHECK(spiked(a, 0.5)(0, 1) == Approx(0.4));
  CHECK(spiked(a, 1)(0, 1) == 1.0);
}

TEST_CASE("The Cholesky factor gives the matrix back, also when it is singular") {
  for (const Eigen::Index n : {1, 3, 50}) {
    const Eigen::MatrixXd ones = Eigen::MatrixXd::Ones(n, n);
    const Eigen::MatrixXd l = cholesky_factor(ones);
    CHECK((l * l.transpose() - ones).norm() < 1e-12);
    Eigen::MatrixXd mixed = spiked(Eigen::MatrixXd::Identity(n, n), 0.6);
    const Eigen::MatrixXd m = cholesky_factor(mixed);
    CHECK((m * m.transpose() - mixed).norm() < 1e-12);
  }
}
