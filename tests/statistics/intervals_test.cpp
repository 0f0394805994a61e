#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>
#include <vector>

#include "engine/math/elementary.hpp"
#include "engine/risk/distributions.hpp"
#include "engine/risk/summary.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/statistics.hpp"

using namespace unhedged;
using namespace unhedged::risk;
using testing::StatisticalFamily;

namespace {

using Engine = std::mt19937_64;

/// Losses of the unhedged book and of a hedger on one path.
struct Losses {
  double unhedged, hedged;
};

/// A law of both with the exact ES of either at a level.
struct Law {
  const char* name;
  std::function<Losses(Engine&)> draw;
  std::function<Losses(double)> shortfall;
};

double normal(Engine& engine) { return std::normal_distribution<double>()(engine); }
double exponential(Engine& engine) { return std::exponential_distribution<double>()(engine); }

bool coin(Engine& engine, double p) { return std::uniform_real_distribution<double>()(engine) < p; }

/// ES of the standard normal.
double normal_shortfall(double level) {
  const double z = math::normal_quantile(level);
  return std::exp(-0.5 * z * z) / std::sqrt(2 * M_PI) / (1 - level);
}

/// ES of Student's t with three degrees of freedom: (3 + q^2) / 2 times the density over 1 - a.
double t3_shortfall(double level) {
  const double q = two_sided_t(2 * level - 1, 3);
  const double density = 6 * std::sqrt(3.0) / (M_PI * (3 + q * q) * (3 + q * q));
  return 0.5 * (3 + q * q) * density / (1 - level);
}

/// ES of exp(Z).
double lognormal_shortfall(double level) {
  return std::exp(0.5) * math::normal_cdf(1 - math::normal_quantile(level)) / (1 - level);
}

constexpr double kCrash = 0.05;

/// ES of what usually is `calm` (E - 1) and with probability kCrash `crash` times E', E exponential: a
/// hedge that gains or loses little until it fails.
double failing_shortfall(double level, double calm, double crash) {
  const auto survival = [=](double x) {
    return (1 - kCrash) * std::exp(-std::max(0.0, x / calm + 1)) + kCrash * std::exp(-x / crash);
  };
  double low = 0, high = 1000;
  for (int i = 0; i < 200; ++i) {
    const double middle = 0.5 * (low + high);
    (survival(middle) > 1 - level ? low : high) = middle;
  }
  const double from_calm = (1 - kCrash) * calm * std::exp(-(low / calm + 1));
  const double above = from_calm + kCrash * crash * std::exp(-low / crash);
  return low + above / (1 - level);
}

std::vector<Law> laws() {
  return {{"normal",
           [](Engine& e) {
             const double u = normal(e);
             return Losses{u, .2 * u + .3 * normal(e)};
           },
           [](double a) {
             return Losses{normal_shortfall(a), std::sqrt(.13) * normal_shortfall(a)};
           }},
          {"Student t3",
           [](Engine& e) {
             const double chi = std::sqrt(std::chi_squared_distribution<double>(3)(e) / 3);
             const double u = normal(e) / chi;
             return Losses{u, .4 * u + .3 * normal(e) / chi};
           },
           [](double a) {
             return Losses{t3_shortfall(a), .5 * t3_shortfall(a)};
           }},
          {"lognormal",
           [](Engine& e) {
             const double z = normal(e);
             return Losses{std::exp(z), .5 * std::exp(.8 * z + .6 * normal(e))};
           },
           [](double a) {
             return Losses{lognormal_shortfall(a), .5 * lognormal_shortfall(a)};
           }},
          {"failing hedge",
           [](Engine& e) {
             if (coin(e, kCrash)) {
               const double crash = exponential(e), other = exponential(e);
               return Losses{5 * crash, 3 * (coin(e, .5) ? crash : other)};
             }
             return Losses{exponential(e) - 1, .3 * (exponential(e) - 1)};
           },
           [](double a) {
             return Losses{failing_shortfall(a, 1, 5), failing_shortfall(a, .3, 3)};
           }}};
}

/// How often an interval holds the truth, and the mean of its width.
struct Coverage {
  int hits = 0, tries = 0;
  double width = 0;

