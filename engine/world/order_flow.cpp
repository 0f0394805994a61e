#include <cmath>

#include "engine/math/scalar.hpp"
#include "engine/world/arrivals.hpp"
#include "engine/world/components.hpp"
#include "engine/world/event_draws.hpp"
#include "engine/world/part.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

SelfExciting law_of(const OrderFlow& flow) { return {flow.rate, flow.same + flow.opposite, flow.decay}; }

/// Buys and sells share one clock, whose branching is that of both signs together; the sign of an order
/// follows the intensities of the two at its time.
class SignedFlow final : public Part<OrderFlow> {
 public:
  SignedFlow(const Scenario& scenario, std::size_t asset)
      : Part(laws_of(scenario, asset, &AssetRegime::order_flow)), asset_(asset) {}

  void move(const Move& move, BlockState& block, NoiseCache& noise) override {
    const Lanes& first = noise.uniforms(Purpose::flow, Factor::asset(asset_), move.step);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const OrderFlow* flow = acting(lane, block);
      if (flow == nullptr) {
        fade(lane, move.dt);
        continue;
      }
      const EventDraws draw(noise, Factor::order_flow(asset_), noise.paths().value[lane], move.step);
      const Orders orders = trade(
          *flow, move.dt, first[lane], intensity_[lane], [&](unsigned k) { return draw.uniform(Purpose::arrival, k); },
          [&](unsigned k) { return draw.uniform(Purpose::flow, k); },
          [&](double left) { block.withdraw(asset_, lane, {left, 1 - flow->drain}); });
      block.assets[asset_].state.log_spot[lane] +=
          flow->impact * orders.net - scalar::cosh_minus_one(flow->impact) * orders.seen.expected;
    }
  }

  /// So much that its mean is the long-run variance of the signed flow.
  void show(BlockState& block) override {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      if (const OrderFlow* flow = acting(lane, block))
        block.assets[asset_].jump_variance[lane] += flow->variance(flow->rate + intensity_[lane].excess);
  }

 private:
  struct Intensity {
    double excess = 0;     // of all orders, above the base rate
    double imbalance = 0;  // that of buys less that of sells
  };
  struct Orders {
    Arrivals seen;
    double net = 0;  // buys less sells
  };

  /// Both intensities in their stationary law, by going through a past.
  void begin(std::size_t lane, const OrderFlow& flow, std::uint32_t step, BlockState&, const NoiseCache& noise) override {
    Intensity& at = intensity_[lane] = {};
    const SelfExciting law = law_of(flow);
    if (!flow.stationary || law.branching <= 0) return;
    const EventDraws draw(noise, Factor::order_flow(asset_), noise.paths().value[lane], step * kStepsOfEntry);
    at.excess = law.mean_excess();
    trade(flow, law.past(), draw.uniform(Purpose::entry_state, 0), at,
          [&](unsigned k) { return draw.uniform(Purpose::entry_state, k + 1); },
          [&](unsigned k) { return draw.uniform(Purpose::entry_sign, k); }, [](double) {});
  }

  /// Where the regime has no order flow, what orders have called forth decays.
  void fade(std::size_t lane, double dt) {
    const OrderFlow* flow = last(lane);
    if (flow == nullptr) return;
    const double kept = scalar::exp(-flow->decay * dt);
    intensity_[lane].excess *= kept;
    intensity_[lane].imbalance *= kept;
  }

  /// Goes through `time`. wait(k), sign(k): uniforms; on_order(left): with the time left after each order.
  template <class Wait, class Sign, class OnOrder>
  static Orders trade(const OrderFlow& flow, double time, double first, Intensity& at, Wait&& wait, Sign&& sign,
                      OnOrder&& on_order) {
    const SelfExciting law = law_of(flow);
    const double kick = (flow.same - flow.opposite) * flow.decay, jump = law.branching * law.decay;
    Orders orders;
    unsigned order = 0;
    double since = time, imbalance = at.imbalance;
    orders.seen = arrivals(law, time, first, at.excess, wait, [&](double excess, double left) {
      imbalance = law.remaining(imbalance, since - left);
      const double intensity = flow.rate + excess - jump;  // just before this order
      const double side = sign(++order) * intensity < 0.5 * (intensity + imbalance) ? 1 : -1;
      orders.net += side;
      imbalance += side * kick;
      since = left;
      on_order(left);
    });
    at.imbalance = law.remaining(imbalance, since);
    return orders;
  }

  std::size_t asset_;
  std::array<Intensity, kLanes> intensity_{};
};

}  // namespace

std::unique_ptr<Component> make_order_flow(const Scenario& scenario, std::size_t asset) {
  return std::make_unique<SignedFlow>(scenario, asset);
}

}  // namespace unhedged::world
