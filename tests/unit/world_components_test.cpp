#include <cmath>

#include "engine/world/components.hpp"
#include "engine/world/tradable_sources.hpp"
#include "tests/support/approx.hpp"
#include "tests/support/world_block.hpp"

// Each part of the world by itself: what it does in one step, from the numbers it draws.

using namespace unhedged;
using namespace unhedged::testing;
using random::Purpose;
using world::Factor;

namespace {

constexpr double kDt = 0.01;

template <class Change>
world::Regime regime_with(Change change) {
  world::Regime regime = plain_regime("r");
  change(regime.assets[0]);
  return regime;
}

const market::TradableKind kPerpetual = world::tradable_kind("perpetual");

std::unique_ptr<world::Component> perpetual_of(const world::Scenario& scenario) {
  return world::tradable_rows()[kPerpetual]->make(scenario, 0, kPerpetual);
}

}  // namespace

TEST_CASE("Perpetual: the basis reverts exactly, and price and funding are shown") {
  const world::Perpetual law{0.3, 0.02, 0.01, 50, false}, other{-0.2, -0.05, 0.03, 400, false};
  WorldBlock b(scenario_of({regime_with([&](auto& a) { a.perpetual = law; }),
                            regime_with([&](auto& a) { a.perpetual = other; })}));
  const auto part = perpetual_of(b.scenario);
  part->start(b.state, b.noise);
  b.enter(7, 1, *part);  // carries its basis over
  b.asset().state.log_spot.fill(0.1);
  const Lanes z = b.noise.normals(Purpose::basis, Factor::asset(0), 3);
  part->move({3, kDt}, b.state, b.noise);
  b.show(*part);
  for (const std::size_t lane : {0, 7, 255}) {
    const world::Perpetual& p = lane == 7 ? other : law;
    const double kept = std::exp(-p.basis_decay * kDt);
    const double basis =
        p.basis + (0.02 - p.basis) * kept + p.basis_deviation * std::sqrt(1 - kept * kept) * z[lane];
    CHECK(b.asset().contracts[kPerpetual].price[lane] == Approx(100 * std::exp(0.1 + basis)).epsilon(1e-14));
    CHECK(b.asset().contracts[kPerpetual].funding[lane] == p.funding);
  }
}

TEST_CASE("Perpetual: a regime that resets puts the basis at its level") {
  WorldBlock b(scenario_of({regime_with([](auto& a) {
                              a.perpetual = {0, 0.02, 0, 50, false};
                            }),
                            regime_with([](auto& a) {
                              a.perpetual = {0, -0.05, 0, 50, true};
                            })}));
  const auto part = perpetual_of(b.scenario);
  part->start(b.state, b.noise);
  b.enter(7, 1, *part);
  b.show(*part);
  CHECK(b.asset().contracts[kPerpetual].price[7] == Approx(100 * std::exp(-0.05)).epsilon(1e-14));
  CHECK(b.asset().contracts[kPerpetual].price[8] == Approx(100 * std::exp(0.02)).epsilon(1e-14));
}

TEST_CASE("Quotes follow a variance that moves in a straight line, exactly; without a lag they are it") {
  WorldBlock b(scenario_of({regime_with([](auto& a) { a.quote_decay = 70; }), plain_regime("at once")}));
  const auto part = world::make_quote_lag(b.scenario, 0);
  part->start(b.state, b.noise);
  b.enter(7, 1, *part);
  part->open(b.state);
  b.asset().state.variance.fill(0.5);
  part->move({1, kDt}, b.state, b.noise);
  // dq/dt = k (v - q), v from 0.16 to 0.5, q from 0.16, in 200 000 small steps
  double q = 0.16;
  const int small = 200'000;
  for (int i = 0; i < small; ++i) q += 70 * kDt / small * (0.16 + 0.34 * (i + 0.5) / small - q);
  CHECK(b.asset().quote_level[0] == Approx(q).epsilon(1e-6));
  CHECK(b.asset().quote_level[255] == b.asset().quote_level[0]);
  CHECK(b.asset().quote_level[7] == 0.5);
}

