#include "engine/hedging/account.hpp"

#include <algorithm>
#include <cmath>

#include "engine/hedging/account_kernels.hpp"

namespace unhedged::hedging {
namespace {

/// What is left of a position and counts as nothing.
constexpr double kNothing = 1e-12;

void raise_to(double& most, double x) { most = std::max(most, x); }

}  // namespace

Account::Account(const AccountTerms& terms, Desk& desk, const RouterTerms& routers,
                 std::span<const market::Tape* const> tapes, MarginRule* rule)
    : terms_(&terms),
      desk_(&desk),
      rule_(rule),
      pledges_(terms.assets, desk.plan(), routers, tapes),
      held_at_first_(desk.plan().lines.size()) {
  if (!terms.deleveraging) return;
  classes_ = std::make_unique<LeverageClasses>(*terms.deleveraging);
  for (std::size_t k = 0; k < desk.plan().lines.size(); ++k)
    if (desk.plan().lines[k].on_margin) perpetuals_.emplace_back(*terms.deleveraging, *classes_, k);
}

void Account::start() {
  record_ = {};
  for (DeleveragedLine& line : perpetuals_) line.start();
  pledges_.start();
  standing_ = ordered_ = leash_.seized = {};
  troubled_ = 0;
  for (Lanes& lanes : held_at_first_) lanes.fill(0.0);
  book_share_.fill(1.0);
  book_closed_.fill(0.0);
  leash_.book_share = nullptr;
  leash_.seizes = false;
  leash_.is_unlimited = !limits_orders();
  leash_.room.fill(kUnlimited);
  started_ = false;
  awaits_first_ = true;
}

/// Prices, what is there and what it is a margin for.
void Account::measure(const AccountMoment& now) {
  growth_ = now.to_horizon[0][now.step];
  if (!started_) pledged_.fill(terms_->cash < kUnlimited ? terms_->cash * growth_ : 0.0);
  started_ = true;
  prices_.clear();
  base_prices_.clear();
  for (const Line& line : desk_->plan().lines) {
    prices_.push_back(now.tapes[line.tradable]->price);
    base_prices_.push_back(line.option != nullptr ? now.tapes[line.asset]->price : prices_.back());
  }
  const AccountKernels& kernels = account_kernels();
  const double per_growth = 1 / growth_;
  AccountMoney money{pledged_, nullptr, nullptr, nullptr, nullptr, per_growth};
  if (!terms_->financing.is_free()) money.financing = &record_.financing;
  if (now.book != nullptr && terms_->covers_book()) {
    money.earned = &now.book->earned();
    if (leash_.book_share != nullptr) money.share = &book_share_, money.closed = &book_closed_;
  }
  kernels.begin(money, equity_);
  if (!terms_->assets.empty()) pledges_.add_value(now, equity_);
  const bool by_size = goes_by_size();
  if (by_size && prices_.empty()) notional_.fill(0.0);
  for (std::size_t k = 0; k < prices_.size(); ++k) {
    const double of_cash = 1 / now.to_horizon[desk_->plan().lines[k].asset][now.step];
    const HeldLine line{desk_->ledger()[k], *prices_[k], *base_prices_[k], of_cash};
    kernels.add_line(line, equity_);
    if (by_size) kernels.set_size(line, k > 0, notional_);
  }
}

/// Whether the value of what is held, without sign, decides anything.
bool Account::goes_by_size() const {
  return rule_ == nullptr || terms_->margin.initial > 0 || !perpetuals_.empty();
}

/// What must be there of what is held.
void Account::ask(std::size_t step) {
  if (rule_ != nullptr)
    return rule_->ask({step, desk_->plan().lines, desk_->ledger(), prices_, book_share_}, initial_,
                      maintenance_);
  account_kernels().by_rate(terms_->margin.initial, notional_, initial_);
  account_kernels().by_rate(terms_->margin.maintenance, notional_, maintenance_);
}

const Leash* Account::look(const AccountMoment& now) {
  if (!terms_->is_limited()) return nullptr;
  if (troubled_ > 0) cost_before_ = cost_so_far();
  const bool checks = now.step % terms_->check_every == 0;
  if (!checks && !desk_->is_due(now.step) && perpetuals_.empty()) return nullptr;
  measure(now);
  if (!perpetuals_.empty()) deleverage(now);
  ask(now.step);
  if (checks) check(now);
  limit(now.step);
  return leash_.is_slack() ? nullptr : &leash_;
}

/// Before cash is called for: what is taken asks for no margin any more.
void Account::deleverage(const AccountMoment& now) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) raise_to(record_.peak_notional[lane], notional_[lane]);
  bool any = false;
  for (DeleveragedLine& line : perpetuals_) any = line.look(now, equity_, *desk_, record_) || any;
  if (any) measure(now);
}

