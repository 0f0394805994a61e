#include <cmath>

#include "engine/math/jet.hpp"
#include "tests/support/approx.hpp"
#include "tests/support/catch.hpp"

// Derivatives that are carried along, against differences of the values.

using unhedged::math::Jet;
namespace math = unhedged::math;

namespace {

/// A function of both variables in which every operation has a part.
Jet everything(double x, double s) {
  const Jet a = math::variable_x(x), b = math::variable_s(s);
  const Jet z = (a - math::logarithm(b)) / math::sqrt(b + Jet(2)) + Jet(0.3) * a * b;
  return math::exponential(-a) * math::normal_cdf(z) + math::normal_density(z * b) -
         math::inverse(a + Jet(4)) + math::weighted_cdf(Jet(0.5) * a * b, -z);
}

double difference(double (*of)(double), double at, double step) {
  return (of(at + step) - of(at - step)) / (2 * step);
}

}  // namespace

TEST_CASE("Derivatives carried along are those of the values") {
  const double x = 0.37, s = 0.8;
  const Jet f = everything(x, s);
  const auto in_x = [](double at) { return everything(at, 0.8).value; };
  const auto slope_in_x = [](double at) { return everything(at, 0.8).dx; };
  const auto in_s = [](double at) { return everything(0.37, at).value; };
  CHECK_THAT(f.dx, Catch::Matchers::WithinAbs(difference(in_x, x, 1e-5), 1e-9));
  CHECK_THAT(f.dxx, Catch::Matchers::WithinAbs(difference(slope_in_x, x, 1e-5), 1e-9));
  CHECK_THAT(f.ds, Catch::Matchers::WithinAbs(difference(in_s, s, 1e-5), 1e-9));
}

TEST_CASE("A distribution function times a large weight neither overflows nor vanishes") {
  // e^800 Phi(-40) = e^(800 - 800) phi(0) Mills(40), by the asymptotic series of Mills' ratio
  const double z = 40, mills = (1 - 1 / (z * z) + 3 / (z * z * z * z) - 15 / std::pow(z, 6)) / z;
  const Jet f = math::weighted_cdf(Jet(800.0), Jet(-40.0));
  CHECK_THAT(f.value, Catch::Matchers::WithinRel(mills / std::sqrt(2 * M_PI), 1e-9));
  // where the two ways meet
  const Jet above = math::weighted_cdf(Jet(3.0), Jet(-10.0 + 1e-12)),
            below = math::weighted_cdf(Jet(3.0), Jet(-10.0));
  CHECK_THAT(above.value, Catch::Matchers::WithinRel(below.value, 1e-9));
}