  void add(const Estimate& e, double truth) {
    hits += e.lower <= truth && truth <= e.upper;
    width += e.upper - e.lower;
    ++tries;
  }
  double share() const { return static_cast<double>(hits) / tries; }
};

/// Whether a coverage of at least 93.5 % is compatible with what was seen.
bool covers(StatisticalFamily& family, const Coverage& seen) {
  constexpr double least = 0.935;
  return family.accepts(std::min(seen.share(), least), std::sqrt(least * (1 - least) / seen.tries), least);
}

/// What the intervals were before: value -/+ z standard errors.
Estimate symmetric(const Estimate& e) {
  const double half = two_sided_z(.95) * e.standard_error;
  return {e.value, e.value - half, e.value + half, e.standard_error};
}

struct Pnl {
  std::vector<double> unhedged, hedged;
};

Pnl draw(const Law& law, int n, Engine& engine) {
  Pnl pnl;
  for (int i = 0; i < n; ++i) {
    const Losses losses = law.draw(engine);
    pnl.unhedged.push_back(-losses.unhedged);
    pnl.hedged.push_back(-losses.hedged);
  }
  return pnl;
}

Settings at(double level) {
  Settings settings;
  settings.levels = {level};
  return settings;
}

}  // namespace

TEST_CASE("Intervals of ES cover the truth down to ten losses in the tail", "[statistics]") {
  constexpr int seeds = 500, samples_a_seed = 3;
  struct Size {
    int n;
    double level, longest;
  };  // longest: mean width over that of symmetric intervals
  const Size sizes[] = {{1000, .99, 2.6}, {2000, .99, 2.1}, {1000, .95, 1.6}};
  StatisticalFamily family(1e-4, 2 * 3 * 4);
  for (const Size& size : sizes)
    for (const Law& law : laws()) {
      const double truth = law.shortfall(size.level).unhedged;
      Coverage now, before;
      for (int seed = 0; seed < seeds; ++seed) {
        Engine engine(static_cast<std::uint64_t>(seed));
        for (int k = 0; k < samples_a_seed; ++k) {
          const Tail tail(draw(law, size.n, engine).unhedged, size.level, .95);
          const Estimate es = tail.expected_shortfall(size.level, .95);
          now.add(es, truth);
          before.add(symmetric(es), truth);
        }
      }
      INFO(law.name << ", " << size.n << " paths, level " << size.level << ": covers " << now.share()
                    << ", symmetric " << before.share() << ", width ratio " << now.width / before.width);
      CHECK(covers(family, now));
      CHECK(now.share() < .99);
      CHECK(now.width < size.longest * before.width);
      const bool symmetric_would_do = covers(family, before);
      CHECK((size.n * (1 - size.level) > 11 || !symmetric_would_do));  // the check can fail
    }
}

TEST_CASE("Intervals of comparisons cover the truth at ten losses in the tail", "[statistics]") {
  constexpr int seeds = 500, samples_a_seed = 2, n = 1000;
  const Settings settings = at(.99);
  StatisticalFamily family(1e-4, 2 * 4);
  for (const Law& law : laws()) {
    const Losses truth = law.shortfall(.99);
    Coverage effectiveness, difference, before;
    for (int seed = 0; seed < seeds; ++seed) {
      Engine engine(static_cast<std::uint64_t>(seed));
      for (int k = 0; k < samples_a_seed; ++k) {
        const Pnl pnl = draw(law, n, engine);
        const Digest hedged(pnl.hedged, settings), unhedged(pnl.unhedged, settings);
        const Comparison pair{hedged, unhedged, settings};
        const Estimate ratio = shortfall_effectiveness(pair, .99);
        effectiveness.add(ratio, 1 - truth.hedged / truth.unhedged);
        before.add(symmetric(ratio), 1 - truth.hedged / truth.unhedged);
        difference.add(shortfall_difference(pair, .99), truth.hedged - truth.unhedged);
      }
    }
    INFO(law.name << ": effectiveness " << effectiveness.share() << " (symmetric " << before.share()
                  << "), difference " << difference.share());
    CHECK(covers(family, effectiveness));
    CHECK(covers(family, difference));
  }
}

