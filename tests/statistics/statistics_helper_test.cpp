#include "tests/support/statistics.hpp"

#include <cmath>
#include <random>

#include "tests/support/catch.hpp"

using namespace unhedged::testing;

TEST_CASE("The critical value is that of the declared false-alarm rate, shared among the checks") {
  CHECK(std::abs(StatisticalFamily(0.05, 1).critical_z() - 1.959963984540054) < 1e-9);
  CHECK(std::abs(StatisticalFamily(0.05, 5).critical_z() - 2.575829303548901) < 1e-9);
}

TEST_CASE("A planted bias is rejected on both sides, and the truth is accepted") {
  std::mt19937_64 engine(1);
  std::normal_distribution<double> normal;
  std::vector<double> sample(100'000);
  for (double& x : sample) x = normal(engine);
  const SampleMoments m = sample_moments(sample);
  StatisticalFamily family(1e-4, 5);
  CHECK(family.accepts(m.mean, m.mean_error, 0));
  CHECK_FALSE(family.accepts(m.mean + 0.02, m.mean_error, 0));
  CHECK_FALSE(family.accepts(m.mean - 0.02, m.mean_error, 0));
  CHECK_FALSE(family.accepts(m.sd * 1.02, m.sd_error, 1));
  CHECK_FALSE(family.accepts(m.sd * 0.98, m.sd_error, 1));
}

TEST_CASE("An estimate without an error, or that is no number, is rejected") {
  StatisticalFamily family(1e-4, 3);
  CHECK_FALSE(family.accepts(1, 0, 1));
  CHECK_FALSE(family.accepts(std::nan(""), 1, 1));
  CHECK_FALSE(family.accepts(1, std::nan(""), 1));
}

TEST_CASE("The false-alarm rate is what it says") {
  std::mt19937_64 engine(2);
  std::normal_distribution<double> normal;
  const int trials = 20'000;
  int alarms = 0;
  for (int i = 0; i < trials; ++i) alarms += StatisticalFamily(0.05, 1).accepts(normal(engine), 1, 0) ? 0 : 1;
  const double rate = alarms / static_cast<double>(trials), error = std::sqrt(.05 * .95 / trials);
  CHECK(std::abs(rate - 0.05) < 4 * error);
}
