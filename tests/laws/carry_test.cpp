#include <cmath>

#include "engine/world/block_world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"
#include "tests/support/statistics.hpp"

// One rule for what a path brings from regime to regime (docs/methods/regimes.md): every part of the world is
// taken from a to b and back. `a` lasts two days, `b` one, at steps of six hours.

using namespace unhedged;
using namespace unhedged::testing;

namespace {

constexpr std::size_t kLeft = 8, kBack = 12, kLast = kLeft - 1;  // grid times: b entered, a entered again

/// What can be seen of 256 paths at a grid time.
struct Seen {
  Lanes spot, variance, jump_variance, quote_level, perpetual, depth;
};

std::vector<Seen> walk(const std::string& a, const std::string& b, std::uint64_t seed = 91) {
  OneAsset config;
  config.market =
      "spot: 1, implied_vol: 20 %, half_spread: 10 bp, daily_volume: 1, perpetual: {funding: 0, basis: 5 %, "
      "basis_half_life: 1 d}";
  config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
  config.scenario = "start: a, regimes: {a: {" + a + "}, b: {" + b +
                    "}}, transitions: [{from: a, to: b, at: 2 d}, {from: b, to: a, after: 1 d}]";
  config.simulation = "horizon: 4 d, step: 6 h, paths: 256";
  const auto configuration = config::load_text(config.text(), "test.yaml", {});
  const world::ScenarioEngine engine(configuration.plan.scenarios[0]);
  PathIds paths{};
  for (std::size_t lane = 0; lane < kLanes; ++lane) paths.value[lane] = lane;
  world::NoiseCache noise(seed);
  noise.reset(paths);
  world::BlockWorld world(engine);
  world.start(noise);
  std::vector<Seen> out;
  for (std::uint32_t t = 0; t <= kBack + 1; ++t) {
    world.observe(t, noise);
    const market::Tape &spot = world.tape(0), &perpetual = world.tape(1);
    Seen& seen = out.emplace_back(Seen{*spot.price, *spot.variance, *spot.jump_variance,
                                       *world.quotes(0).quote_level, *perpetual.price, *spot.inverse_volume});
    for (std::size_t lane = 0; lane < kLanes; ++lane) seen.depth[lane] = 1 / seen.depth[lane];
    world.step(t, noise);
  }
  return out;
}

const std::string kStill = "dynamics: {A: {model: gbm, volatility: 0}}";

/// Excesses of an intensity, half-life 12 h: from the last time a is seen, through its last step where that
/// brought no event (the price only grew by what pays for them, `paid` a unit), to the return. Largest error
/// and number of paths.
std::pair<double, int> worst_decay(const std::vector<Seen>& seen, double base, double per_event,
                                   double paid) {
  const double dt = 0.25 / 365, decay = 2 * 365 * std::log(2.0);
  double worst = 0;
  int paths = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const auto excess = [&](std::size_t t) { return seen[t].jump_variance[lane] / per_event - base; };
    const double quiet = paid * (base * dt + excess(kLast) * -std::expm1(-decay * dt) / decay);
    const double moved = std::log(seen[kLeft].spot[lane] / seen[kLast].spot[lane]);
    if (std::abs(moved - quiet) > 1e-9 || excess(kLast) < 1) continue;
    worst = std::max(worst, std::abs(excess(kBack) / excess(kLast) - std::exp2(-0.5 * (kBack - kLast))));
    ++paths;
  }
  return {worst, paths};
}

double largest(const Lanes& lanes, double target) {
  double worst = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) worst = std::max(worst, std::abs(lanes[lane] - target));
  return worst;
}

}  // namespace

TEST_CASE("There and back: the excitation of jumps decays while a regime has none, and is reset on demand") {
  const auto a = [](const std::string& entry) {
    return "dynamics: {A: {model: merton, volatility: 0, jump_rate: 20, jump_mean: -20 %, jump_vol: 0, "
           "excitation: {branching: 0.5, half_life: 12 h" +
           entry + "}}}";
  };
  const auto [worst, paths] = worst_decay(walk(a(""), kStill), 20, 0.04, -std::expm1(-0.2));
  CHECK(paths > 40);
  CHECK(worst < 1e-9);
  const auto reset = walk(a(", start: quiet, on_entry: reset"), kStill);
  CHECK(largest(reset[kBack].jump_variance, 20 * 0.04) < 1e-12);
  CHECK(largest(reset[kLast].jump_variance, 20 * 0.04) > 0.1);
  CHECK(largest(reset[kLeft].jump_variance, 0) == 0);
}