TEST_CASE("Venues fail and come back with the chances of the two-state chain, by regime") {
  world::Scenario scenario =
      scenario_of({plain_regime("a"), regime_with([](auto& a) { a.liquidity.outages = 10; })});
  market::Venue steady, stale;
  steady.share = 0.4;
  stale.share = 0.6;
  stale.outage_rate = 20;
  stale.outage_years = 0.02;
  stale.stale = true;
  scenario.today[0].venues = {steady, stale};
  WorldBlock b(scenario);
  const auto part = world::make_venues(b.scenario, 0);
  part->start(b.state, b.noise);
  for (std::size_t lane = 100; lane < kLanes; ++lane) b.enter(lane, 1, *part);
  b.show(*part);
  const Lanes first = b.noise.uniforms(Purpose::outage, Factor::venue(0, 1), 1);
  part->move({1, kDt}, b.state, b.noise);
  b.asset().state.log_spot.fill(std::log(1.1));
  b.show(*part);
  const auto fails = [](double out) { return out / (out + 50) * -std::expm1(-(out + 50) * kDt); };
  std::size_t down = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const bool failed = first[lane] < fails(lane < 100 ? 20 : 200);
    CHECK(b.asset().venue_up[0][lane] == 1);
    CHECK(b.asset().venue_up[1][lane] == (failed ? 0 : 1));
    CHECK(b.asset().seen_spot[lane] == Approx(failed ? 0.4 * 110 + 0.6 * 100 : 110).epsilon(1e-13));
    CHECK(b.asset().seen_log_spot[lane] == Approx(std::log(b.asset().seen_spot[lane] / 100)).margin(1e-15));
    down += failed ? 1 : 0;
  }
  CHECK(down > 0);
  const Lanes was = b.asset().venue_up[1], second = b.noise.uniforms(Purpose::outage, Factor::venue(0, 1), 2);
  part->move({2, kDt}, b.state, b.noise);
  const double back = 50.0 / 70 * -std::expm1(-70 * kDt);
  for (std::size_t lane = 0; lane < 100; ++lane)
    if (was[lane] == 0) CHECK(b.asset().venue_up[1][lane] == (second[lane] < back ? 1 : 0));
}

TEST_CASE("Mood: level, drift and variance move as the mood's law says; what acts is that of the regime") {
  const world::Sentiment s{30, 1.5, 0.8, 0.25, 0.4, false};
  WorldBlock b(scenario_of({regime_with([&](auto& a) { a.sentiment = s; }), plain_regime("without")}));
  const auto part = world::make_sentiment(b.scenario, 0);
  part->start(b.state, b.noise);
  CHECK(b.asset().state.variance[0] == Approx(0.16 * std::exp(-2 * 0.25 * 1.5)).epsilon(1e-14));
  b.enter(7, 1, *part);
  const double left = b.asset().state.variance[7];
  b.asset().shock = b.noise.normals(Purpose::spot, Factor::asset(0), 1);
  const Lanes own = b.noise.normals(Purpose::mood, Factor::asset(0), 1),
              path = b.noise.normals(Purpose::mood_path, Factor::asset(0), 1);
  part->move({1, kDt}, b.state, b.noise);
  const double x = 0.5 * s.decay * kDt, kept = std::exp(-2 * x), gap = x - std::tanh(x);
  const double on_price = 0.4 * std::sqrt(1 - gap / x), alone = std::sqrt(1 - on_price * on_price);
  const double c = 0.4 * std::sqrt(gap / x), d = -on_price * c / alone;
  for (const std::size_t lane : {0, 255}) {
    const double w = b.asset().shock[lane];
    const double mood = 1.5 * kept + std::sqrt(1 - kept * kept) * (on_price * w + alone * own[lane]);
    const double bridge = c * w + d * own[lane] + std::sqrt(1 - c * c - d * d) * path[lane];
    const double integral = (1.5 + mood) * std::tanh(x) / s.decay + 2 / s.decay * std::sqrt(gap) * bridge;
    CHECK(b.asset().state.log_spot[lane] == Approx(0.8 * integral).epsilon(1e-11));
    CHECK(b.asset().state.variance[lane] == Approx(0.16 * std::exp(-2 * 0.25 * mood)).epsilon(1e-13));
  }
  CHECK(b.asset().state.log_spot[7] == 0);
  CHECK(b.asset().state.variance[7] == left);
}

