#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"
#include "tests/support/statistics.hpp"

// Laws of liquidity, halts, perpetuals, feedback and sessions: relations that hold path by path.

using namespace unhedged::testing;

namespace {

OneAsset base() {
  OneAsset config;
  config.market = "spot: 100, implied_vol: 40 %, half_spread: 10 bp, daily_volume: 1e6";
  config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 60 d, quantity: -1}]";
  config.hedgers = "{h: {model: black_scholes, volatility: 40 %, costs: none}, unhedged: {model: none}}";
  config.simulation = "horizon: 10 d, step: 6 h, paths: 2_000, seed: 41";
  return config;
}

}  // namespace

TEST_CASE(
    "V-83: a jump takes its share of the depth, the spread widens in proportion, and depth comes back by "
    "halves") {
  OneAsset config = base();
  config.dynamics = "{model: merton, volatility: 0.1 %, jump_rate: 20, jump_mean: -20 %, jump_vol: 0}";
  config.regime =
      ", liquidity: {A: {half_spread: 2 x, daily_volume: 0.5 x, withdrawn_by_jump: 60 %, resilience: 18 h}}";
  const auto record = everything(run_yaml(config.text()));
  const double kept_per_step = std::exp2(-6.0 / 18);
  int jumps = 0;
  double worst_recovery = 0, worst_product = 0;
  bool within_step =
      true;  // a jump comes at some time of its step: what it took is between all back and none
  for (std::size_t p = 0; p < record.path.size(); ++p) {
    double gone = 0;
    for (std::size_t t = 1; t < record.steps; ++t) {
      const double move = std::log(record.at("spot", p, t, 0) / record.at("spot", p, t - 1, 0));
      const int count = static_cast<int>(std::lround(-move / 0.2 - 0.04));
      jumps += count;
      const double volume = record.at("daily_volume", p, t, 0), now = 1 - volume / 5e5,
                   left = std::pow(0.4, count);
      if (count == 0) worst_recovery = std::max(worst_recovery, std::abs(now - gone * kept_per_step));
      within_step = within_step && now > (1 - (1 - gone) * left) * kept_per_step - 1e-12 &&
                    now < 1 - (1 - gone * kept_per_step) * left + 1e-12;
      gone = now;
      worst_product =
          std::max(worst_product, std::abs(volume * record.at("half_spread", p, t, 0) / (5e5 * 20e-4) - 1));
    }
  }
  CHECK(jumps > 500);
  CHECK(worst_recovery < 1e-12);
  CHECK(within_step);
  CHECK(worst_product < 1e-12);
}

TEST_CASE("Spread and volume follow the volatility with their elasticities") {
  OneAsset config = base();
  config.dynamics =
      "{model: heston, volatility: 80 %, long_run_volatility: 40 %, mean_reversion: 20, vol_of_variance: 1, "
      "correlation: -0.5}";
  config.regime = ", liquidity: {A: {spread_elasticity: 1.5, volume_elasticity: -0.5}}";
  const auto record = everything(run_yaml(config.text()));
  double worst = 0;
  for (std::size_t p = 0; p < 200; ++p)
    for (std::size_t t = 0; t < record.steps; ++t) {
      const double ratio = std::sqrt(record.at("variance", p, t, 0)) / 0.4;
      worst =
          std::max(worst, std::abs(record.at("half_spread", p, t, 0) / (10e-4 * std::pow(ratio, 1.5)) - 1));
      worst =
          std::max(worst, std::abs(record.at("daily_volume", p, t, 0) / (1e6 * std::pow(ratio, -0.5)) - 1));
    }
  CHECK(worst < 1e-9);
}

