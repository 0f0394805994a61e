#include <cmath>

#include "engine/world/crowd.hpp"
#include "tests/support/approx.hpp"
#include "tests/support/world_block.hpp"

using namespace unhedged;
using namespace unhedged::testing;

namespace {

/// A crowd of ten books in a market of 1e6 a day at 100, daily volatility 2 %.
struct CrowdedBlock {
  explicit CrowdedBlock(world::Feedback feedback = {10, 0.1, 0.5, 50})
      : block(scenario_of({plain_regime("r")})), crowd(block.scenario, feedback) {
    price.fill(100.0);
    inverse_volume.fill(1e-6);
    variance.fill(0.02 * 0.02 * 365);
    jump_variance.fill(0.0);
    tape.price = &price;
    tape.inverse_volume = &inverse_volume;
    tape.variance = &variance;
    tape.jump_variance = &jump_variance;
    tape.crowding = 10;
    crowd.start();
  }

  void trade(double units) {
    Lanes order;
    order.fill(units);
    crowd.absorb(0, order, tape, block.state);
  }
  double moved(std::size_t lane = 0) const { return block.state.assets[0].state.log_spot[lane]; }
  bool exploded(std::size_t lane = 0) const { return crowd.exploded().value[lane] != 0; }

  WorldBlock block;
  world::Crowd crowd;
  Lanes price, inverse_volume, variance, jump_variance;
  market::Tape tape;
};

/// d (permanent q + transient q^(1/2)) of buying `units`.
double push(double units, const world::Feedback& f) {
  const double q = f.crowding * units * 100 * 1e-6;
  return 0.02 * (f.permanent * q + f.transient * std::copysign(std::sqrt(std::abs(q)), q));
}

}  // namespace

TEST_CASE("An order moves the log price by the linear and the square-root part, either way") {
  const world::Feedback feedback{10, 0.1, 0.5, 50};
  for (const double units : {40.0, -40.0}) {
    CrowdedBlock b(feedback);
    b.trade(units);
    CHECK(b.moved() == Approx(push(units, feedback)).epsilon(1e-13));
    CHECK(b.moved(255) == b.moved());
    CHECK(b.crowd.traded_share()[0][0] == Approx(0.04).epsilon(1e-13));
    CHECK_FALSE(b.exploded());
  }
}

TEST_CASE("Variance of jumps counts in the daily volatility") {
  CrowdedBlock plain, jumpy;
  jumpy.jump_variance.fill(3 * 0.02 * 0.02 * 365);
  plain.trade(10);
  jumpy.trade(10);
  CHECK(jumpy.moved() == Approx(2 * plain.moved()).epsilon(1e-13));
}

TEST_CASE("No order, or a market without limits, moves nothing and counts as no flow") {
  CrowdedBlock b;
  b.trade(40);
  const double before = b.moved();
  b.trade(0);
  CHECK(b.moved() == before);
  CHECK(b.crowd.traded_share()[0][0] == 0);
  b.inverse_volume.fill(0.0);
  b.trade(40);
  CHECK(b.moved() == before);
  CHECK(b.crowd.traded_share()[0][0] == 0);
}

TEST_CASE("The transient part leaves again at its rate, the permanent one stays") {
  const world::Feedback feedback{10, 0.1, 0.5, 50};
  CrowdedBlock b(feedback);
  b.trade(40);
  const double permanent = 0.02 * 0.1 * 0.04, transient = b.moved() - permanent;
  b.crowd.relax({0, 0.01}, b.block.state);
  CHECK(b.moved() == Approx(permanent + transient * std::exp(-0.5)).epsilon(1e-12));
  b.crowd.relax({1, 0.02}, b.block.state);
  CHECK(b.moved() == Approx(permanent + transient * std::exp(-1.5)).epsilon(1e-12));
  b.crowd.start();
  b.crowd.relax({2, 1.0}, b.block.state);
  CHECK(b.moved() == Approx(permanent + transient * std::exp(-1.5)).epsilon(1e-12));
}

TEST_CASE("Three orders in a row that move the price by more than had moved it mark a path") {
  CrowdedBlock b({10, 20, 0, 0});  // 40 units: 0.8 daily volatilities, 1.6 %
  b.trade(40);                     // the first has no cause to be held against
  for (int order = 0; order < 3; ++order) {
    CHECK_FALSE(b.exploded());
    b.price.fill(b.price[0] * 1.01);  // 1 % moves the price, the crowd answers with more
    b.trade(40);
  }
  CHECK(b.exploded());
  const double at = b.moved();
  b.trade(40);
  CHECK(b.moved() == at);
  CHECK(b.crowd.traded_share()[0][0] == 0);
  b.crowd.start();
  CHECK_FALSE(b.exploded());
}

TEST_CASE("A move smaller than its cause starts the count anew, and small moves do not count") {
  CrowdedBlock b({10, 20, 0, 0});
  b.trade(40);
  for (int round = 0; round < 4; ++round) {
    for (int order = 0; order < 2; ++order) {
      b.price.fill(b.price[0] * 1.01);
      b.trade(40 / b.price[0] * 100);
    }
    b.price.fill(b.price[0] * 1.03);
    b.trade(40 / b.price[0] * 100);
  }
  CHECK_FALSE(b.exploded());
  CrowdedBlock small({10, 20, 0, 0});
  for (int order = 0; order < 20; ++order) {  // 0.04 daily volatilities a time, on no move to speak of
    small.price.fill(small.price[0] * (1 + 1e-6));
    small.trade(2);
  }
  CHECK_FALSE(small.exploded());
}

TEST_CASE("A move larger than the largest marks a path at once, and is cut") {
  CrowdedBlock up({10, 2000, 0, 0}), down({10, 2000, 0, 0});
  up.trade(40);  // 80 daily volatilities: 1.6
  down.trade(-40);
  CHECK(up.exploded());
  CHECK(up.moved() == world::Crowd::kLargestMove);
  CHECK(down.exploded());
  CHECK(down.moved() == -world::Crowd::kLargestMove);
  CrowdedBlock far({10, 500, 0, 0});
  far.block.asset().state.log_spot.fill(6.9);
  far.trade(40);
  CHECK(far.exploded());
  CHECK(far.moved() == Approx(world::Crowd::kLargestLog).epsilon(1e-14));
}

TEST_CASE("Paths of a block explode one by one") {
  CrowdedBlock b({10, 2000, 0, 0});
  Lanes order;
  order.fill(0.0);
  order[3] = 40;
  order[200] = 1;
  b.crowd.absorb(0, order, b.tape, b.block.state);
  for (std::size_t lane = 0; lane < kLanes; ++lane) CHECK(b.exploded(lane) == (lane == 3));
  CHECK(b.moved(200) == Approx(0.04).epsilon(1e-12));
  CHECK(b.moved(0) == 0);
}