TEST_CASE("There and back: the excitation of common jumps decays while a regime has none or calm ones") {
  const auto a = [](const std::string& excitation) {
    return kStill + ", common_jumps: {c: {jump_rate: 20, jump_mean: -20 %, jump_vol: 0, loadings: {A: 1}" +
           excitation + "}}";
  };
  const std::string excited = ", excitation: {branching: 0.5, half_life: 12 h";
  for (const std::string& b : {kStill, a("")}) {
    const auto [worst, paths] = worst_decay(walk(a(excited + "}"), b), 20, 0.04, -std::expm1(-0.2));
    CHECK(paths > 40);
    CHECK(worst < 1e-9);
  }
  CHECK(largest(walk(a(excited + "}"), a(""))[kLeft].jump_variance, 20 * 0.04) < 1e-12);
  CHECK(largest(walk(a(excited + ", start: quiet, on_entry: reset}"), kStill)[kBack].jump_variance,
                20 * 0.04) < 1e-12);
}

TEST_CASE("There and back: the intensity of orders decays while nobody trades, and is reset on demand") {
  const auto a = [](const std::string& entry) {
    return kStill + ", order_flow: {A: {rate: 100, same: 0.4, opposite: 0.1, half_life: 12 h, impact: 20 %" +
           entry + "}}";
  };
  const double per_order = 0.04 / 0.49;
  const auto [worst, paths] = worst_decay(walk(a(""), kStill), 100, per_order, 1 - std::cosh(0.2));
  CHECK(paths > 40);
  CHECK(worst < 1e-9);
  CHECK(largest(walk(a(", start: quiet, on_entry: reset"), kStill)[kBack].jump_variance, 100 * per_order) <
        1e-9);
}

TEST_CASE("There and back: orders go on in the direction of those before", "[statistics]") {
  const auto together = [](const std::string& entry) {
    std::vector<double> product;
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      const auto seen = walk(
          kStill + ", order_flow: {A: {rate: 2000, same: 0.8, half_life: 2 d, impact: 1 bp" + entry + "}}",
          kStill, seed);
      for (std::size_t lane = 0; lane < kLanes; ++lane)
        product.push_back(std::log(seen[kLeft].spot[lane]) *
                          std::log(seen[kBack + 1].spot[lane] / seen[kBack].spot[lane]));
    }
    return sample_moments(product);
  };
  const SampleMoments carried = together(""), reset = together(", on_entry: reset");
  CHECK(carried.mean > 6 * carried.mean_error);
  CHECK(std::abs(reset.mean) < 4 * reset.mean_error);
}

TEST_CASE("There and back: the mood goes its way while nobody looks, and is reset on demand",
          "[statistics]") {
  const auto a = [](const std::string& entry) {
    return "dynamics: {A: {model: gbm, volatility: 20 %}}, sentiment: {A: {half_life: 1 d, initial: 3, "
           "volatility: 30 %" +
           entry + "}}";
  };
  const std::string b = "dynamics: {A: {model: gbm, volatility: 50 %}}";
  std::vector<double> moods, product;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const auto seen = walk(a(""), b, seed);
    if (seed == 0) CHECK(largest(seen[kLeft].variance, 0.25) < 1e-15);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const auto mood = [&](std::size_t t) { return -std::log(seen[t].variance[lane] / 0.04) / 0.6; };
      moods.push_back(mood(kBack));
      product.push_back((mood(kBack) - 3 * std::exp2(-3)) * (mood(kLast) - 3 * std::exp2(-1.75)));
    }
  }
  StatisticalFamily family(1e-4, 3);
  const SampleMoments m = sample_moments(moods), c = sample_moments(product);
  family.check("mean", m.mean, m.mean_error, 3 * std::exp2(-3));
  family.check("sd", m.sd, m.sd_error, std::sqrt(1 - std::exp2(-6)));
  family.check("covariance", c.mean, c.mean_error, std::exp2(-1.25) * (1 - std::exp2(-3.5)));
  CHECK(largest(walk(a(", on_entry: reset"), b)[kBack].variance, 0.04 * std::exp(-0.6 * 3)) < 1e-12);
}

TEST_CASE(
    "There and back: the run-up of a bubble counts from where it was first entered, or anew on demand") {
  const auto a = [](const std::string& entry) {
    return "dynamics: {A: {model: gbm, volatility: 100 %}}, bubble: {A: {hazard: 2, growth: 5, crash_mean: "
           "-1 %" +
           entry + "}}";
  };
  const std::string b = "dynamics: {A: {model: gbm, volatility: 200 %}}";
  const auto seen = walk(a(""), b), reset = walk(a(", on_entry: reset"), b);
  double worst = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    worst = std::max(
        worst, std::abs(seen[kBack].jump_variance[lane] / (2e-4 * std::pow(seen[kBack].spot[lane], 5)) - 1));
  CHECK(worst < 1e-9);
  CHECK(largest(reset[kBack].jump_variance, 2e-4) < 1e-15);
  CHECK(largest(seen[kBack].jump_variance, 2e-4) > 1e-4);
}