TEST_CASE("Spreads follow the excitation of jumps: wider while one calls for the next, back as it decays") {
  OneAsset config = base();
  config.dynamics =
      "{model: merton, volatility: 20 %, jump_rate: 20, jump_mean: -20 %, jump_vol: 0, excitation: "
      "{branching: 0.5, half_life: 5 d, start: quiet}}";
  config.regime = ", liquidity: {A: {spread_elasticity: 1}}";
  const auto record = everything(run_yaml(config.text()));
  const double usual = 0.04 + 20 / (1 - 0.5) * 0.04,
               quiet = 0.04 + 20 * 0.04;  // variance a year: mean, and at the base rate
  double at_rest = 0, decay = 0;
  int decays = 0, excited = 0;
  for (std::size_t p = 0; p < record.path.size(); ++p) {
    const auto excess = [&](std::size_t t) {
      return std::pow(record.at("half_spread", p, t, 0) / 10e-4, 2) * usual - quiet;
    };
    at_rest = std::max(at_rest, std::abs(excess(0)));
    for (std::size_t t = 1; t < record.steps; ++t) {
      const double move = std::log(record.at("spot", p, t, 0) / record.at("spot", p, t - 1, 0));
      excited += move < -0.12 && excess(t) > excess(t - 1) ? 1 : 0;
      if (move < -0.12 || excess(t - 1) < 1e-3)
        continue;  // a jump of 20 % shows; else what is left halves in five days
      decay = std::max(decay, std::abs(excess(t) / excess(t - 1) - std::exp2(-0.05)));
      ++decays;
    }
  }
  CHECK(at_rest < 1e-12);
  CHECK(excited > 100);
  CHECK(decays > 1000);
  CHECK(decay < 1e-6);
}

TEST_CASE("The noise of the depth has the stated deviation and comes back with the resilience",
          "[statistics]") {
  OneAsset config = base();
  config.regime = ", liquidity: {A: {noise: 30 %, resilience: 1 d}}";
  config.simulation = "horizon: 20 d, step: 6 h, paths: 20_000, seed: 43";
  const auto record = everything(run_yaml(config.text()));
  std::vector<double> late, product;
  for (std::size_t p = 0; p < record.path.size(); ++p) {
    const auto noise = [&](std::size_t t) { return std::log(record.at("daily_volume", p, t, 0) / 1e6); };
    late.push_back(noise(80));
    product.push_back(noise(76) * noise(80) / 0.09);
  }
  StatisticalFamily family(1e-4, 3);
  const SampleMoments m = sample_moments(late), lagged = sample_moments(product);
  family.check("mean", m.mean, m.mean_error, 0);
  family.check("deviation", m.sd, m.sd_error, 0.3);
  family.check("a day later", lagged.mean, lagged.mean_error, 0.5);
}

TEST_CASE("Quotes that lag follow the variance with their half-life: the hedger's deltas show it") {
  OneAsset config = base();
  config.dynamics =
      "{model: heston, volatility: 20 %, long_run_volatility: 80 %, mean_reversion: 60, vol_of_variance: 0, "
      "correlation: 0}";
  config.hedgers = "{h: {model: black_scholes, costs: none}}";
  config.regime = ", implied_vol: {A: {half_life: 1 d}}";
  const auto record = everything(run_yaml(config.text()));
  double worst = 0, level = 0.04, before = 0.04;
  for (std::size_t t = 1; t + 1 < record.steps; ++t) {
    const double variance = record.at("variance", 0, t, 0), tau = (60 - 0.25 * static_cast<double>(t)) / 365;
    const double kept = std::exp2(-0.25),
                 lag = (1 - kept) / (0.25 * std::log(2.0));  // of a straight line over the step
    level = variance + (level - before) * kept - (variance - before) * lag;
    before = variance;
    const double mean = 0.64 + (level - 0.64) * -std::expm1(-60 * tau) / (60 * tau),
                 sd = std::sqrt(mean * tau);
    const double d1 = std::log(record.at("spot", 0, t, 0) / 100) / sd + 0.5 * sd;
    worst = std::max(worst, std::abs(record.at("delta", 0, t, 0) + 0.5 * std::erfc(-d1 / std::sqrt(2.0))));
  }
  CHECK(worst < 1e-5);
}

