#include <algorithm>
#include <cmath>

#include "engine/simulation/column.hpp"
#include "engine/simulation/explained.hpp"
#include "engine/simulation/path_block.hpp"

/// How each column is computed from a finished block.
namespace unhedged::simulation {
namespace {

using hedging::Holding;
using risk::Concern;
using risk::kMoney;
using Out = std::span<Lanes>;

void pnl(const FinishedBlock& block, Out out) { out[0] = block.floor.pnl(block.hedger); }

/// The sum over what the hedger trades in.
void sum_of_positions(const FinishedBlock& block, Lanes Holding::*of, Lanes& out) {
  const hedging::Ledger& ledger = block.floor.desk(block.hedger)->ledger();
  out.fill(0.0);
  for (std::size_t line = 0; line < ledger.lines(); ++line)
    for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] += (ledger[line].*of)[lane];
}

/// The sum over the positions of one of their amounts of money.
template <Lanes Holding::*of>
void total(const FinishedBlock& block, Out out) {
  sum_of_positions(block, of, out[0]);
  block.floor.count_in_numeraire(out[0]);
}

void cost(const FinishedBlock& block, Out out) {
  Lanes impact, fees;
  sum_of_positions(block, &Holding::spread_cost, out[0]);
  sum_of_positions(block, &Holding::impact_cost, impact);
  sum_of_positions(block, &Holding::fees, fees);
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[0][lane] = out[0][lane] + impact[lane] + fees[lane];
  block.floor.count_in_numeraire(out[0]);
}

void self_inflicted_loss(const FinishedBlock& block, Out out) {
  const Lanes &calm = block.calm.pnl(block.hedger), &fed = block.floor.pnl(block.hedger);
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[0][lane] = calm[lane] - fed[lane];
}

void exploded(const FinishedBlock& block, Out out) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[0][lane] = block.floor.exploded(lane) ? 1 : 0;
}

using hedging::CalibrationRecord;

/// The sum over assets, and how many calibrations it is of, all but the first or all.
struct Calibrations {
  std::size_t of_all = 0, of_changes = 0;
};
Calibrations add_up(const FinishedBlock& block, Lanes CalibrationRecord::*of, Lanes& out) {
  Calibrations count;
  out.fill(0.0);
  for (std::size_t a = 0; a < block.floor.run().plan().assets.size(); ++a) {
    const CalibrationRecord* const record = block.floor.calibrations(block.hedger, a);
    if (record == nullptr) continue;
    for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] += (record->*of)[lane];
    count.of_all += record->calibrations;
    count.of_changes += record->calibrations - 1;
  }
  return count;
}

void calibration_error(const FinishedBlock& block, Out out) {
  const Calibrations count = add_up(block, &CalibrationRecord::squared_error, out[0]);
  const auto all = static_cast<double>(std::max<std::size_t>(1, count.of_all));
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[0][lane] = std::sqrt(out[0][lane] / all);
}

void parameter_drift(const FinishedBlock& block, Out out) {
  const Calibrations count = add_up(block, &CalibrationRecord::drift, out[0]);
  const auto changes = static_cast<double>(std::max<std::size_t>(1, count.of_changes));
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[0][lane] /= changes;
}

void failed_calibrations(const FinishedBlock& block, Out out) {
  add_up(block, &CalibrationRecord::failures, out[0]);
}

/// A mean by hedger, of those who recalibrate.
Column of_calibrations(const char* name, const char* help, void (*compute)(const FinishedBlock&, Out)) {
  return {.data = {}, .mean = {name, "1", help}, .concern = Concern::calibration, .compute = compute};
}

void time_share(const FinishedBlock& block, Out out) {
  const double horizon = block.calm.run().plan().grid.horizon_years();
  if (out.size() == 1) return out[0].fill(1.0);
  for (std::size_t r = 0; r < out.size(); ++r)
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      out[r][lane] = block.calm.regime_time()[r][lane] / horizon;
}

void exercised_early(const FinishedBlock& block, Out out) {
  const double all = block.calm.run().plan().units_ended_early();
  const Lanes& units = block.calm.contracts().ended_early().units;
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[0][lane] = units[lane] / all;
}

/// Times share of those exercised: over the mean of that it is their mean time.
void exercise_years(const FinishedBlock& block, Out out) {
  const double all = block.calm.run().plan().units_ended_early();
  const Lanes& years = block.calm.contracts().ended_early().unit_years;
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[0][lane] = years[lane] / all;
}

