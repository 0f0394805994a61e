#include "engine/simulation/todays_hedges.hpp"

#include "engine/market/implied_curve.hpp"
#include "engine/math/scalar.hpp"
#include "engine/simulation/path_block.hpp"

namespace unhedged::simulation {
namespace {

using instruments::ContractKind;

/// Markets in which orders are filled whole at once.
void open_to_all(world::Scenario& scenario, const TimeGrid& grid) {
  scenario.grid = grid;
  scenario.transitions.clear();
  scenario.feedback.reset();
  scenario.regimes = {scenario.regimes[scenario.start]};
  scenario.start = 0;
  scenario.regimes[0].halted = false;
  for (world::AssetRegime& asset : scenario.regimes[0].assets) asset.liquidity.participation = 0;
  for (world::AssetToday& asset : scenario.today) asset.venues.clear();
}

/// Today and the next grid time, of one scenario: today's quotes are the same in all.
Plan today_alone(const Plan& plan) {
  Plan out = plan;
  out.grid.steps = 1;
  out.greeks = GreekMethod::exact;
  out.yardsticks.clear();
  out.scenarios = {plan.scenarios.front()};
  open_to_all(out.scenarios[0], out.grid);
  for (hedging::Hedger& hedger : out.hedgers) {
    hedger.latency = {};
    hedger.execution.clear();
    for (hedging::Costs& costs : hedger.costs) costs.at_mid = true;
    for (hedging::HedgeOption& option : hedger.options) option.rolls = {0};
  }
  return out;
}

margin::MarginPosition option_held(const hedging::HedgeOption& option, const AssetPlan& asset) {
  margin::MarginPosition held;
  held.kind = option.right == pricing::Right::call ? ContractKind::call : ContractKind::put;
  held.strike = option.strike_ratio * asset.spot;
  held.expiry_years = option.life_years;
  const double over_forward =
      scalar::log(option.strike_ratio) - (asset.carry.rate - asset.carry.yield) * option.life_years;
  held.volatility = market::quotes_today(asset.implied_volatility, asset.surface)
                        .volatility(option.life_years, 0, over_forward);
  return held;
}

/// Notes what desks hold once they have traded today.
class HoldingsSink final : public Sink {
 public:
  explicit HoldingsSink(std::size_t hedgers) : held_(hedgers) {}

  void at(const Floor& floor, std::uint32_t step) override {
    if (step != 0) return;
    for (std::size_t h = 0; h < held_.size(); ++h)
      if (const hedging::Desk* desk = floor.desk(h)) note(*desk, floor.run().plan(), held_[h]);
  }
  std::vector<std::vector<TodaysHedge>> take() { return std::move(held_); }

 private:
  static void note(const hedging::Desk& desk, const Plan& plan, std::vector<TodaysHedge>& out) {
    for (std::size_t k = 0; k < desk.plan().lines.size(); ++k) {
      const hedging::Line& line = desk.plan().lines[k];
      const double units = desk.ledger()[k].units[0];
      if (units == 0) continue;
      margin::MarginPosition held;
      if (line.option != nullptr) held = option_held(*line.option, plan.assets[line.asset]);
      else held.kind = line.on_margin ? ContractKind::perpetual : ContractKind::spot;
      held.quantity = units;
      out.push_back({line.asset, k, held});
    }
  }

  std::vector<std::vector<TodaysHedge>> held_;
};

}  // namespace

std::vector<std::vector<TodaysHedge>> todays_hedges(const Plan& plan, Stop stop) {
  const Plan today = today_alone(plan);
  const PreparedRun prepared(today, 1, stop);
  PathBlock block(prepared);
  HoldingsSink sink(plan.hedgers.size());
  PathIds paths;
  for (std::size_t lane = 0; lane < kLanes; ++lane) paths.value[lane] = lane;
  block.simulate(paths, &sink, stop);
  return sink.take();
}

}  // namespace unhedged::simulation
