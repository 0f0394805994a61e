#include <cmath>

#include "engine/world/triggers.hpp"
#include "tests/support/approx.hpp"
#include "tests/support/world_block.hpp"

using namespace unhedged;
using namespace unhedged::testing;
using Quantity = world::Trigger::Quantity;

namespace {

/// A block watched by one trigger.
struct Watched {
  Watched(Quantity quantity, bool above, double threshold, double decay = 0)
      : block(with(quantity, above, threshold, decay)), monitor(block.scenario), flow(1) {
    flow[0].fill(0.0);
    block.asset().half_spread.fill(0.001);
    block.asset().inverse_volume.fill(1e-6);
    monitor.start(block.state);
  }
  static world::Scenario with(Quantity quantity, bool above, double threshold, double decay) {
    world::Scenario scenario = scenario_of({plain_regime("a"), plain_regime("b")});
    world::Transition transition;
    transition.to = 1;
    transition.kind = world::Transition::Kind::when;
    transition.trigger = {quantity, 0, above, threshold, decay};
    scenario.transitions = {{0, 1, world::Transition::Kind::at, 99}, transition};  // the second of two
    return scenario;
  }

  void price(double spot) {
    block.asset().state.log_spot.fill(std::log(spot / 100));
    block.state.show_prices();
  }
  Watched& at(double spot, double dt = 0.01) {
    price(spot);
    monitor.move({0, dt}, block.state, flow);
    return *this;
  }
  bool fires(std::size_t lane = 0) const { return monitor.fires(1, lane); }

  WorldBlock block;
  world::TriggerMonitor monitor;
  std::vector<Lanes> flow;
};

/// Whether a value is just over x: it exceeds thresholds below and not those above.
template <class Reach>
void check_value(Quantity quantity, double value, Reach reach, double decay = 0) {
  for (const double side : {-1e-9, 1e-9}) {
    Watched above(quantity, true, value * (1 + side), decay),
        below(quantity, false, value * (1 + side), decay);
    reach(above);
    reach(below);
    INFO("threshold " << value * (1 + side));
    CHECK(above.fires() == (side < 0));
    CHECK(below.fires() == (side > 0));
    CHECK(above.fires(255) == above.fires());
  }
}

}  // namespace

TEST_CASE("Drawdowns count from the highest price since entering") {
  check_value(Quantity::drawdown, 1 - 99.0 / 120, [](Watched& w) { w.at(110).at(120).at(99); });
  check_value(Quantity::drawdown, 0.1, [](Watched& w) { w.at(90); });
  check_value(Quantity::drawdown, 1 - 99.0 / 100, [](Watched& w) {
    w.at(120).at(100);
    w.monitor.enter(0, w.block.state);
    w.monitor.enter(255, w.block.state);
    w.at(99);
  });
}

TEST_CASE("Run-ups count from the lowest price since entering") {
  check_value(Quantity::run_up, 99.0 / 80 - 1, [](Watched& w) { w.at(90).at(80).at(99); });
  check_value(Quantity::run_up, 0.25, [](Watched& w) {
    w.at(50).at(80);
    w.monitor.enter(0, w.block.state);
    w.monitor.enter(255, w.block.state);
    w.at(100);
  });
}

TEST_CASE("Of prices that are not positive there is neither drawdown nor run-up") {
  Watched fall(Quantity::drawdown, true, 0.5), rise(Quantity::run_up, true, 0.5);
  for (Watched* w : {&fall, &rise}) {
    w->block.asset().state.anchor.fill(-5.0);
    w->monitor.start(w->block.state);
    w->at(110);
    CHECK_FALSE(w->fires());
  }
}

TEST_CASE(
    "Realised volatility starts at today's quote and forgets at its rate; entering takes no notice of a "
    "gap") {
  const double kept = std::exp(-5 * 0.01), move = std::log(1.03);
  const double after = std::sqrt(0.16 * kept + (1 - kept) * move * move / 0.01);
  check_value(
      Quantity::realised_volatility, after, [](Watched& w) { w.at(103); }, 5);
  check_value(
      Quantity::realised_volatility, after,
      [](Watched& w) {
        w.price(50);
        w.monitor.enter(0, w.block.state);
        w.monitor.enter(255, w.block.state);
        w.at(51.5);
      },
      5);
}

TEST_CASE("The flow of hedgers adds up over a day and fades, an order counting once") {
  const double kept = std::exp(-20 * 0.01);
  check_value(
      Quantity::hedger_flow, (0.02 * kept + 0.01) * kept,
      [](Watched& w) {
        w.flow[0].fill(0.02);
        w.at(100);
        w.flow[0].fill(0.01);
        w.at(100);
      },
      20);
}

TEST_CASE("Spread and volume are those that are shown") {
  check_value(Quantity::half_spread, 0.004, [](Watched& w) {
    w.block.asset().half_spread.fill(0.004);
    w.at(100);
  });
  check_value(Quantity::daily_volume, 2e5, [](Watched& w) {
    w.block.asset().inverse_volume.fill(5e-6);
    w.at(100);
  });
  Watched unlimited(Quantity::daily_volume, true, 1e300);
  unlimited.block.asset().inverse_volume.fill(0.0);
  CHECK(unlimited.at(100).fires());
}