/// P&L lost to the feedback of the hedge, or whether it ran away.
Column of_feedback(risk::MetricInfo data, risk::MetricInfo mean, Element element,
                   void (*compute)(const FinishedBlock&, Out)) {
  return {.data = std::move(data),
          .mean = std::move(mean),
          .concern = Concern::feedback,
          .keep = Keep::every_path,
          .element = element,
          .compute = compute};
}

const hedging::AccountRecord& account_of(const FinishedBlock& block) {
  return block.floor.account(block.hedger)->record();
}

template <Lanes hedging::AccountRecord::*of>
void of_account(const FinishedBlock& block, Out out) {
  out[0] = account_of(block).*of;
}

template <Lanes hedging::AccountRecord::*of>
void money_of_account(const FinishedBlock& block, Out out) {
  out[0] = account_of(block).*of;
  block.floor.count_in_numeraire(out[0]);
}

void time_to_failure(const FinishedBlock& block, Out out) {
  const TimeGrid& grid = block.floor.run().plan().grid;
  const hedging::AccountRecord& record = account_of(block);
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    out[0][lane] = record.liquidated[lane] != 0
                       ? grid.time(static_cast<std::size_t>(record.failure_step[lane]))
                       : grid.horizon_years();
}

void hedge_lost(const FinishedBlock& block, Out out) {
  const hedging::AccountRecord& record = account_of(block);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double most = record.peak_notional[lane];
    out[0][lane] = most > 0 ? record.taken[lane] / most : 0;
  }
}

void deleveraging_loss(const FinishedBlock& block, Out out) {
  const hedging::AccountRecord& record = account_of(block);
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    out[0][lane] = record.deleveraging_cost[lane] + record.unhedged_loss[lane];
  block.floor.count_in_numeraire(out[0]);
}

/// Kept of every path, of those who have an account; the mean under a name of its own where it is a
/// probability.
Column of_accounts(Concern concern, risk::MetricInfo data, const char* mean, const char* help,
                   Element element, void (*compute)(const FinishedBlock&, Out)) {
  const std::string unit = element == Element::flag ? "probability" : data.unit;
  return {.data = std::move(data),
          .mean = {mean, unit, help},
          .concern = concern,
          .keep = Keep::every_path,
          .element = element,
          .compute = compute};
}

/// A mean by hedger, of money of the horizon, of those who have an account.
Column money_of_accounts(Concern concern, const char* name, const char* help,
                         void (*compute)(const FinishedBlock&, Out)) {
  return {.data = {}, .mean = {name, kMoney, help}, .concern = concern, .compute = compute};
}

Column tailed(Column column) {
  column.is_tailed = true;
  return column;
}

/// With the mean over that of another column.
Column over(const char* other, const risk::MetricInfo& ratio, Column column) {
  column.over = other;
  column.ratio = ratio;
  return column;
}