TEST_CASE("Orders never exceed the participation cap - what is left waits and is filled later") {
  OneAsset config = base();
  config.market = "spot: 100, implied_vol: 40 %, half_spread: 0, daily_volume: 100";
  config.hedgers = "{h: {model: black_scholes, volatility: 40 %, costs: none, rebalance: {every: 5 d}}}";
  config.regime = ", liquidity: {A: {participation: 20 %}}";
  const auto record = everything(run_yaml(config.text()));
  const double most = 0.2 * 100 / 4;  // account currency in six hours
  bool capped = true;
  for (std::size_t p = 0; p < record.path.size(); ++p)
    for (std::size_t t = 0; t + 1 < record.steps; ++t)
      capped =
          capped && std::abs(record.at("fill", p, t, 0)) * record.at("spot", p, t, 0) < most * (1 + 1e-12);
  CHECK(capped);
  for (std::size_t p = 0; p < 100; ++p) {
    CHECK(std::abs(record.at("fill", p, 0, 0)) * 100 > most * (1 - 1e-12));  // the first order is cut
    CHECK(record.at("fill", p, 1, 0) > 0);                                   // and goes on at the next step
    CHECK(std::abs(record.at("hedge", p, 19, 0) - record.at("delta", p, 0, 0) * -1) < 1e-12);
  }
}

TEST_CASE("Funding has a sign: longs pay what shorts receive") {
  const auto pnl = [](const std::string& funding) {
    OneAsset config = base();
    config.market = "spot: 100, implied_vol: 40 %, perpetual: {funding: " + funding + "}";
    config.positions = "[{instrument: spot, asset: A, quantity: 3}]";
    config.hedgers = "{h: {model: black_scholes, volatility: 40 %, costs: none, hedge_with: perpetual}}";
    const Run run = run_yaml(config.text());
    return std::vector<double>(run.pnl("h").begin(), run.pnl("h").end());
  };
  const auto up = pnl("50 %"), none = pnl("0 %"), down = pnl("-50 %");
  double mean = 0;
  for (std::size_t p = 0; p < up.size(); ++p) {
    CHECK(std::abs(none[p]) < 1e-9);  // spot against a perpetual without basis or funding is flat
    CHECK(up[p] > 0);                 // short the perpetual: receives
    CHECK(std::abs(up[p] + down[p]) < 1e-9);
    mean += up[p] / static_cast<double>(up.size());
  }
  CHECK(std::abs(mean / (3 * 100 * 0.5 * 10 / 365) - 1) < 0.02);
}

TEST_CASE("The basis of a perpetual is what its hedger gains or loses", "[statistics]") {
  OneAsset config = base();
  config.market = "spot: 100, implied_vol: 40 %, perpetual: {funding: 0, basis: 2 %}";
  config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
  config.hedgers = "{h: {model: black_scholes, volatility: 40 %, costs: none, hedge_with: perpetual}}";
  config.dynamics = "{model: gbm, volatility: 0 %}";
  config.regime = ", perpetual: {A: {funding: 0, basis: -3 %, basis_vol: 1 %, basis_half_life: 1 d}}";
  config.simulation = "horizon: 20 d, step: 6 h, paths: 50_000, seed: 44";
  const Run run = run_yaml(config.text());
  const SampleMoments m = sample_moments(run.pnl("h"));
  StatisticalFamily family(1e-4, 2);
  // Sold at exp(-3 %) today, as the regime has it, and bought back at the same level with its noise.
  family.check("mean", m.mean, m.mean_error, 100 * std::exp(-0.03) * (1 - std::exp(0.5e-4)));
  family.check("deviation", m.sd, m.sd_error, 100 * std::exp(-0.03 + 0.5e-4) * std::sqrt(std::expm1(1e-4)));
}

TEST_CASE(
    "Self-inflicted loss is the difference of two runs on the same paths, and nothing without a crowd") {
  const auto run_with = [](const std::string& feedback) {
    OneAsset config = base();
    config.market = "spot: 100, implied_vol: 40 %, daily_volume: 1e4";
    config.scenario =
        "regimes: {world: {dynamics: {A: {model: heston, volatility: 40 %, long_run_volatility: 40 %, "
        "mean_reversion: 3, "
        "vol_of_variance: 1, correlation: -0.5}}}}" +
        feedback;
    return run_yaml(config.text());
  };
  const Run off = run_with(""), on = run_with(", feedback: {crowding: 200}"),
            alone = run_with(", feedback: {crowding: 0}");
  bool same = true, nothing = true, unhedged = true;
  double moved = 0;
  for (std::size_t p = 0; p < off.plan().paths; ++p) {
    const double loss = on.outcome.numbers("self_inflicted_loss", 0, 0)[p];
    same = same && loss == off.pnl("h")[p] - on.pnl("h")[p];
    nothing = nothing && alone.outcome.numbers("self_inflicted_loss", 0, 0)[p] == 0;
    unhedged = unhedged && on.outcome.numbers("self_inflicted_loss", 0, 1)[p] == 0 &&
               on.pnl("unhedged")[p] == off.pnl("unhedged")[p];
    moved += std::abs(loss);
  }
  CHECK(same);
  CHECK(nothing);
  CHECK(unhedged);
  CHECK(moved > 1);
}

