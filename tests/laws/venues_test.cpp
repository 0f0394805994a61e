#include <cmath>
#include <numeric>

#include "engine/hedging/routing.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"
#include "tests/support/statistics.hpp"

// Fragmented liquidity: routing, outages, latency, stale quotes.

using namespace unhedged::testing;
using namespace unhedged;

namespace {

OneAsset desk(const std::string& venues) {
  OneAsset config;
  config.market = "spot: 100, implied_vol: 40 %, half_spread: 0, daily_volume: 1e5" +
                  (venues.empty() ? "" : ", venues: {" + venues + "}");
  config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 60 d, quantity: -10}]";
  config.dynamics = "{model: gbm, volatility: 40 %}";
  config.hedgers = "{h: {model: black_scholes, volatility: 40 %}}";
  config.simulation = "horizon: 10 d, step: 6 h, paths: 2_000, seed: 81";
  return config;
}

double mean(std::span<const double> x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

}  // namespace

TEST_CASE(
    "An order is split so that the marginal cost is the same wherever it goes, and higher where it does "
    "not") {
  const std::vector<double> fee{0.0002, 0.0005, 0.01, 0.0}, share{0.5, 0.3, 0.2, 0.0};
  std::vector<double> part(4);
  for (const double exponent : {0.5, 0.6, 1.0})
    for (const double size : {1e-3, 0.1, 5.0}) {
      const double scale = 0.01;
      hedging::route(size, scale, exponent, fee, share, part);
      CHECK(std::abs(std::accumulate(part.begin(), part.end(), 0.0) - size) < 1e-12 * size);
      CHECK(part[3] == 0);  // without volume
      const auto marginal = [&](std::size_t v) {
        return fee[v] + (1 + exponent) * scale * std::pow(part[v] / share[v], exponent);
      };
      for (std::size_t v = 1; v < 3; ++v) {
        if (part[v] > 0) CHECK(std::abs(marginal(v) - marginal(0)) < 1e-9);
        else CHECK(fee[v] >= marginal(0));
      }
      // Exponent 1/2 in closed form: the sum of s (m - f)^2 is size (3/2 scale)^2 over the venues that take
      // part.
      if (exponent != 0.5) continue;
      double squares = 0;
      for (std::size_t v = 0; v < 3; ++v)
        squares += part[v] > 0 ? share[v] * std::pow(marginal(0) - fee[v], 2) : 0;
      CHECK(std::abs(squares / (size * std::pow(1.5 * scale, 2)) - 1) < 1e-9);
    }
  hedging::route(7, 0, 0.5, fee, share, part);
  CHECK(part[0] == 7);  // no impact: the cheapest that is there
}

TEST_CASE("Venues alike are one market: the same P&L, path by path") {
  const Run one = run_yaml(desk("").text());
  const Run three = run_yaml(desk("a: {share: 50 %}, b: {share: 30 %}, c: {share: 20 %}").text());
  double worst = 0;
  for (std::size_t p = 0; p < one.plan().paths; ++p)
    worst = std::max(worst, std::abs(one.pnl("h")[p] - three.pnl("h")[p]));
  CHECK(worst < 1e-9);
}

TEST_CASE("Outages happen and last as stated - while all venues are down nothing is filled", "[statistics]") {
  OneAsset config = desk("a: {share: 100 %, outage_rate: 100, outage_length: 12 h}");
  config.regime = ", liquidity: {A: {outages: 2}}";
  config.simulation = "horizon: 30 d, step: 6 h, paths: 4_000, seed: 82";
  const auto record = everything(run_yaml(config.text()));
  double idle = 0, back = 0, down = 0;
  for (std::size_t p = 0; p < record.path.size(); ++p) {
    const auto filled = [&](std::size_t t) { return record.at("fill", p, t, 0) != 0; };
    idle += filled(100) ? 0 : 1;
    down += filled(99) ? 0 : 1;
    back += !filled(99) && filled(100) ? 1 : 0;
  }
  // Two states: 200 outages a year of 12 hours. At rest down with r / (r + 730); back within a step of 6
  // hours.
  const double rate = 200, ends = 365 * 2, n = static_cast<double>(record.path.size()),
               share = rate / (rate + ends);
  const double returns = ends / (rate + ends) * -std::expm1(-(rate + ends) / (365 * 4));
  StatisticalFamily family(1e-4, 2);
  family.check("down", idle / n, std::sqrt(share * (1 - share) / n), share);
  family.check("back", back / down, std::sqrt(returns * (1 - returns) / down), returns);
}

