#include "engine/hedging/desk.hpp"

#include <algorithm>
#include <cmath>

#include "engine/hedging/account_kernels.hpp"
#include "engine/hedging/rule_kernels.hpp"

namespace unhedged::hedging {

bool RebalanceRule::looks_at(std::size_t step, const TimeGrid& grid) const {
  if (!grid.closes()) return step % every_steps == 0;
  const std::size_t day = step / grid.steps_per_day(), within = step % grid.steps_per_day();
  if (every_days == 0) return within % every_steps == 0;
  return step == 0 || (within == grid.sessions.steps && (day + 1) % every_days == 0);
}

const Line* DeskPlan::line_of(std::size_t asset) const {
  const auto found = std::ranges::find(lines, asset, &Line::asset);
  return found == lines.end() ? nullptr : &*found;  // options come last
}

std::size_t DeskPlan::first_option() const {
  const auto found = std::ranges::find_if(lines, [](const Line& line) { return line.option != nullptr; });
  return static_cast<std::size_t>(found - lines.begin());
}

bool Execution::paces() const {
  return lot > 0 || minimum > 0 || most < std::numeric_limits<double>::infinity();
}

bool DeskPlan::looks_at(std::size_t asset) const {
  return line_of(asset) != nullptr || (strategy && strategy->looks_at_all());
}

std::size_t DeskPlan::memory() const {
  std::size_t lanes = strategy ? strategy->memory(lines.size(), assets) : 0;
  for (const auto& rule : rules) lanes += rule->memory();
  return lanes;
}

pricing::GreekSet DeskPlan::needs() const {
  pricing::GreekSet all = strategy ? strategy->needs() : pricing::GreekSet{};
  for (const auto& rule : rules) all = all | rule->needs();
  return all;
}

Desk::Desk(const DeskPlan& plan, const RouterTerms& terms, std::span<const market::Tape* const> tapes)
    : plan_(&plan), terms_(terms), ledger_(plan.lines.size()), targets_(plan.lines.size()) {
  memory_.resize(plan.memory());
  if (plan.strategy) of_strategy_ = plan.strategy->memory(plan.lines.size(), plan.assets);
  terms_.latency = plan.hedger->latency;
  const std::size_t options = plan.lines.size() - plan.first_option();
  if (options > 0) option_greeks_.resize(plan.lines.size()), intended_.resize(options);
  for (std::size_t k = 0; k < plan.lines.size(); ++k)
    routers_.emplace_back(terms_, plan.lines[k], *tapes[plan.lines[k].tradable], ledger_, k);
}

void Desk::clear() {
  ledger_.clear();
  for (Router& router : routers_) router.clear();
  for (Lanes& lanes : memory_) lanes.fill(0.0);
  if (of_strategy_ > 0) plan_->strategy->start(std::span(memory_).first(of_strategy_));
}

OrderMoment Desk::moment(std::size_t line, const FloorView& floor, FillRoom& room) const {
  const Line& l = plan_->lines[line];
  return {floor.step, floor.tapes[l.tradable], &floor.trading,
          floor.to_horizon[l.asset][floor.step] * l.paid_later, &room};
}

/// What is held of an option that rolls is sold at the market of now, and what was ordered of it is void.
void Desk::roll(const FloorView& floor, FillRoom& room) {
  for (std::size_t k = 0; k < routers_.size(); ++k) {
    const Line& line = plan_->lines[k];
    if (!line.rolls_at(floor.step)) continue;
    OrderMoment now = moment(k, floor, room);
    now.tape = &floor.outgoing[line.option_index];
    routers_[k].close(now);
  }
}

void Desk::trade(const FloorView& floor, FillRoom& room) {
  if (!intended_.empty()) roll(floor, room);
  for (std::size_t k = 0; k < routers_.size(); ++k) routers_[k].arrive(moment(k, floor, room));
  if (is_due(floor.step)) decide(floor, room);
  for (std::size_t k = 0; k < routers_.size(); ++k) routers_[k].release(moment(k, floor, room));
}

void Desk::decide(const FloorView& floor, FillRoom& room) {
  const std::size_t others = routers_.size() - intended_.size();
  for (std::size_t k = others; k < routers_.size(); ++k)
    option_greeks_[k] = floor.options[plan_->lines[k].option_index];
  const StrategyView view{floor.step,       floor.quotes, floor.greeks,
                          plan_->tradables, ledger_,      std::span(memory_).first(of_strategy_),
                          option_greeks_};
  plan_->strategy->target(view, targets_);
  if (floor.leash != nullptr && !floor.leash->is_unlimited) room_left_ = floor.leash->room;
  if (!intended_.empty()) trade_options(view, floor, room);
  for (std::size_t k = 0; k < others; ++k) send(k, floor, room);
}

/// First, so that the rest is for what will be held of them.
void Desk::trade_options(const StrategyView& view, const FloorView& floor, FillRoom& room) {
  const std::size_t others = routers_.size() - intended_.size();
  for (std::size_t k = others; k < routers_.size(); ++k) {
    Lanes& intended = intended_[k - others];
    const Lanes* const committed = routers_[k].committed();
    const bool ordered = send(k, floor, room) == Sent::ordered;
    intended = ledger_[k].units;
    if (!ordered) continue;
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      intended[lane] += routers_[k].decision()[lane] + (committed != nullptr ? (*committed)[lane] : 0.0);
  }
  plan_->strategy->complete(view, intended_, targets_);
}

Desk::Sent Desk::send(std::size_t k, const FloorView& floor, FillRoom& room) {
  const OrderMoment now = moment(k, floor, room);
  if (plan_->rules.empty() && floor.leash == nullptr && routers_[k].is_direct(now)) {
    const double tolerance = plan_->lines[k].rolls_at(floor.step) ? 0.0 : plan_->tolerance[k][floor.step];
    routers_[k].rebalance({*targets_[k].units, targets_[k].factor, tolerance}, now);
    return Sent::filled;
  }
  order(k, floor);
  routers_[k].submit(now, floor.latency);
  return Sent::ordered;
}

void Desk::order(std::size_t k, const FloorView& floor) {
  const bool ruled = !plan_->rules.empty();
  const Line& line = plan_->lines[k];
  const bool all_the_way = ruled || line.rolls_at(floor.step);
  const double tolerance = all_the_way ? -1.0 : plan_->tolerance[k][floor.step];  // -1: the gap itself
  const Target target = target_of(k, floor);
  const Lanes& held = ledger_[k].units;
  Router& router = routers_[k];
  Lanes& order = ruled ? gap_ : router.decision();
  if (const Lanes* committed = router.committed())
    desk_kernels().decide_with(target, tolerance, held, *committed, order);
  else desk_kernels().decide(target, tolerance, held, order);
  if (!ruled) return restrain(k, floor);
  std::size_t first = of_strategy_;
  for (std::size_t before = 0; before < k; ++before) first += plan_->rules[before]->memory();
  const Rule& rule = *plan_->rules[k];
  const RuleView view{floor.step,
                      floor.quotes.assets[line.asset],
                      floor.quotes.tradables[line.option != nullptr ? line.asset : line.tradable],
                      floor.greeks[line.asset],
                      gap_,
                      std::span(memory_).subspan(first, rule.memory())};
  if (line.rolls_at(floor.step)) rest_.fill(0.0);
  else rule.judge(view, rest_);
  rule_kernels().order(gap_, rest_, router.decision());
  restrain(k, floor);
  rule.note(view, router.decision());
}

/// Of a book of which a part has been closed, that is not hedged any more.
Target Desk::target_of(std::size_t k, const FloorView& floor) {
  if (floor.leash == nullptr || floor.leash->book_share == nullptr) return targets_[k];
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    scaled_[lane] = (*targets_[k].units)[lane] * (*floor.leash->book_share)[lane];
  return {&scaled_, targets_[k].factor};
}

/// An order may make a position smaller, or larger as far as there is room.
void Desk::restrain(std::size_t k, const FloorView& floor) {
  if (floor.leash == nullptr) return;
  const Line& line = plan_->lines[k];
  const Lanes& price = *floor.tapes[line.option != nullptr ? line.asset : line.tradable]->price;
  const Lanes &held = ledger_[k].units, *const committed = routers_[k].committed();
  if (!floor.leash->is_unlimited)
    account_kernels().restrain({held, price, committed}, routers_[k].decision(), room_left_);
  if (floor.leash->seizes) routers_[k].keep(floor.leash->seized);
}

const Lanes* Desk::traded(std::size_t asset, Lanes& room) const {
  const Lanes* units = nullptr;
  for (std::size_t k = 0; k < routers_.size(); ++k) {
    if (plan_->lines[k].asset != asset || plan_->lines[k].option != nullptr) continue;
    if (units != nullptr)
      for (std::size_t lane = 0; lane < kLanes; ++lane) room[lane] = (*units)[lane] + filled(k)[lane];
    units = units == nullptr ? &filled(k) : &room;
  }
  return units;
}

void Desk::close_out(const FloorView& floor, FillRoom& room) {
  for (std::size_t k = 0; k < routers_.size(); ++k) {
    OrderMoment now = moment(k, floor, room);
    switch (plan_->hedger->close_out) {
      case CloseOut::mid:
        now.to_horizon /= plan_->lines[k].paid_later;  // a mark is no trade
        routers_[k].mark(now);
        break;
      case CloseOut::market: routers_[k].close(now); break;
      case CloseOut::none: routers_[k].clear(); break;
    }
  }
}

}  // namespace unhedged::hedging