TEST_CASE("Intervals of mean, sd and effectiveness cover the truth", "[statistics]") {
  struct Case {
    const char* law;
    double mean, sd, effectiveness;
  };
  const double v = std::exp(1.0), crash = .95 + .05 * 50 - .0625;  // variance of the failing hedge
  const double hedged = .95 * .09 + .05 * 18 - .0225;
  const Case cases[] = {{"normal", 0, 1, 1 - .13},
                        {"lognormal", -std::sqrt(v), std::sqrt(v * (v - 1)), .75},
                        {"failing hedge", -.25, std::sqrt(crash), 1 - hedged / crash}};
  constexpr int repetitions = 1000, n = 1000;
  StatisticalFamily family(1e-4, 9);
  for (const Case& c : cases) {
    Law law;
    for (const Law& l : laws())
      if (std::string(l.name) == c.law) law = l;
    Coverage mean, sd, effectiveness;
    Engine engine(11);
    const Settings settings = at(.95);
    for (int r = 0; r < repetitions; ++r) {
      const Pnl pnl = draw(law, n, engine);
      const Digest h(pnl.hedged, settings), u(pnl.unhedged, settings);
      const MomentEstimates m = estimate_moments(pnl.unhedged, .95);
      mean.add(m.mean, c.mean);
      sd.add(m.sd, c.sd);
      effectiveness.add(variance_effectiveness({h, u, settings}), c.effectiveness);
    }
    INFO(law.name << ": mean " << mean.share() << ", sd " << sd.share() << ", effectiveness "
                  << effectiveness.share());
    CHECK(covers(family, mean));
    CHECK(covers(family, sd));
    CHECK(covers(family, effectiveness));
  }
}

TEST_CASE("Intervals of a ratio of means cover the truth", "[statistics]") {
  constexpr int repetitions = 1000, n = 1000;
  StatisticalFamily family(1e-4, 1);
  Coverage ratio;
  Engine engine(12);
  std::vector<double> first(n), second(n);
  for (int r = 0; r < repetitions; ++r) {
    for (std::size_t i = 0; i < n; ++i) {
      second[i] = std::exp(.5 * normal(engine));
      first[i] = second[i] * (1 + exponential(engine));
    }
    ratio.add(ratio_of_means(Sample(first), Sample(second), .95), 2);
  }
  INFO("covered " << ratio.share());
  CHECK(covers(family, ratio));
}

TEST_CASE("A ratio of means is that of the means, has no interval on few paths and is none over nothing") {
  Engine engine(13);
  std::vector<double> first, second, zero(50, 0.0);
  for (int i = 0; i < 50; ++i) {
    second.push_back(1e9 * std::exp(normal(engine)));
    first.push_back(2 * second.back() + 1e9 * exponential(engine));
  }
  const auto mean = [](const std::vector<double>& of) {
    return std::accumulate(of.begin(), of.end(), 0.0) / static_cast<double>(of.size());
  };
  const Estimate some = ratio_of_means(Sample(first), Sample(second), .95);
  CHECK(std::abs(some.value / (mean(first) / mean(second)) - 1) < 1e-13);
  CHECK((some.lower < some.value && some.value < some.upper));
  CHECK(ratio_of_means(Sample(first), Sample(zero), .95).known == Known::nothing);
  first.resize(9);
  second.resize(9);
  const Estimate few = ratio_of_means(Sample(first), Sample(second), .95);
  CHECK(few.known == Known::value);
  CHECK(std::isnan(few.standard_error));
}

TEST_CASE("No interval is given for fewer than ten losses in the tail") {
  std::vector<double> pnl(999);
  std::iota(pnl.begin(), pnl.end(), 0.0);
  for (const std::size_t n : {999u, 64u, 18u, 2u}) {
    const Settings settings = at(.99);
    const std::span<const double> part = std::span<const double>(pnl).first(n);
    const Digest sample(part, settings), twin(part, settings);
    CHECK(sample.tail.expected_shortfall(.99, .95).known == Known::value);
    CHECK(std::isnan(sample.tail.expected_shortfall(.99, .95).lower));
    CHECK(shortfall_difference({sample, twin, settings}, .99).known == Known::value);
  }
  CHECK(Tail(pnl, .98, .95).expected_shortfall(.98, .95).known == Known::interval);
  std::vector<double> hundred(pnl.begin(), pnl.begin() + 100);
  CHECK(Tail(hundred, .9, .95).expected_shortfall(.9, .95).known == Known::interval);  // 10
}

