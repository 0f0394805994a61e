#include "tests/support/statistics.hpp"

#include <cmath>
#include <exception>
#include <stdexcept>

#include "engine/risk/moments.hpp"
#include "tests/support/catch.hpp"

namespace unhedged::testing {
namespace {

/// z with P(|Z| > z) = p, by bisection on erfc: nothing of the code under test is used.
double two_sided(double p) {
  double low = 0, high = 40;
  for (int i = 0; i < 200; ++i) {
    const double middle = 0.5 * (low + high);
    (std::erfc(middle / std::sqrt(2.0)) > p ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace

StatisticalFamily::StatisticalFamily(double false_alarm, int checks)
    : critical_z_(two_sided(false_alarm / checks)), left_(checks) {}

StatisticalFamily::~StatisticalFamily() noexcept(false) {
  if (left_ < 0 && std::uncaught_exceptions() == 0)
    throw std::logic_error("a statistical family made more checks than it declared");
}

bool StatisticalFamily::accepts(double estimate, double standard_error, double exact, double bias) {
  --left_;
  if (!(standard_error > 0) || !std::isfinite(standard_error) || !std::isfinite(estimate)) return false;
  return std::abs(estimate - exact) <= critical_z_ * standard_error + bias;
}

void StatisticalFamily::check(const std::string& what, double estimate, double standard_error, double exact,
                              double bias) {
  INFO(what << ": estimate " << estimate << ", exact " << exact << ", standard error " << standard_error
            << ", z " << (estimate - exact) / standard_error << ", critical " << critical_z_
            << ", bias allowed " << bias);
  CHECK(accepts(estimate, standard_error, exact, bias));
}

SampleMoments sample_moments(std::span<const double> sample) {
  const auto m = risk::estimate_moments(sample, 0.95);
  return {m.mean.value, m.mean.standard_error, m.sd.value, m.sd.standard_error};
}

}  // namespace unhedged::testing