TEST_CASE(
    "The volume counts what the crowd trades: the impact an order pays for is that of its share of both") {
  OneAsset config = base();
  config.market = "spot: 100, implied_vol: 40 %, daily_volume: 1e4";
  config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 60 d, quantity: -100}]";
  config.dynamics = "{model: gbm, volatility: 40 %}";
  config.hedgers = "{h: {model: black_scholes, volatility: 40 %}}";
  config.scenario =
      "regimes: {r: {dynamics: {A: {model: gbm, volatility: 40 %}}}}, feedback: {crowding: 4, permanent: 0}";
  const Run run = run_yaml(config.text());
  const auto record = everything(run);
  double worst = 0;
  for (std::size_t p = 0; p < 100; ++p) {
    double cash = 0;
    for (std::size_t t = 0; t + 1 < record.steps; ++t) {
      const double fill = record.at("fill", p, t, 0), spot = record.at("spot", p, t, 0),
                   share = std::abs(fill * spot) / 1e4;
      cash -=
          fill * spot + std::abs(fill * spot) * 0.4 / std::sqrt(365.0) * std::sqrt(share / (1 + 4 * share));
      worst = std::max(worst, std::abs(record.at("cash", p, t, 0) - cash));
    }
  }
  CHECK(worst < 1e-8);
  double loss = 0;
  for (const double x : run.outcome.numbers("self_inflicted_loss", 0, 0)) loss += x;
  CHECK(loss < 0);  // a crowd that moves no price only lends its volume
}

TEST_CASE(
    "A drawdown trigger fires at the first grid time past its threshold, from the high since the regime was "
    "entered") {
  OneAsset config = base();
  const std::string gbm = "{dynamics: {A: {model: gbm, volatility: 80 %}}}";
  config.scenario = "start: a, regimes: {a: " + gbm + ", b: " + gbm +
                    "}, transitions: [{from: a, to: b, when: {drawdown: {asset: A, above: 10 %}}}, "
                    "{from: b, to: a, after: 1 d}]";
  const auto record = everything(run_yaml(config.text()));
  bool sound = true;
  int fired = 0;
  for (std::size_t p = 0; p < record.path.size(); ++p) {
    double high = 100;
    int regime = 0, since = 0;
    for (std::size_t t = 1; t + 1 < record.steps; ++t) {
      const double spot = record.at("spot", p, t, 0);
      if (regime == 1 && static_cast<int>(t) - since >= 4) {
        regime = 0;
        high = spot;
        since = static_cast<int>(t);
      } else if (regime == 0) {
        high = std::max(high, spot);
        if (1 - spot / high > 0.1) {
          regime = 1;
          since = static_cast<int>(t);
          ++fired;
        }
      }
      sound = sound && record.regime[p * record.steps + t] == regime;
    }
  }
  CHECK(sound);
  CHECK(fired > 1000);
}