TEST_CASE("An order with latency is filled later, at the price then, and is not sent twice") {
  OneAsset config = desk("a: {share: 100 %, latency: 12 h}");
  config.hedgers =
      "{h: {model: black_scholes, volatility: 40 %, rebalance: {every: 1 d}, costs: {impact: none}}}";
  const auto record = everything(run_yaml(config.text()));
  bool sound = true;
  for (std::size_t p = 0; p < 200; ++p) {
    double hedge = 0, cash = 0;
    for (std::size_t t = 0; t + 1 < record.steps; ++t) {
      const bool due = t >= 2 && t % 4 == 2;  // decided at every fourth step, filled two later
      const double fill = record.at("fill", p, t, 0);
      const double wanted = due ? -record.at("delta", p, t - 2, 0) - hedge : 0;
      sound = sound && std::abs(fill - wanted) < 1e-9;
      hedge += fill;
      cash -= fill * record.at("spot", p, t, 0);
      sound = sound && std::abs(record.at("hedge", p, t, 0) - hedge) < 1e-9 &&
              std::abs(record.at("cash", p, t, 0) - cash) < 1e-6;
    }
  }
  CHECK(sound);
}

TEST_CASE(
    "A stale venue shows the price it failed at and loses the orders sent to it - a halted one is avoided") {
  const auto run_with = [](const std::string& word) {
    OneAsset config =
        desk("a: {share: 100 %, outage_rate: 200, outage_length: 2 d, in_outage: " + word + "}");
    config.dynamics = "{model: gbm, volatility: 80 %}";
    return everything(run_yaml(config.text()));
  };
  const auto stale = run_with("stale"), halted = run_with("halted");
  int held = 0;
  bool sound = true;
  for (std::size_t p = 0; p < stale.path.size(); ++p)
    for (std::size_t t = 2; t + 1 < stale.steps; ++t) {
      const bool down = stale.at("fill", p, t, 0) == 0, was_down = stale.at("fill", p, t - 1, 0) == 0;
      sound = sound && down == (halted.at("fill", p, t, 0) == 0);  // the same outages
      if (!down || !was_down) continue;
      ++held;
      // The price does not move on the screen, so its delta changes by time alone; the true one's by the
      // market.
      sound = sound && std::abs(stale.at("delta", p, t, 0) - stale.at("delta", p, t - 1, 0)) < 0.06;
      sound = sound && stale.at("hedge", p, t, 0) == stale.at("hedge", p, t - 1, 0);
    }
  CHECK(sound);
  CHECK(held > 1000);
}

TEST_CASE("Fees of venues are paid and counted - the dearer venue is used only for large orders") {
  const auto fees = [](double quantity) {
    OneAsset config = desk("cheap: {share: 50 %, fee: 1 bp}, dear: {share: 50 %, fee: 50 bp}");
    config.positions =
        "[{instrument: call, asset: A, strike: 100, expiry: 60 d, quantity: " + std::to_string(quantity) +
        "}]";
    const Run run = run_yaml(config.text());
    return run.outcome.tally("fees", 0, 0).sum / run.outcome.tally("turnover", 0, 0).sum;
  };
  const double small = fees(-0.001), large = fees(-10000);
  CHECK(std::abs(small / 1e-4 - 1) < 1e-9);  // all at the cheap one
  CHECK(large > 10 * small);                 // a good part at the dear one
  const Run with = run_yaml(desk("a: {share: 100 %, fee: 20 bp}").text()),
            without = run_yaml(desk("a: {share: 100 %}").text());
  std::vector<double> gap;
  for (std::size_t p = 0; p < with.plan().paths; ++p) gap.push_back(without.pnl("h")[p] - with.pnl("h")[p]);
  CHECK(std::abs(mean(gap) / (with.outcome.tally("fees", 0, 0).sum / static_cast<double>(gap.size())) - 1) <
        1e-9);
}