/// What comes of accounts.
std::vector<Column> account_columns() {
  using Record = hedging::AccountRecord;
  return {
      of_accounts(Concern::margin, {"margin_called", "1", "1 where cash was called for"}, "p_margin_call",
                  "P(cash is called for)", Element::flag, of_account<&Record::called>),
      of_accounts(Concern::margin, {"liquidated", "1", "1 where positions were closed by force"},
                  "p_liquidated", "P(positions are closed by force)", Element::flag,
                  of_account<&Record::liquidated>),
      of_accounts(Concern::margin,
                  {"time_to_failure", "years",
                   "until positions were first closed by force; the horizon where none were"},
                  "time_to_failure", "mean time until positions are closed by force, at most the horizon",
                  Element::number, time_to_failure),
      of_accounts(
          Concern::margin,
          {"first_requirement", kMoney, "initial margin at the first check that finds a position, not grown"},
          "first_requirement", "mean initial margin at the first check that finds a position",
          Element::number, money_of_account<&Record::first_requirement>),
      over("first_requirement",
           {"procyclicality", "1", "mean of the largest initial margin over the mean of the first"},
           of_accounts(Concern::margin,
                       {"peak_requirement", kMoney, "the largest initial margin at a check, not grown"},
                       "peak_requirement", "mean of the largest initial margin at a check", Element::number,
                       money_of_account<&Record::peak_requirement>)),
      tailed(of_accounts(
          Concern::margin,
          {"cash_called", kMoney, "the most that was paid in on calls and asked for at one time, not grown"},
          "cash_called", "mean of the most that is paid in on calls and asked for at one time",
          Element::number, money_of_account<&Record::peak_call>)),
      money_of_accounts(Concern::account, "financing",
                        "mean cost of money and of shorts, grown to the horizon",
                        money_of_account<&Record::financing>),
      money_of_accounts(Concern::margin, "liquidation_cost",
                        "mean cost of what is closed by force, grown to the horizon; part of cost",
                        money_of_account<&Record::liquidation_cost>),
      tailed(
          of_accounts(Concern::collateral,
                      {"collateral_loss", kMoney,
                       "what collateral in assets has lost by the horizon, sold or not; no part of the P&L"},
                      "collateral_loss", "mean of what collateral in assets loses; no part of the P&L",
                      Element::number, money_of_account<&Record::collateral_loss>)),
      of_accounts(Concern::deleveraging,
                  {"deleveraged", "1", "1 where part of the hedge was taken because losers could not pay"},
                  "p_deleveraged", "P(part of the hedge is taken because losers cannot pay)", Element::flag,
                  of_account<&Record::deleveraged>),
      of_accounts(Concern::deleveraging,
                  {"hedge_lost", "1", "value of what was taken over that of the hedge at its largest"},
                  "hedge_lost", "mean value of what is taken over that of the hedge at its largest",
                  Element::number, hedge_lost),
      tailed(
          of_accounts(Concern::deleveraging,
                      {"deleveraging_loss", kMoney,
                       "what was taken at worse prices than the mark, and what it would have made until it "
                       "was bought back, grown to the horizon"},
                      "deleveraging_loss", "mean loss by what is taken and until it is bought back",
                      Element::number, deleveraging_loss)),
      money_of_accounts(Concern::deleveraging, "deleveraging_cost",
                        "mean of what is taken at worse prices than the mark, grown to the horizon",
                        money_of_account<&Record::deleveraging_cost>)};
}

constexpr const char *kExercisedEarly = "exercised_early", *kExerciseYears = "exercise_years";

/// A mean by scenario, of the holders of options.
Column of_early_exercise(const risk::MetricInfo& what, void (*compute)(const FinishedBlock&, Out)) {
  return {.data = what, .mean = what, .keep = Keep::mean, .shape = Shape::scenario, .compute = compute};
}

/// A mean by hedger, of money of the horizon.
Column money_of_hedgers(const char* name, const char* help, void (*compute)(const FinishedBlock&, Out)) {
  return {.data = {}, .mean = {name, kMoney, help}, .concern = Concern::hedgers, .compute = compute};
}

/// The P&L by its causes, or what its means are made from.
Column of_causes(const char* name, const char* help, Keep keep, std::size_t parts,
                 void (*compute)(const FinishedBlock&, Out)) {
  const risk::MetricInfo info{name, kMoney, help};
  return {.data = keep == Keep::mean ? risk::MetricInfo{} : info,
          .mean = keep == Keep::mean ? info : risk::MetricInfo{},
          .keep = keep,
          .parts = parts,
          .compute = compute};
}

void add_causes(const Plan& plan, std::vector<Column>& columns) {
  if (plan.explained == Explained::nothing) return;
  columns.push_back(of_causes(kAttribution, "mean P&L by its causes", Keep::mean, parts_of_means(kBuckets),
                              explain_for_means));
  const std::size_t assets = plan.assets.size();
  if (assets > 1)
    columns.push_back(of_causes(kAttributionByAsset, "mean P&L by asset and cause", Keep::mean,
                                parts_of_means(assets * kBuckets), explain_assets_for_means));
  if (const std::size_t parts = parts_by_group(plan).size(); parts > 0)
    columns.push_back(of_causes(kAttributionByGroup, "mean P&L by group of positions", Keep::mean,
                                parts_of_means(parts), explain_groups_for_means));
  if (plan.explained == Explained::paths)
    columns.push_back(
        of_causes(kPathAttribution, "P&L of each path by its causes", Keep::every_path, kBuckets, explain));
}