TEST_CASE("VaR has an interval where order statistics give one, and else none") {
  std::vector<double> pnl(400);
  std::iota(pnl.begin(), pnl.end(), 0.0);
  const auto known = [&](std::size_t n) {
    return Tail(std::span<const double>(pnl).first(n), .99, .95).value_at_risk(.99, .95).known;
  };
  CHECK(known(367) == Known::value);     // .99^367 = .0250 > 2.5 %: the largest is not high enough
  CHECK(known(368) == Known::interval);  // .99^368 = .0248
  CHECK(Tail(std::span<const double>(pnl).first(3), .5, .95).value_at_risk(.5, .95).known == Known::value);
}

TEST_CASE("Intervals of probabilities cover at every probability, at none and at all") {
  for (const std::uint64_t n : {12u, 60u})
    for (double p = .0005; p < 1; p += .0041) {
      double covered = 0, weight = std::pow(1 - p, static_cast<double>(n));
      for (std::uint64_t k = 0; k <= n; ++k) {
        const Estimate e = proportion(k, n, .95);
        if (e.lower <= p && p <= e.upper) covered += weight;
        weight *= static_cast<double>(n - k) / static_cast<double>(k + 1) * p / (1 - p);
      }
      INFO("n " << n << ", p " << p);
      CHECK(covered >= .95 - 1e-12);
    }
  CHECK(std::abs(proportion(0, 500, .95).upper - .00735061) < 1e-8);  // 1 - .025^(1/500)
  CHECK(proportion(0, 500, .95).lower == 0);
  CHECK(proportion(500, 500, .95).upper == 1);
}

TEST_CASE("Quantiles of Student's t and of Clopper and Pearson") {
  const struct {
    double confidence, degrees, t;
  } rows[] = {{.95, 1, 12.706204736174698}, {.95, 2.5, 3.5746548420119},  {.95, 10, 2.228138851964939},
              {.99, 20, 2.845339709786},    {.95, 9999, 1.9602012636214}, {.95, 10001, 1.9602012161646},
              {.90, 1e6, 1.6448551507}};
  for (const auto& row : rows) CHECK(std::abs(two_sided_t(row.confidence, row.degrees) / row.t - 1) < 1e-8);
  const ProbabilityBounds bounds = binomial_bounds(10, 100, .95);
  CHECK(std::abs(bounds.lower - .0490046892) < 1e-9);
  CHECK(std::abs(bounds.upper - .1762225977) < 1e-9);
}

TEST_CASE("Equal numbers have no spread") {
  const std::vector<double> equal(2000, 2.28671);
  const MomentEstimates m = estimate_moments(equal, .95);
  CHECK(m.mean.value == 2.28671);
  CHECK(m.mean.lower == m.mean.upper);
  CHECK(m.sd.value == 0);
  CHECK(m.skewness.known == Known::nothing);
}

TEST_CASE("Estimates neither overflow nor vanish with the size of the P&L") {
  Engine engine(3);
  Settings settings = at(.95);
  std::vector<double> hedged, unhedged;
  for (int i = 0; i < 2000; ++i) {
    unhedged.push_back(exponential(engine) - 3 * exponential(engine));
    hedged.push_back(.5 * unhedged.back() + normal(engine));
  }
  const auto summary = [&](double scale) {
    std::vector<double> h, u;
    for (const double x : hedged) h.push_back(x * scale);
    for (const double x : unhedged) u.push_back(x * scale);
    const Digest a(h, settings), b(u, settings);
    const Comparison pair{a, b, settings};
    std::vector<NamedEstimate> all = estimates(metrics(settings), pair),
                               paired = estimates(paired_metrics(settings), pair);
    all.insert(all.end(), paired.begin(), paired.end());
    return all;
  };
  const std::vector<NamedEstimate> plain = summary(1);
  for (const int exponent : {1000, 900, 500, -500, -900})
    for (std::size_t m = 0; m < plain.size(); ++m) {
      INFO(plain[m].what->name << " at 2^" << exponent);
      const double unit = plain[m].what->unit == kMoney ? std::ldexp(1.0, exponent) : 1;
      const Estimate e = summary(std::ldexp(1.0, exponent))[m].estimate,
                     expected = times(plain[m].estimate, unit);
      CHECK(is_sound(e));
      CHECK(e.value == expected.value);
      CHECK((e.known != Known::interval || (e.lower == expected.lower && e.upper == expected.upper)));
    }
}
