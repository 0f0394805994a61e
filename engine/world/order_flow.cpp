#include <cmath>

#include "engine/world/arrivals.hpp"
#include "engine/world/components.hpp"
#include "engine/world/jump_sizes.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

/// Buys and sells share one clock, whose branching is that of both signs together; the sign of an order
/// follows the intensities of the two at its time.
class SignedFlow final : public Component {
 public:
  explicit SignedFlow(std::size_t asset) : asset_(asset) {}

  void start(BlockState& block, const NoiseCache& noise) override {
    for (std::size_t lane = 0; lane < kLanes; ++lane) begin(lane, 0, block, noise);
  }

  void enter(std::size_t lane, std::size_t from, std::uint32_t step, BlockState& block,
             const NoiseCache& noise) override {
    if (!block.scenario->regimes[from].assets[asset_].order_flow) begin(lane, step, block, noise);
    if (!block.of(asset_, lane).order_flow) excess_[lane] = imbalance_[lane] = 0;
  }

  void move(const Move& move, BlockState& block, NoiseCache& noise) override {
    const auto factor = static_cast<std::uint32_t>(asset_);
    const Lanes& first = noise.uniforms(Purpose::flow, factor, move.step);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const auto& flow = block.of(asset_, lane).order_flow;
      if (!flow) continue;
      const EventDraws draw(noise, factor | kFlow, noise.paths().value[lane], move.step);
      const Orders orders = trade(*flow, move.dt, first[lane], lane, draw, block);
      block.assets[asset_].state.log_spot[lane] +=
          flow->impact * orders.net - (std::cosh(flow->impact) - 1) * orders.seen.expected;
    }
  }

  /// So much that its mean is the long-run variance of the signed flow.
  void show(BlockState& block) override {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      if (const auto& flow = block.of(asset_, lane).order_flow)
        block.assets[asset_].jump_variance[lane] += flow->variance(flow->rate + excess_[lane]);
  }

 private:
  static constexpr std::uint32_t kFlow = 1024;  // apart from the arrivals of jumps

  struct Orders {
    Arrivals seen;
    double net = 0;  // buys less sells
  };

  static SelfExciting law_of(const OrderFlow& flow) {
    return {flow.rate, flow.same + flow.opposite, flow.decay};
  }

  /// The total starts in its stationary law, buys and sells in balance.
  void begin(std::size_t lane, std::uint32_t step, BlockState& block, const NoiseCache& noise) {
    excess_[lane] = imbalance_[lane] = 0;
    const auto& flow = block.of(asset_, lane).order_flow;
    if (!flow) return;
    const std::uint64_t path = noise.paths().value[lane];
    excess_[lane] = stationary_excess(law_of(*flow), [&](unsigned k) {
      const EventDraws draw(noise, static_cast<std::uint32_t>(asset_) | kFlow, path, step * 64u);
      return draw.uniform(Purpose::entry_state, k);
    });
  }

  Orders trade(const OrderFlow& flow, double dt, double first, std::size_t lane, const EventDraws& draw,
               BlockState& block) {
    const SelfExciting law = law_of(flow);
    Orders orders;
    unsigned order = 0;
    double before = excess_[lane];
    double imbalance = imbalance_[lane];
    const double kick = (flow.same - flow.opposite) * flow.decay, jump = law.branching * law.decay;
    orders.seen = arrivals(
        law, dt, first, excess_[lane], [&](unsigned k) { return draw.uniform(Purpose::arrival, k); },
        [&](double excess, double left) {
          const double decayed = excess - jump;  // just before this order
          if (before > 0) imbalance *= decayed / before;
          const double intensity = flow.rate + decayed;
          const double u = draw.uniform(Purpose::flow, ++order);
          const double sign = u * intensity < 0.5 * (intensity + imbalance) ? 1 : -1;
          orders.net += sign;
          imbalance += sign * kick;
          before = excess;
          block.withdraw(asset_, lane, {left, 1 - flow.drain});
        });
    if (before > 0) imbalance *= excess_[lane] / before;
    imbalance_[lane] = imbalance;
    return orders;
  }

  std::size_t asset_;
  Lanes excess_{};     // intensity of all orders above the base rate
  Lanes imbalance_{};  // intensity of buys less that of sells
};

}  // namespace

std::unique_ptr<Component> make_order_flow(const Scenario&, std::size_t asset) {
  return std::make_unique<SignedFlow>(asset);
}

}  // namespace unhedged::world