/// Whether the loss of a position by the end of a yardstick's horizon is larger than what it requires.
Column of_yardstick(const YardstickPlan& yardstick, std::size_t index, Coverage::LossOf position) {
  const bool held = position == Coverage::LossOf::held;
  const std::string name = (held ? "uncovered_" : "uncovered_traded_") + yardstick.name;
  const std::string meaning =
      (held ? "today's position loses more by the end of the horizon of "
            : "the position loses more, as the desk goes on trading, by the end of the horizon of ") +
      yardstick.yardstick.shown + " than it requires today";
  return {.data = {name, "1", "1 where " + meaning},
          .mean = {"p_" + name, "probability", "P(" + meaning + ")"},
          .keep = Keep::every_path,
          .element = Element::flag,
          .compute = [index, position](const FinishedBlock& block, Out out) {
            out[0] = block.floor.coverage()->uncovered(index, block.hedger, position);
          }};
}

/// Every column there is, in the order of the summary.
std::vector<Column> all_columns() {
  return {
      {.data = {kPnl, kMoney, "profit and loss at the horizon, undiscounted"},
       .mean = {},
       .keep = Keep::every_path,
       .compute = pnl},
      money_of_hedgers(
          "turnover",
          "mean value of all hedge orders, grown to the horizon; a close-out at mid is a mark, not an order",
          total<&Holding::turnover>),
      money_of_hedgers("spread_cost", "mean cost of the bid-ask spread, grown to the horizon",
                       total<&Holding::spread_cost>),
      money_of_hedgers("impact_cost", "mean cost of market impact, grown to the horizon",
                       total<&Holding::impact_cost>),
      money_of_hedgers("fees", "mean fees of the hedger and of venues, grown to the horizon",
                       total<&Holding::fees>),
      money_of_hedgers(
          "cost", "mean cost of spread, impact and fees, grown to the horizon: P&L without costs less P&L",
          cost),
      of_feedback(
          {"self_inflicted_loss", kMoney, "P&L without feedback less P&L with it, path by path"},
          {"self_inflicted_loss", kMoney, "mean P&L without feedback less P&L with it, on the same paths"},
          Element::number, self_inflicted_loss),
      of_feedback({"exploded", "1", "1 where the feedback of the hedge ran away"},
                  {"p_exploded", "probability", "P(the feedback of the hedge ran away)"}, Element::flag,
                  exploded),
      of_calibrations("calibration_error",
                      "root mean square, over the calibrations of a path, of the model's quotes less the "
                      "market's, in volatility; the mean over paths",
                      calibration_error),
      of_calibrations(
          "parameter_drift",
          "mean change of the calibrated volatility from one calibration to the next, without sign",
          parameter_drift),
      of_calibrations("failed_calibrations",
                      "mean number of calibrations of a path to a quote that the model does not reach",
                      failed_calibrations),
      {.data = {"time_share", "1",
                "mean share of the horizon spent in the regime, in the world without feedback"},
       .mean = {"regime_time", "1", "mean share of the horizon spent in the regime"},
       .keep = Keep::mean,
       .shape = Shape::scenario_regime,
       .compute = time_share},
      of_early_exercise({kExercisedEarly, "1",
                         "mean share of the units of american and bermudan options that is exercised early"},
                        exercised_early),
      of_early_exercise({kExerciseYears, "years",
                         "mean of the time of early exercise times the share exercised then: over "
                         "exercised_early the mean time"},
                        exercise_years)};
}

}  // namespace

FinishedBlock::FinishedBlock(const PathBlock& block, std::size_t s, std::size_t h)
    : scenario(s),
      hedger(h),
      floor(block.floor_of({s, h})),
      calm(block.calm(s)),
      attribution(block.attribution(s)) {}

std::vector<Column> standard_columns(const Plan& plan) {
  std::vector<Column> columns = all_columns();
  std::ranges::move(account_columns(), std::back_inserter(columns));
  const auto concerns_anybody = [&](Concern whom) {
    for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
      for (std::size_t h = 0; h < plan.hedgers.size(); ++h)
        if (concerns(whom, plan, s, h)) return true;
    return false;
  };
  const auto of_nobody = [&](const Column& c) {
    const bool of_some = c.concern != Concern::everybody && c.concern != Concern::hedgers;
    const bool of_holders = c.data.name == kExercisedEarly || c.data.name == kExerciseYears;
    return (of_some && !concerns_anybody(c.concern)) || (of_holders && plan.units_ended_early() == 0);
  };
  std::erase_if(columns, of_nobody);
  for (std::size_t y = 0; y < plan.yardsticks.size(); ++y)
    for (const auto position : {Coverage::LossOf::held, Coverage::LossOf::traded})
      columns.push_back(of_yardstick(plan.yardsticks[y], y, position));
  add_causes(plan, columns);
  return columns;
}

}  // namespace unhedged::simulation