TEST_CASE("Mood pulls the level of a stochastic variance") {
  models::HestonParams heston{0, 0.1, 0.2, 5, 0.3, 0};
  const world::Sentiment s{30, 2, 0, 0.3, 0, false};
  WorldBlock b(scenario_of({regime_with([&](auto& a) {
    a.dynamics = heston;
    a.sentiment = s;
  })}));
  const auto part = world::make_sentiment(b.scenario, 0);
  part->start(b.state, b.noise);
  CHECK(b.asset().state.variance[0] == 0.16);  // as it was
  b.asset().shock.fill(0.0);
  const double z = b.noise.normals(Purpose::mood, Factor::asset(0), 1)[0], kept = std::exp(-30 * kDt);
  part->move({1, kDt}, b.state, b.noise);
  const double mood = 2 * kept + std::sqrt(1 - kept * kept) * z;
  const double factor = 0.5 * (std::exp(-2 * 0.3 * 2) + std::exp(-2 * 0.3 * mood));
  CHECK(b.asset().state.variance[0] ==
        Approx(0.16 - std::expm1(-5 * kDt) * 0.2 * (factor - 1)).epsilon(1e-13));
}

TEST_CASE("Depth: what is taken comes back from its own time, in whatever order it was noted") {
  WorldBlock b(scenario_of({regime_with([](auto& a) {
                              a.liquidity.recovery = 80;
                              a.liquidity.withdrawn_by_jump = 0.3;
                            }),
                            regime_with([](auto& a) { a.liquidity.recovery = 0; })}));
  const auto part = world::make_liquidity(b.scenario, 0);
  part->start(b.state, b.noise);
  b.state.withdraw(0, 7, 0.002, 0.5);
  b.state.withdraw(0, 3, 0.004, 0.9);
  b.state.withdraw(0, 7, 0.006, 0.8);
  part->move({1, kDt}, b.state, b.noise);
  b.show(*part);
  const double gone = (1 - (1 - 0.2 * std::exp(-80 * 0.004)) * 0.5) * std::exp(-80 * 0.002);
  CHECK(b.asset().half_spread[7] == Approx(0.001 / (1 - gone)).epsilon(1e-13));
  CHECK(b.asset().inverse_volume[7] == Approx(1e-6 / (1 - gone)).epsilon(1e-13));
  CHECK(b.asset().half_spread[3] == Approx(0.001 / (1 - 0.1 * std::exp(-80 * 0.004))).epsilon(1e-13));
  CHECK(b.asset().half_spread[0] == Approx(0.001).epsilon(1e-14));
  b.enter(7, 1, *part);  // states no recovery: that of the regime left goes on
  part->move({2, kDt}, b.state, b.noise);
  b.show(*part);
  CHECK(b.asset().half_spread[7] == Approx(0.001 / (1 - gone * std::exp(-80 * kDt))).epsilon(1e-13));
}

TEST_CASE("Depth: plain jumps take it at times of their own, never all of it") {
  WorldBlock b(scenario_of({regime_with([](auto& a) {
    a.liquidity.recovery = 80;
    a.liquidity.withdrawn_by_jump = 0.3;
  })}));
  const auto part = world::make_liquidity(b.scenario, 0);
  part->start(b.state, b.noise);
  b.asset().state.jumps[5] = 1;
  b.asset().state.jumps[6] = 400;
  part->move({1, kDt}, b.state, b.noise);
  b.show(*part);
  const double time = random::uniform_at(b.noise.stream(Purpose::jump_time, Factor::asset(0)), 5, 1);
  CHECK(b.asset().half_spread[5] == Approx(0.001 / (1 - 0.3 * std::exp(-80 * kDt * time))).epsilon(1e-13));
  CHECK(b.asset().half_spread[6] > 0.001);
  CHECK(b.asset().half_spread[6] <= 1);
  CHECK(b.asset().inverse_volume[6] > 0);
}