TEST_CASE(
    "Spread, volatility and flow triggers fire where their quantity passes the threshold, and flow only with "
    "feedback") {
  OneAsset config = base();
  const std::string jumps =
      "{dynamics: {A: {model: merton, volatility: 20 %, jump_rate: 30, jump_mean: -5 %, jump_vol: 2 %}}, "
      "liquidity: {A: {withdrawn_by_jump: 50 %, resilience: 1 d}}}";
  const auto record_of = [&](const std::string& when, const std::string& more, std::size_t hedger) {
    config.scenario = "start: a, regimes: {a: " + jumps + ", b: " + jumps +
                      "}, transitions: [{from: a, to: b, when: {" + when + "}}]" + more;
    return everything(run_yaml(config.text()), 0, hedger);
  };
  const auto spread = record_of("half_spread: {asset: A, above: 1.5 x}", "", 0);
  const auto volatility = record_of("realised_volatility: {asset: A, above: 60 %, half_life: 1 d}", "", 0);
  const auto flow_off =
      record_of("hedger_flow: {asset: first, above: 0.3 %}", ", feedback: {crowding: 100}", 1);
  const auto flow_on =
      record_of("hedger_flow: {asset: first, above: 0.3 %}", ", feedback: {crowding: 100}", 0);
  bool sound = true;
  int later = 0, flows = 0;
  for (std::size_t p = 0; p < spread.path.size(); ++p) {
    bool wide = false, wild = false;
    double variance = 0.16;
    for (std::size_t t = 1; t + 1 < spread.steps; ++t) {
      wide = wide || spread.at("half_spread", p, t, 0) > 15e-4;
      sound = sound && spread.regime[p * spread.steps + t] == (wide ? 1 : 0);
      const double decay = std::exp2(-0.25),
                   move = std::log(volatility.at("spot", p, t, 0) / volatility.at("spot", p, t - 1, 0));
      variance = variance * decay + (1 - decay) * move * move * 365 * 4;
      wild = wild || std::sqrt(variance) > 0.6;
      sound = sound && volatility.regime[p * spread.steps + t] == (wild ? 1 : 0);
      sound = sound && flow_off.regime[p * spread.steps + t] == 0;
      later += wide + wild;
      flows += flow_on.regime[p * spread.steps + t];
    }
  }
  CHECK(sound);
  CHECK(later > 1000);
  CHECK(flows > 1000);
}

TEST_CASE(
    "Sessions: the stated share of the variance comes while nobody trades, and a year keeps its variance",
    "[statistics]") {
  OneAsset config = base();
  config.calendar = "trading";
  config.sessions = "{overnight_variance: 40 %, weekend: 3}";
  config.simulation = "horizon: 10 d, step: 3.25 h, paths: 40_000, seed: 45";
  const auto record = everything(run_yaml(config.text()));
  REQUIRE(record.steps == 30);  // ten sessions of two steps and nine nights, and today
  StatisticalFamily family(1e-4, 4);
  const double day = 0.04 / 252, night = 5 * 0.4 * day / 7;
  const auto check = [&](const std::string& what, std::size_t from, std::size_t to, double variance) {
    std::vector<double> moves;
    for (std::size_t p = 0; p < record.path.size(); ++p)
      moves.push_back(std::log(record.at("spot", p, to, 0) / record.at("spot", p, from, 0)));
    const SampleMoments m = sample_moments(moves);
    family.check(what, m.sd, m.sd_error, std::sqrt(variance));
  };
  check("half a session", 0, 1, 0.3 * day);
  check("night", 2, 3, night);
  check("weekend", 14, 15, 3 * night);
  check("two weeks to the last close", 0, 29, 10 * 0.6 * day + 8 * night + 3 * night);
}

TEST_CASE(
    "Where prices fall below zero nothing breaks: deltas take their limits and the ledger stays finite") {
  OneAsset config = base();
  config.market = "spot: 20, implied_vol: 80 %, half_spread: 10 bp, daily_volume: 1e6";
  config.positions =
      "[{instrument: put, asset: A, strike: 15, expiry: 20 d, quantity: -10}, {instrument: call, asset: A, "
      "strike: 25, expiry: 60 d, quantity: -10}]";
  config.hedgers =
      "{implied: {model: black_scholes, volatility: implied}, fixed: {model: black_scholes, volatility: 80 "
      "%}}";
  config.dynamics = "{model: bachelier, volatility: 10 x}";
  config.simulation = "horizon: 30 d, step: 12 h, paths: 3_000, seed: 46";
  const Run run = run_yaml(config.text());
  const auto record = everything(run);
  int negative = 0;
  bool limits = true;
  for (std::size_t p = 0; p < record.path.size(); ++p)
    for (std::size_t t = 1; t + 1 < 40; ++t) {
      if (record.at("spot", p, t, 0) >= 0) continue;
      ++negative;
      limits =
          limits && std::abs(record.at("delta", p, t, 0) - 10) < 1e-6;  // ten puts sold, deep in the money
    }
  CHECK(negative > 1000);
  CHECK(limits);
  for (const double x : run.pnl("implied")) REQUIRE(std::isfinite(x));
}
