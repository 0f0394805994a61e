#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "engine/math/correlation.hpp"
#include "tests/support/approx.hpp"

using namespace unhedged::math;

namespace {

SquareMatrix matrix_of(std::size_t size, std::initializer_list<double> rows) {
  SquareMatrix out(size);
  std::ranges::copy(rows, out.data());
  return out;
}

SquareMatrix times_its_transpose(const SquareMatrix& l) {
  SquareMatrix out(l.size());
  for (std::size_t i = 0; i < l.size(); ++i)
    for (std::size_t j = 0; j < l.size(); ++j)
      for (std::size_t k = 0; k < l.size(); ++k) out(i, j) += l(i, k) * l(j, k);
  return out;
}

}  // namespace

TEST_CASE("Higham (2002), the nearest correlation matrix of a 3 x 3 example") {
  const SquareMatrix a = matrix_of(3, {1, 1, 0, 1, 1, 1, 0, 1, 1});
  const SquareMatrix nearest = nearest_correlation(a, 0);
  CHECK(nearest(0, 1) == Approx(0.7607).margin(5e-5));
  CHECK(nearest(0, 2) == Approx(0.1573).margin(5e-5));
  CHECK(distance(nearest, a) == Approx(0.5278).margin(5e-5));
  CHECK(smallest_eigenvalue(nearest) > -1e-8);
  for (std::size_t i = 0; i < 3; ++i) CHECK(nearest(i, i) == 1);
}

TEST_CASE("A matrix stands row by row, and is another when one entry is") {
  SquareMatrix a = matrix_of(2, {1, 2, 3, 4});
  CHECK(a(0, 1) == 2);
  CHECK(a(1, 0) == 3);
  const SquareMatrix before = a;
  a.set_both(0, 1, 5);
  CHECK(a == matrix_of(2, {1, 5, 5, 4}));
  CHECK_FALSE(a == before);
  CHECK(distance(a, before) == Approx(std::sqrt(9.0 + 4.0)));
  CHECK(SquareMatrix::identity(2) == matrix_of(2, {1, 0, 0, 1}));
}

TEST_CASE("A correlation matrix is its own nearest one") {
  const SquareMatrix a = matrix_of(2, {1, 0.3, 0.3, 1});
  CHECK(distance(nearest_correlation(a), a) < 1e-10);
}

TEST_CASE("The spike moves every pair the same fraction of its way to one") {
  const SquareMatrix a = matrix_of(2, {1, -0.2, -0.2, 1});
  CHECK(spiked(a, 0)(0, 1) == Approx(-0.2));
  CHECK(spiked(a, 0.5)(0, 1) == Approx(0.4));
  CHECK(spiked(a, 1)(0, 1) == 1.0);
}

TEST_CASE("The Cholesky factor gives the matrix back, also when it is singular") {
  for (const std::size_t n : {1, 3, 50}) {
    const SquareMatrix ones = spiked(SquareMatrix::identity(n), 1);
    CHECK(distance(times_its_transpose(cholesky_factor(ones)), ones) < 1e-12);
    const SquareMatrix mixed = spiked(SquareMatrix::identity(n), 0.6);
    CHECK(distance(times_its_transpose(cholesky_factor(mixed)), mixed) < 1e-12);
  }
}