TEST_CASE("Depth: spread and volume go by the volatility, and by the noise") {
  WorldBlock b(scenario_of({regime_with([](auto& a) {
    a.liquidity.spread_elasticity = 1.5;
    a.liquidity.volume_elasticity = -0.5;
    a.liquidity.noise = 0.2;
  })}));
  const auto part = world::make_liquidity(b.scenario, 0);
  part->start(b.state, b.noise);
  const double z = b.noise.normals(Purpose::depth, Factor::asset(0), 1)[9], kept = std::exp(-10 * kDt);
  part->move({1, kDt}, b.state, b.noise);
  b.asset().state.variance.fill(4 * 0.16);
  b.show(*part);
  const double left = std::exp(0.2 * std::sqrt(1 - kept * kept) * z);
  CHECK(b.asset().half_spread[9] == Approx(0.001 * std::pow(2, 1.5) / left).epsilon(1e-13));
  CHECK(1 / b.asset().inverse_volume[9] == Approx(1e6 * std::pow(2, -0.5) * left).epsilon(1e-13));
  b.asset().state.variance.fill(1e9);
  b.show(*part);
  CHECK(b.asset().half_spread[9] == 1);
}

TEST_CASE(
    "Bubble: without crashes the price grows by what pays for the hazard along its way, and shows its "
    "variance") {
  const world::Bubble bubble{0.5, 2, 20, -0.2, 0.1, false};
  WorldBlock b(scenario_of({regime_with([&](auto& a) { a.bubble = bubble; }), plain_regime("without")}));
  const auto part = world::make_bubble(b.scenario, 0);
  part->start(b.state, b.noise);
  b.enter(7, 1, *part);
  b.asset().state.log_spot.fill(0.3);
  b.asset().state.variance.fill(0.0);
  part->open(b.state);
  b.asset().state.log_spot.fill(0.35);
  const Lanes u = b.noise.uniforms(Purpose::crash, Factor::asset(0), 1);
  part->move({1, kDt}, b.state, b.noise);
  // y' = g (a + K h), h = min(20, e^y), by Euler with many steps
  const double paid = -std::expm1(-0.2 + 0.005);
  double y = std::log(0.5) + 2 * 0.3, mass = 0;
  for (int i = 0; i < 100'000; ++i) {
    const double h = std::min(20.0, std::exp(y));
    mass += h * kDt / 100'000;
    y += 2 * (0.05 / kDt + paid * h) * kDt / 100'000;
  }
  for (const std::size_t lane : {0, 100, 255})
    if (-std::log(u[lane]) > mass)
      CHECK(b.asset().state.log_spot[lane] - 0.35 == Approx(paid * mass).epsilon(1e-4));
  CHECK(b.asset().state.log_spot[7] == 0.35);
  b.show(*part);
  const double here = b.asset().state.log_spot[0];
  CHECK(b.asset().jump_variance[0] ==
        Approx(std::min(20.0, 0.5 * std::exp(2 * here)) * (0.04 + 0.01)).epsilon(1e-12));
  CHECK(b.asset().jump_variance[7] == 0);
}

TEST_CASE(
    "Excited jumps: a lane without a jump is paid the integral of the intensity, and shows what decays") {
  const auto excited = [](world::AssetRegime& a) {
    a.dynamics = models::MertonParams{0, 0.04, {3, -0.1, 0}};
    a.excitation = world::Excitation{0.5, 40, false, false};
  };
  WorldBlock b(scenario_of({regime_with(excited), plain_regime("without")}));
  const auto part = world::make_excited_jumps(b.scenario, 0);
  part->start(b.state, b.noise);
  b.enter(7, 1, *part);
  const Lanes u = b.noise.uniforms(Purpose::jump_count, Factor::asset(0), 1);
  part->move({1, kDt}, b.state, b.noise);
  b.show(*part);
  std::size_t jumped = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (lane == 7) continue;
    if (-std::log(u[lane]) < 3 * kDt) {
      CHECK(b.asset().state.log_spot[lane] < -0.05);  // a jump of 10 %, and what pays for more of them
      CHECK(b.asset().jump_variance[lane] > 0);
      ++jumped;
    } else {
      CHECK(b.asset().state.log_spot[lane] == Approx(-std::expm1(-0.1) * 3 * kDt).epsilon(1e-13));
      CHECK(b.asset().jump_variance[lane] == 0);
    }
  }
  CHECK(jumped > 0);
  CHECK(b.asset().state.log_spot[7] == 0);
}

