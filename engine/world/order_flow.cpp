#include "engine/math/scalar.hpp"
#include "engine/world/arrivals.hpp"
#include "engine/world/components.hpp"
#include "engine/world/event_draws.hpp"
#include "engine/world/event_kernels.hpp"
#include "engine/world/part.hpp"
#include "engine/world/part_kernels.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

constexpr RegimeTable kNone{};

SelfExciting law_of_all(const OrderFlow& flow) { return {flow.rate, flow.same + flow.opposite, flow.decay}; }

/// Buys and sells share one clock, whose branching is that of both signs together; the sign of an order
/// follows the intensities of the two at its time.
class SignedFlow final : public Part<OrderFlow> {
 public:
  SignedFlow(const Scenario& scenario, std::size_t asset)
      : Part(laws_of(scenario, asset, &AssetRegime::order_flow)), asset_(asset) {
    arrivals_.kept[0] = 1;
    for (std::size_t r = 0; r < regimes(); ++r) {
      if (const OrderFlow* flow = law(r)) {
        paid_[r] = -scalar::cosh_minus_one(flow->impact);
        quiet_variance_[r] = flow->variance(flow->rate);
        variance_[r] = flow->variance(1);
      }
    }
  }

  void advance(const Move& move, BlockState& block, NoiseCache& noise) override {
    const Lanes& first = noise.uniforms(Purpose::market_orders, Factor::asset(asset_), move.step);
    event_kernels().await(arrivals_, block.regime, first, excess_, events_);
    event_kernels().fade(arrivals_.kept, laws(), events_.any, excess_);
    event_kernels().fade(arrivals_.kept, laws(), events_.any, imbalance_);
    part_kernels().add_line(kNone, paid_, block.regime, events_.expected,
                            block.assets[asset_].state.log_spot);
    for (std::size_t k = 0; k < events_.count; ++k) order(events_.lane[k], first, move, block, noise);
  }

  /// So much that its mean is the long-run variance of the signed flow.
  void show(BlockState& block) override {
    part_kernels().add_line(quiet_variance_, variance_, block.regime, excess_,
                            block.assets[asset_].jump_variance);
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
  void begin(std::size_t lane, const OrderFlow& flow, std::uint32_t step, BlockState&,
             const NoiseCache& noise) override {
    excess_[lane] = imbalance_[lane] = 0;
    const SelfExciting law = law_of_all(flow);
    if (!flow.stationary || law.branching <= 0) return;
    const EventDraws draw(noise, Factor::order_flow(asset_), noise.paths().value[lane], step * kStepsOfEntry);
    Intensity at{law.mean_excess(), 0};
    trade(
        flow, law.past(), draw.uniform(Purpose::entry_state, 0), at,
        [&](unsigned k) { return draw.uniform(Purpose::entry_state, k + 1); },
        [&](unsigned k) { return draw.uniform(Purpose::entry_sign, k); }, [](double) {});
    excess_[lane] = at.excess;
    imbalance_[lane] = at.imbalance;
  }

  void order(std::size_t lane, const Lanes& first, const Move& move, BlockState& block,
             const NoiseCache& noise) {
    const OrderFlow& flow = *acting(lane, block);
    const EventDraws draw(noise, Factor::order_flow(asset_), noise.paths().value[lane], move.step);
    Intensity at{excess_[lane], imbalance_[lane]};
    const Orders orders = trade(
        flow, move.dt, first[lane], at, [&](unsigned k) { return draw.uniform(Purpose::arrival, k); },
        [&](unsigned k) { return draw.uniform(Purpose::market_orders, k); },
        [&](double left) { block.withdraw(asset_, lane, left, 1 - flow.drain); });
    excess_[lane] = at.excess;
    imbalance_[lane] = at.imbalance;
    block.assets[asset_].state.log_spot[lane] +=
        flow.impact * orders.net + paid_[block.regime.value[lane]] * orders.seen.expected;
  }

  /// Makes the tables for steps of dt. Where a regime has no order flow, what orders have called forth
  /// decays.
  void prepare(const Scenario&, double dt) override {
    for (std::size_t r = 0; r < regimes(); ++r)
      if (const OrderFlow* flow = law(r)) tabulate(law_of_all(*flow), dt, r, law_of(r), arrivals_);
  }

  /// Goes through `time`. wait(k), sign(k): uniforms; on_order(left): with the time left after each order.
  template <class Wait, class Sign, class OnOrder>
  static Orders trade(const OrderFlow& flow, double time, double first, Intensity& at, Wait&& wait,
                      Sign&& sign, OnOrder&& on_order) {
    const SelfExciting law = law_of_all(flow);
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
  ArrivalLaw arrivals_{};
  RegimeTable paid_{};                         // on expected orders
  RegimeTable quiet_variance_{}, variance_{};  // a year, at the base rate and for each unit of excess
  Lanes excess_{}, imbalance_{};               // see Intensity
  Events events_{};
};

}  // namespace

std::unique_ptr<Component> make_order_flow(const Scenario& scenario, std::size_t asset) {
  return std::make_unique<SignedFlow>(scenario, asset);
}

}  // namespace unhedged::world