TEST_CASE("There and back: depth comes back and its noise dies out on the way, or both are reset on demand") {
  const auto a = [](const std::string& depth) {
    return kStill + ", liquidity: {A: {resilience: 12 h, " + depth + "}}";
  };
  const auto noise = walk(a("noise: 40 %"), kStill);
  double worst = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    worst = std::max(
        worst, std::abs(std::log(noise[kBack].depth[lane]) - 0.25 * std::log(noise[kLeft].depth[lane])));
  CHECK(worst < 1e-12);
  CHECK(largest(noise[kLeft].depth, 1) > 0.5);
  CHECK(largest(walk(a("noise: 40 %, on_entry: reset"), kStill)[kBack].depth, 1) < 1e-15);
  const std::string orders =
      ", order_flow: {A: {rate: 4000, same: 0, half_life: 1 h, impact: 0, drain: 10 %}}";
  const auto drained = walk(a("") + orders, kStill);
  worst = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    worst =
        std::max(worst, std::abs((1 - drained[kBack].depth[lane]) - 0.25 * (1 - drained[kLeft].depth[lane])));
  CHECK(worst < 1e-12);
  CHECK(largest(walk(a("on_entry: reset") + orders, kStill)[kBack].depth, 1) < 1e-15);
}

TEST_CASE("There and back: the basis moves between the levels of the regimes, or is reset on demand") {
  const std::string b = kStill + ", perpetual: {A: {funding: 0, basis: -5 %, basis_half_life: 1 d}}";
  const auto basis = [](const std::vector<Seen>& seen) {
    return std::log(seen[kBack].perpetual[0] / seen[kBack].spot[0]);
  };
  CHECK(std::abs(basis(walk(kStill, b))) < 1e-12);  // half of the way from 5 % to -5 %
  const std::string a =
      kStill + ", perpetual: {A: {funding: 0, basis: 5 %, basis_half_life: 1 d, on_entry: reset}}";
  CHECK(std::abs(basis(walk(a, b)) - 0.05) < 1e-12);
}

TEST_CASE("There and back: variance and quotes go on from where they were, or are reset on demand") {
  const std::string heston =
      "long_run_volatility: 80 %, mean_reversion: 100, vol_of_variance: 0, correlation: 0}}";
  const auto a = [&](const std::string& quotes) {
    return "dynamics: {A: {model: heston, volatility: 20 %, " + heston +
           ", implied_vol: {A: {half_life: 1 d" + quotes + "}}";
  };
  const double k = 100, r = 365 * std::log(2.0), day = 1.0 / 365;
  for (const std::string& lag : {std::string(), std::string(", implied_vol: {A: {half_life: 1 d}}")}) {
    const std::string b = "dynamics: {A: {model: heston, " + heston + lag;
    const auto seen = walk(a(""), b);
    const double left = 0.64 - 0.6 * std::exp(-2 * k * day), arrived = 0.64 - 0.6 * std::exp(-3 * k * day);
    CHECK(std::abs(seen[kLeft].variance[0] - left) < 1e-12);
    CHECK(std::abs(seen[kBack].variance[0] - 0.04) < 1e-15);
    // dq/dt = r (v - q) with v on its way to 0.64; at once where b says nothing.
    const auto lagged = [&](double q, double v, double t) {
      return 0.64 + (v - 0.64) * r / (r - k) * std::exp(-k * t) +
             (q - 0.64 - (v - 0.64) * r / (r - k)) * std::exp(-r * t);
    };
    CHECK(std::abs(seen[kBack].quote_level[0] -
                   (lag.empty() ? arrived : lagged(lagged(0.04, 0.04, 2 * day), left, day))) <
          (lag.empty() ? 1e-12 : 3e-4));
    CHECK(std::abs(walk(a(", on_entry: reset"), b)[kBack].quote_level[0] - 0.04) < 1e-15);
  }
  const std::string carried =
      "dynamics: {A: {model: heston, volatility: 20 %, " + heston + ", variance: carry";
  const auto seen = walk(carried, "dynamics: {A: {model: gbm, volatility: 50 %}}");
  CHECK(largest(seen[kLeft].variance, 0.25) < 1e-15);
  CHECK(largest(seen[kBack].variance, 0.25) <
        1e-15);  // a constant variance takes the place of what was carried
}
