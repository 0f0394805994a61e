#include "engine/hedging/deleveraged_line.hpp"

#include <algorithm>
#include <cmath>

namespace unhedged::hedging {

void DeleveragedLine::start() {
  for (Lanes* lanes : {&entry_, &missing_, &out_until_}) lanes->fill(0.0);
  started_ = misses_ = false;
}

void DeleveragedLine::count_missing(const AccountMoment& now, const Desk& desk, AccountRecord& record) {
  const Lanes& price = *tape(now, desk).price;
  const double growth = now.to_horizon[desk.plan().lines[line_].asset][now.step];
  for (std::size_t lane = 0; lane < kLanes && misses_; ++lane)
    record.unhedged_loss[lane] += growth * missing_[lane] * (price[lane] - last_[lane]);
  last_ = price;
}

bool DeleveragedLine::look(const AccountMoment& now, const Lanes& equity, Desk& desk, AccountRecord& record) {
  const Lanes& price = *tape(now, desk).price;
  if (!started_) venue_.start(price);
  started_ = true;
  count_missing(now, desk, record);
  return venue_.is_due(price) && take(now, equity, desk, record);
}

/// What winners give up is a fill at no cost, at the bankruptcy price of the losers or at the mark.
bool DeleveragedLine::take(const AccountMoment& now, const Lanes& equity, Desk& desk, AccountRecord& record) {
  const market::Tape& market = tape(now, desk);
  const Lanes& held = desk.ledger()[line_].units;
  const double growth = now.to_horizon[desk.plan().lines[line_].asset][now.step];
  bool any = false;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double mark = (*market.price)[lane];
    units_[lane] = 0;
    price_[lane] = mark;
    const Closure closure = venue_.close_losers(lane, market);
    if (closure.units == 0) continue;
    const double taken = venue_.units_taken(lane, closure, {held[lane], entry_[lane], equity[lane]}, mark);
    if (taken == 0) continue;
    any = misses_ = true;
    units_[lane] = -taken;
    if (terms_->at == DeleveragingTerms::At::bankruptcy) price_[lane] = closure.price;
    missing_[lane] += taken;
    out_until_[lane] = static_cast<double>(now.step + terms_->out_for);
    record.deleveraged[lane] = 1;
    record.taken[lane] += std::abs(taken * mark);
    record.deleveraging_cost[lane] -= growth * taken * (price_[lane] - mark);
  }
  if (any) desk.take(line_, {&units_, &price_}, growth);
  return any;
}

/// The entry price is the mean of what has been bought since nothing was held.
void DeleveragedLine::note(const AccountMoment& now, const Desk& desk, const Leash& leash, bool decided) {
  const Lanes &held = desk.ledger()[line_].units, &pending = desk.ledger()[line_].pending;
  const Lanes &filled = desk.filled(line_), &price = *tape(now, desk).price;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double before = held[lane] - filled[lane];
    if (filled[lane] == 0) continue;
    if (before * held[lane] <= 0) entry_[lane] = price[lane];
    else if (before * filled[lane] > 0)
      entry_[lane] = (before * entry_[lane] + filled[lane] * price[lane]) / held[lane];
  }
  if (!misses_) return;
  misses_ = false;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    double& missing = missing_[lane];
    if (missing == 0) continue;
    const double sign = missing > 0 ? 1 : -1;
    double left = std::max(0.0, std::abs(missing) - std::max(0.0, sign * filled[lane]));
    const bool free = decided && !is_out(lane, now.step) && leash.room[lane] > 0;
    if (free) left = std::min(left, std::max(0.0, sign * pending[lane]));
    if (leash.seized.value[lane] != 0) left = 0;
    missing = sign * left;
    misses_ = misses_ || left > 0;
  }
}

}  // namespace unhedged::hedging