void Account::check(const AccountMoment& now) {
  const AccountKernels& kernels = account_kernels();
  if (awaits_first_) awaits_first_ = kernels.keep_first(initial_, record_.first_requirement);
  const bool any = kernels.look(equity_, maintenance_, initial_, record_.peak_requirement) || troubled_ > 0;
  if (!any) return;
  if (troubled_ == 0) cost_before_ = cost_so_far();
  troubled_ = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    judge(lane, now.step);
    troubled_ += standing(lane) != Standing::good ? 1 : 0;
  }
  seize(now);
}

void Account::judge(std::size_t lane, std::size_t step) {
  switch (standing(lane)) {
    case Standing::good:
      if (equity_[lane] < maintenance_[lane]) call(lane, step);
      break;
    case Standing::called:
      raise_to(record_.peak_call[lane], record_.paid_in[lane] + missing(lane));
      if (needs_backstop(lane)) begin_closing(lane, step, 1);
      else if (static_cast<double>(step) >= due_[lane]) settle_call(lane, step);
      break;
    case Standing::closing: go_on_closing(lane, step); break;
    case Standing::closed: break;
  }
}

double Account::missing(std::size_t lane) const { return std::max(0.0, initial_[lane] - equity_[lane]); }

bool Account::needs_backstop(std::size_t lane) const {
  return equity_[lane] < terms_->on_breach.backstop_below * maintenance_[lane];
}

void Account::call(std::size_t lane, std::size_t step) {
  set(lane, Standing::called);
  record_.called[lane] = 1;
  due_[lane] = static_cast<double>(step + terms_->on_breach.grace);
  raise_to(record_.peak_call[lane], record_.paid_in[lane] + missing(lane));
  if (needs_backstop(lane) && terms_->on_breach.grace > 0) begin_closing(lane, step, 1);
  else if (terms_->on_breach.grace == 0) settle_call(lane, step);
}

/// What is missing is paid in as far as the limit goes.
void Account::settle_call(std::size_t lane, std::size_t step) {
  const double asked = missing(lane);
  const double paid = std::min(asked, terms_->on_breach.top_up - record_.paid_in[lane]);
  record_.paid_in[lane] += paid;
  pledged_[lane] += paid * growth_;
  equity_[lane] += paid;
  if (paid == asked || equity_[lane] >= maintenance_[lane]) set(lane, Standing::good);
  else begin_closing(lane, step, needs_backstop(lane) ? 1 : terms_->on_breach.part);
}

void Account::begin_closing(std::size_t lane, std::size_t step, double share) {
  set(lane, Standing::closing);
  if (record_.liquidated[lane] == 0) record_.failure_step[lane] = static_cast<double>(step);
  record_.liquidated[lane] = 1;
  for (std::size_t k = 0; k < held_at_first_.size(); ++k)
    held_at_first_[k][lane] = desk_->ledger()[k].units[lane];
  book_first_[lane] = book_share_[lane];
  pledges_.begin_closing(lane);
  order_away(lane, step, share);
}

void Account::order_away(std::size_t lane, std::size_t step, double share) {
  share_closed_[lane] = std::min(1.0, share);
  due_[lane] = static_cast<double>(step + terms_->on_breach.pause);
  ordered_.value[lane] = 1;
}

/// A part at a time, until there is enough for what is left, or nothing is.
void Account::go_on_closing(std::size_t lane, std::size_t step) {
  if (share_closed_[lane] == 1) {
    if (is_flat(lane)) set(lane, Standing::closed);
    return;
  }
  if (equity_[lane] >= maintenance_[lane]) {
    set(lane, Standing::good);
    ordered_.value[lane] = 1;
  } else if (needs_backstop(lane)) {
    order_away(lane, step, 1);
  } else if (static_cast<double>(step) >= due_[lane]) {
    order_away(lane, step, share_closed_[lane] + terms_->on_breach.part);
  }
}

bool Account::is_flat(std::size_t lane) const {
  for (std::size_t k = 0; k < held_at_first_.size(); ++k)
    if (std::abs(desk_->ledger()[k].units[lane]) > kNothing * std::abs(held_at_first_[k][lane])) return false;
  return true;
}

/// Orders what is to be closed; what waits of a part is void where closing has ended.
void Account::seize(const AccountMoment& now) {
  if (std::ranges::none_of(ordered_.value, [](std::uint8_t flag) { return flag != 0; })) return;
  if (terms_->covers_book()) close_book(now);
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    order_[lane] = standing(lane) == Standing::closing ? share_closed_[lane] : 0.0;
  if (!terms_->assets.empty()) pledges_.order_away(ordered_, order_);
  for (std::size_t k = 0; k < held_at_first_.size(); ++k) {
    const Lanes& held = desk_->ledger()[k].units;
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      order_[lane] = standing(lane) == Standing::closing
                         ? (1 - share_closed_[lane]) * held_at_first_[k][lane] - held[lane]
                         : 0.0;
    desk_->seize(k, ordered_, order_);
  }
  ordered_ = {};
}

