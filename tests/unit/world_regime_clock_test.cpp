#include <cmath>

#include "engine/world/regime_clock.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world_block.hpp"

using namespace unhedged;
using namespace unhedged::testing;
using Kind = world::Transition::Kind;

namespace {

world::Transition change(std::size_t from, std::size_t to, Kind kind, std::size_t step = 0, double rate = 0) {
  world::Transition out;
  out.from = from;
  out.to = to;
  out.kind = kind;
  out.step = step;
  out.rate = rate;
  return out;
}

struct Clocked {
  explicit Clocked(std::vector<world::Transition> transitions)
      : block(with(std::move(transitions))), clock(block.scenario) {
    clock.start(block.state);
    clock.watch(block.state);
  }
  static world::Scenario with(std::vector<world::Transition> transitions) {
    world::Scenario scenario = scenario_of({plain_regime("a"), plain_regime("b"), plain_regime("c")});
    scenario.transitions = std::move(transitions);
    return scenario;
  }

  std::size_t advance(std::uint32_t step) {
    const auto changes = clock.advance(step, block.state, block.noise);
    clock.settle(changes, block.state);
    return changes.size();
  }
  std::size_t regime(std::size_t lane = 0) const { return block.state.regime.value[lane]; }

  WorldBlock block;
  world::RegimeClock clock;
};

}  // namespace

TEST_CASE("Changes at a time happen on every path then and at no other") {
  Clocked c({change(0, 1, Kind::at, 5)});
  CHECK(c.clock.present() == 1);
  for (std::uint32_t step = 1; step <= 10; ++step) {
    CHECK(c.advance(step) == (step == 5 ? kLanes : 0));
    CHECK(c.regime() == (step < 5 ? 0 : 1));
  }
  CHECK(c.clock.present() == 2);
  CHECK(c.block.state.previous[0] == 0);
  CHECK(c.block.state.entered[0] == 5);
  CHECK(c.block.state.entered_open[0] == 5);
}

TEST_CASE("Changes after a stay count from entering, and a path changes once at a grid time") {
  Clocked c({change(0, 1, Kind::at, 4), change(1, 2, Kind::after, 3), change(2, 0, Kind::after, 0)});
  std::vector<std::size_t> regimes;
  for (std::uint32_t step = 1; step <= 9; ++step) {
    c.advance(step);
    regimes.push_back(c.regime());
  }
  CHECK(regimes == std::vector<std::size_t>{0, 0, 0, 1, 1, 1, 2, 0, 0});
}

TEST_CASE("Of several changes that are due the first in the list happens") {
  Clocked first({change(0, 2, Kind::at, 1), change(0, 1, Kind::at, 1)}),
      second({change(0, 1, Kind::at, 1), change(0, 2, Kind::at, 1)});
  first.advance(1);
  second.advance(1);
  CHECK(first.regime() == 2);
  CHECK(second.regime() == 1);
}

TEST_CASE("Changes at random take each path by its own number, with the chance of their rate") {
  Clocked c({change(0, 1, Kind::rate, 0, 40)});
  const double chance = -std::expm1(-40 * 0.01);
  const Lanes uniform = c.block.noise.uniforms(random::Purpose::transition, world::Factor::transition(0), 1);
  const std::size_t changed = c.advance(1);
  std::size_t expected = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    CHECK(c.regime(lane) == (uniform[lane] < chance ? 1 : 0));
    expected += uniform[lane] < chance ? 1 : 0;
  }
  CHECK(changed == expected);
  CHECK(c.clock.present() == 3);
  CHECK(expected > kLanes / 5);  // a third of them
  CHECK(expected < kLanes / 2);
}

TEST_CASE("The chance over a night is that of the night's length") {
  world::Scenario scenario = Clocked::with({change(0, 1, Kind::rate, 0, 40)});
  scenario.grid.sessions = {4, 0.02, 0.05, 0};
  WorldBlock block(scenario);
  world::RegimeClock clock(block.scenario);
  clock.start(block.state);
  const std::uint32_t morning = 5;  // after four steps and the night
  const double chance = -std::expm1(-40 * block.scenario.grid.dt(morning - 1));
  const Lanes uniform =
      block.noise.uniforms(random::Purpose::transition, world::Factor::transition(0), morning);
  std::size_t expected = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) expected += uniform[lane] < chance ? 1 : 0;
  CHECK(block.scenario.grid.dt(morning - 1) != block.scenario.grid.dt(0));
  CHECK(clock.advance(morning, block.state, block.noise).size() == expected);
}

TEST_CASE("Triggers change the paths on which they fire, and begin anew there") {
  world::Transition when = change(0, 1, Kind::when);
  when.trigger = {world::Trigger::Quantity::drawdown, 0, true, 0.1, 0};
  world::Transition back = change(1, 0, Kind::when);
  back.trigger = {world::Trigger::Quantity::drawdown, 0, true, 0.05, 0};
  Clocked c({when, back});
  std::vector<Lanes> flow(1);
  flow[0].fill(0.0);
  c.block.asset().state.log_spot[9] = std::log(0.88);
  c.block.state.show_prices();
  c.clock.move({0, 0.01}, c.block.state, flow);
  CHECK(c.advance(1) == 1);
  CHECK(c.regime(9) == 1);
  CHECK(c.regime(8) == 0);
  c.clock.move({1, 0.01}, c.block.state, flow);
  CHECK(c.advance(2) == 0);  // 12 % were before it entered
  c.block.asset().state.log_spot[9] = std::log(0.88 * 0.94);
  c.block.state.show_prices();
  c.clock.move({2, 0.01}, c.block.state, flow);
  CHECK(c.advance(3) == 1);
  CHECK(c.regime(9) == 0);
}