TEST_CASE("Excitation that a regime leaves out decays, and is there when it is stated again") {
  const auto excited = [](world::AssetRegime& a) {
    a.dynamics = models::MertonParams{0, 0.04, {200, -0.1, 0}};
    a.excitation = world::Excitation{0.5, 40, false, false};
  };
  WorldBlock b(scenario_of({regime_with(excited), plain_regime("without")}));
  const auto part = world::make_excited_jumps(b.scenario, 0);
  part->start(b.state, b.noise);
  part->move({1, kDt}, b.state, b.noise);
  b.show(*part);
  const Lanes before = b.asset().jump_variance;
  for (std::size_t lane = 0; lane < kLanes; ++lane) b.enter(lane, 1, *part);
  b.show(*part);
  CHECK(b.asset().jump_variance[0] == 0);
  part->move({2, kDt}, b.state, b.noise);
  for (std::size_t lane = 0; lane < kLanes; ++lane) b.enter(lane, 0, *part);
  b.show(*part);
  double most = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    CHECK(b.asset().jump_variance[lane] ==
          Approx(before[lane] * std::exp(-40 * kDt)).epsilon(1e-13).margin(1e-300));
    most = std::max(most, before[lane]);
  }
  CHECK(most > 0);
}

TEST_CASE("Common jumps hit all their assets on the same paths, by their loadings") {
  world::Scenario scenario = scenario_of({plain_regime("r")});
  scenario.today.push_back(scenario.today[0]);
  world::Regime& regime = scenario.regimes[0];
  regime.assets.push_back(regime.assets[0]);
  regime.correlation = math::SquareMatrix::identity(2);
  regime.common_jumps = {{"c", 10, -0.05, 0, {}, {1, 2}}};
  WorldBlock b(scenario);
  const auto part = world::make_common_jumps(b.scenario, "c", 0);
  part->start(b.state, b.noise);
  const Lanes u = b.noise.uniforms(Purpose::common_count, Factor::common_count(0), 1);
  part->move({1, kDt}, b.state, b.noise);
  std::size_t jumped = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double a = b.state.assets[0].state.log_spot[lane] + std::expm1(-0.05) * 10 * kDt;
    const double c = b.state.assets[1].state.log_spot[lane] + std::expm1(-0.1) * 10 * kDt;
    const double count = std::round(a / -0.05);
    CHECK((count > 0) == (-std::log(u[lane]) < 10 * kDt));
    CHECK(a == Approx(-0.05 * count).margin(1e-14));
    CHECK(c == Approx(-0.1 * count).margin(1e-14));
    jumped += count > 0 ? 1 : 0;
  }
  CHECK(jumped > 0);
}

TEST_CASE(
    "Order flow: orders move the price by whole impacts around what pays for them, and drain the depth") {
  WorldBlock b(scenario_of({regime_with(
      [](auto& a) { a.order_flow = world::OrderFlow{80, 0.4, 0, 30, 0.002, 0.01, false, false}; })}));
  const auto part = world::make_order_flow(b.scenario, 0);
  b.asset().notes_withdrawals = true;
  part->start(b.state, b.noise);
  const Lanes u = b.noise.uniforms(Purpose::market_orders, Factor::asset(0), 1);
  part->move({1, kDt}, b.state, b.noise);
  std::vector<int> orders(kLanes, 0);
  for (const world::Withdrawal& w : b.asset().withdrawn) {
    CHECK(w.kept == 0.99);
    CHECK(w.left >= 0);
    CHECK(w.left <= kDt);
    ++orders[w.lane];
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    CHECK((orders[lane] > 0) == (-std::log(u[lane]) < 80 * kDt));
    if (orders[lane] > 0) continue;
    CHECK(b.asset().state.log_spot[lane] ==
          Approx(-2 * std::pow(std::sinh(0.001), 2) * 80 * kDt).epsilon(1e-12));
  }
  b.show(*part);
  const double runs = 0.002 / (1 - 0.4);
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    if (orders[lane] == 0) CHECK(b.asset().jump_variance[lane] == Approx(80 * runs * runs).epsilon(1e-13));
}
