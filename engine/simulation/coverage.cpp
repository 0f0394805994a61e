#include "engine/simulation/coverage.hpp"

#include <algorithm>

#include "engine/simulation/floor.hpp"
#include "engine/simulation/requirements.hpp"
#include "engine/simulation/todays_hedges.hpp"

namespace unhedged::simulation {
namespace {

bool covers(const YardstickPlan& yardstick, std::size_t asset) {
  return std::ranges::find(yardstick.assets, asset) != yardstick.assets.end();
}

/// What the book of the assets has come to by now, and what it was worth today, both in money of now.
struct BookGain {
  Lanes now{}, today{};
};
BookGain book_gain(const Floor& floor, std::uint32_t step, const YardstickPlan& yardstick,
                   const std::vector<Lanes>& base) {
  BookGain out;
  for (const std::size_t a : yardstick.assets) {
    const double per_growth = 1 / floor.run().to_horizon(a, step);
    const Lanes &cash = floor.book_cash(a), &value = floor.marked(a);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      out.now[lane] += cash[lane] * per_growth + value[lane];
      out.today[lane] += base[a][lane] * per_growth;
    }
  }
  return out;
}

}  // namespace

CoverageTerms coverage_terms(const Plan& plan, const std::vector<hedging::DeskPlan>& desks, Stop stop) {
  CoverageTerms out;
  if (plan.yardsticks.empty()) return out;
  const auto hedges = todays_hedges(plan, stop);
  std::vector<FrozenBook> books(plan.hedgers.size(), FrozenBook(plan));
  out.held.resize(plan.hedgers.size());
  for (std::size_t h = 0; h < books.size(); ++h)
    for (const TodaysHedge& hedge : hedges[h]) {
      books[h].add(hedge.asset, hedge.held);
      out.held[h].push_back({&desks[h].lines[hedge.line], hedge.held.quantity});
    }
  out.looks.assign(plan.grid.steps + 1, 0);
  out.looks[0] = 1;
  for (const YardstickPlan& one : plan.yardsticks) {
    auto& row = out.required.emplace_back();
    for (const FrozenBook& book : books) {
      stop.check();
      row.push_back(required(one.yardstick, plan, book).initial.value_or(0));
    }
    out.looks[one.step] = 1;
    out.last = std::max(out.last, one.step);
  }
  return out;
}

Coverage::Coverage(const CoverageTerms& terms, const Plan& plan)
    : terms_(&terms),
      plan_(&plan),
      hedgers_(plan.hedgers.size()),
      base_(plan.assets.size()),
      held_(plan.yardsticks.size() * hedgers_),
      traded_(held_.size()) {
  for (const auto& of_hedger : terms.held)
    for (const CoverageTerms::Held& one : of_hedger) {
      const auto same = [&](const UnitGain& unit) { return unit.line->tradable == one.line->tradable; };
      if (std::ranges::none_of(units_, same)) units_.push_back({one.line});
    }
}

void Coverage::start() {
  for (UnitGain& unit : units_) {
    unit.is_closed = false;
    unit.gain.fill(0.0);
  }
  for (std::vector<Lanes>* all : {&held_, &traded_})
    for (Lanes& lanes : *all) lanes.fill(0.0);
}

void Coverage::look(const Floor& floor, std::uint32_t step) {
  if (step > terms_->last) return;
  if (step == 0) begin(floor);
  for (UnitGain& unit : units_) move(floor, step, unit);
  for (std::size_t y = 0; y < plan_->yardsticks.size(); ++y)
    if (plan_->yardsticks[y].step == step) judge(floor, step, y);
}

void Coverage::begin(const Floor& floor) {
  for (std::size_t a = 0; a < base_.size(); ++a) {
    const double growth = floor.run().to_horizon(a, 0);
    const Lanes &cash = floor.book_cash(a), &value = floor.marked(a);
    for (std::size_t lane = 0; lane < kLanes; ++lane) base_[a][lane] = cash[lane] + growth * value[lane];
  }
}