/// At the market's mark, less what it costs to find somebody who takes it.
void Account::close_book(const AccountMoment& now) {
  leash_.book_share = &book_share_;
  const Lanes &gross = now.book->gross(), &earned = now.book->earned_at_horizon();
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (ordered_.value[lane] == 0 || standing(lane) != Standing::closing) continue;
    const double left = (1 - share_closed_[lane]) * book_first_[lane], closed = book_share_[lane] - left;
    const double cost = closed * terms_->book_cost * gross[lane] * growth_;
    book_closed_[lane] += closed * earned[lane] - cost;
    record_.liquidation_cost[lane] += cost;
    book_share_[lane] = left;
  }
}

void Account::finish(const AccountMoment& now) {
  for (DeleveragedLine& line : perpetuals_) line.count_missing(now, *desk_, record_);
  pledges_.loss(now, record_.collateral_loss);
}

void Account::complete(Lanes& book_pnl) const {
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    book_pnl[lane] = book_share_[lane] * book_pnl[lane] + earned_beside(lane);
}

/// Whether there may be less room than a desk asks for.
bool Account::limits_orders() const {
  return terms_->margin.initial > 0 || !perpetuals_.empty() || (rule_ != nullptr && rule_->limits_orders());
}

void Account::limit(std::size_t step) {
  if (troubled_ > 0 || leash_.seizes)
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      leash_.seized.value[lane] = standing(lane) >= Standing::closing ? 1 : 0;
  leash_.seizes = troubled_ > 0;
  if (!limits_orders()) return;
  const double initial = terms_->margin.initial;
  if (initial > 0) account_kernels().room(equity_, notional_, initial, leash_.room);
  else leash_.room.fill(kUnlimited);
  if (rule_ != nullptr && rule_->limits_orders())
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      leash_.room[lane] = equity_[lane] < initial_[lane] ? 0 : leash_.room[lane];
  for (const DeleveragedLine& line : perpetuals_)
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      if (line.is_out(lane, step)) leash_.room[lane] = 0;
  for (std::size_t k = 0; k < prices_.size() && initial > 0; ++k) {
    const Lanes* const committed = desk_->committed(k);
    if (committed == nullptr) continue;
    const Lanes &held = desk_->ledger()[k].units, &base = *base_prices_[k];
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      leash_.room[lane] -=
          (std::abs(held[lane] + (*committed)[lane]) - std::abs(held[lane])) * std::abs(base[lane]);
  }
}

Lanes Account::cost_so_far() const {
  Lanes sum{};
  for (std::size_t k = 0; k < held_at_first_.size(); ++k)
    for (std::size_t lane = 0; lane < kLanes; ++lane) sum[lane] += desk_->ledger()[k].cost(lane);
  return sum;
}

void Account::note(const AccountMoment& now) {
  for (DeleveragedLine& line : perpetuals_) line.note(now, *desk_, leash_, desk_->is_due(now.step));
  pledges_.trade(now);
  if (troubled_ == 0) return;
  const Lanes after = cost_so_far();
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    if (standing(lane) == Standing::closing)
      record_.liquidation_cost[lane] += after[lane] - cost_before_[lane];
}

/// What is there in cash, or owed; of a perpetual its gains are.
void Account::add_cash(const AccountMoment& now, Lanes& cash) {
  const double per_growth = 1 / growth_;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    cash[lane] += (pledged_[lane] + earned_beside(lane)) * per_growth;
  if (now.book != nullptr && terms_->covers_book()) {
    const Lanes &earned = now.book->earned(), &marks = now.book->marks();
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      cash[lane] += book_share_[lane] * (earned[lane] - marks[lane]);
  }
  for (std::size_t k = 0; k < prices_.size(); ++k) {
    const Line& line = desk_->plan().lines[k];
    const Holding& held = desk_->ledger()[k];
    const double of_cash = 1 / now.to_horizon[line.asset][now.step], of_units = line.on_margin ? 1 : 0;
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      cash[lane] += held.cash[lane] * of_cash + of_units * held.units[lane] * price(k)[lane];
  }
  pledges_.add_cash(now, cash);
}

void Account::carry(const AccountMoment& now, double years) {
  const FinancingRates& rates = terms_->financing;
  if (rates.is_free()) return;
  measure(now);
  Lanes cash{}, charge{};
  add_cash(now, cash);
  for (std::size_t k = 0; k < prices_.size() && !rates.shorts.empty(); ++k) {
    const Line& line = desk_->plan().lines[k];
    if (line.on_margin || line.option != nullptr) continue;
    const Lanes& held = desk_->ledger()[k].units;
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      charge[lane] += rates.shorts[line.asset] * std::max(0.0, -held[lane] * price(k)[lane]);
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double rate = cash[lane] > 0 ? rates.lending : -rates.borrowing;
    record_.financing[lane] += years * (charge[lane] + rate * cash[lane]);
  }
}

}  // namespace unhedged::hedging