/// As the ledger has it: what is paid for bears interest, what is on margin pays the moves and the funding.
void Coverage::move(const Floor& floor, std::uint32_t step, UnitGain& unit) const {
  const hedging::Line& line = *unit.line;
  if (unit.is_closed) return;
  const bool rolls = step > 0 && line.rolls_at(step);
  const market::Tape& tape = rolls ? floor.options().outgoing()[line.option_index] : floor.tape(line);
  const double growth = floor.run().to_horizon(line.asset, step);
  if (step > 0) {
    const double before = floor.run().to_horizon(line.asset, step - 1);
    const bool yields = !line.on_margin && line.option == nullptr;
    const double kept = growth * (yields ? 1 + floor.yield_over(line.asset, step - 1) : 1);
    const double years = floor.run().years_with_interest(line.asset, step - 1);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double paid = line.on_margin ? growth * (1 + years * unit.funding[lane]) : before;
      unit.gain[lane] += kept * (*tape.price)[lane] - paid * unit.price[lane];
    }
  }
  unit.price = *tape.price;
  if (line.on_margin) unit.funding = *tape.funding;
  unit.is_closed = rolls;
}

void Coverage::judge(const Floor& floor, std::uint32_t step, std::size_t y) {
  const YardstickPlan& yardstick = plan_->yardsticks[y];
  const BookGain book = book_gain(floor, step, yardstick, base_);
  for (std::size_t h = 0; h < hedgers_; ++h) {
    if (floor.desk(h) == nullptr) continue;
    const double required = terms_->required[y][h];
    Lanes held, traded;
    const hedging::Account* const account = floor.account(h);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double left = account != nullptr ? account->book_share(lane) : 1;
      held[lane] = book.now[lane] - book.today[lane];
      traded[lane] = left * book.now[lane] - book.today[lane];
    }
    add_held(floor, step, yardstick, h, held);
    add_traded(floor, step, yardstick, h, traded);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      held_[y * hedgers_ + h][lane] = -held[lane] > required ? 1 : 0;
      traded_[y * hedgers_ + h][lane] = -traded[lane] > required ? 1 : 0;
    }
  }
}

void Coverage::add_held(const Floor& floor, std::uint32_t step, const YardstickPlan& yardstick,
                        std::size_t hedger, Lanes& gain) const {
  for (const CoverageTerms::Held& held : terms_->held[hedger]) {
    if (!covers(yardstick, held.line->asset)) continue;
    const auto unit = std::ranges::find(units_, held.line->tradable,
                                        [](const UnitGain& one) { return one.line->tradable; });
    const double units = held.units / floor.run().to_horizon(held.line->asset, step);
    for (std::size_t lane = 0; lane < kLanes; ++lane) gain[lane] += units * unit->gain[lane];
  }
}

void Coverage::add_traded(const Floor& floor, std::uint32_t step, const YardstickPlan& yardstick,
                          std::size_t hedger, Lanes& gain) const {
  const hedging::Desk& desk = *floor.desk(hedger);
  for (std::size_t k = 0; k < desk.plan().lines.size(); ++k) {
    const hedging::Line& line = desk.plan().lines[k];
    if (!covers(yardstick, line.asset)) continue;
    const hedging::Holding& held = desk.ledger()[k];
    const Lanes& price = *floor.tape(line).price;
    const double per_growth = 1 / floor.run().to_horizon(line.asset, step);
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      gain[lane] += held.cash[lane] * per_growth + held.units[lane] * price[lane];
  }
  const hedging::Account* const account = floor.account(hedger);
  if (account == nullptr) return;
  const double per_growth = 1 / floor.run().to_horizon(0, step);
  for (std::size_t lane = 0; lane < kLanes; ++lane) gain[lane] += account->earned_beside(lane) * per_growth;
}

}  // namespace unhedged::simulation
