#include "engine/hedging/deleveraging.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/elementary_kernels.hpp"
#include "engine/math/normal.hpp"
#include "engine/math/scalar.hpp"

namespace unhedged::hedging {

LeverageClasses::LeverageClasses(const DeleveragingTerms& terms)
    : log_median_(scalar::log(terms.leverage.median)),
      per_log_spread_(1 / scalar::log(terms.leverage.spread)) {
  double level[kCount], z[kCount];
  for (std::size_t k = 0; k < kCount; ++k) level[k] = (static_cast<double>(k) + 0.5) / kCount;
  math::elementary_kernels().normal_quantile(level, z, kCount);
  for (std::size_t k = 0; k < kCount; ++k) {  // the most levered first
    bankrupt_at_.push_back(scalar::exp(z[k] / per_log_spread_ - log_median_));
    closed_at_.push_back((1 - terms.maintenance) * bankrupt_at_.back());
  }
}

double LeverageClasses::with_less_margin(double part) const {
  if (part <= 0) return 0;
  if (part == kUnlimited) return 1;
  return math::normal_kernels().at((scalar::log(part) + log_median_) * per_log_spread_).cdf;
}

double margin_ranked_before(DeleveragingTerms::QueueRule rule, const Winner& winner, double entry_of_others,
                            double mark) {
  using QueueRule = DeleveragingTerms::QueueRule;
  const double side = winner.units > 0 ? 1 : -1, size = std::abs(winner.units);
  const double won = side * (mark / winner.entry - 1), others_won = side * (mark / entry_of_others - 1);
  if (won <= 0 || others_won <= 0) return kUnlimited;
  const double leverage = size * mark / winner.equity, value = mark / entry_of_others;
  // Of others with margin m: their equity is (m + others_won) of the entry price, their leverage value /
  // that.
  switch (rule) {
    case QueueRule::binance: {  // gain over the notional at the mark, times leverage
      const double rank = size * std::abs(mark - winner.entry) / winner.equity;
      return std::max(0.0, others_won / rank - others_won);
    }
    case QueueRule::bitmex: return std::max(0.0, others_won * value / (won * leverage) - others_won);
    case QueueRule::hyperliquid: {  // ratio of prices, the larger over the smaller, times leverage
      const double ratio = side > 0 ? mark / winner.entry : winner.entry / mark;
      const double of_others = side > 0 ? value : 1 / value;
      return std::max(0.0, of_others * value / (ratio * leverage) - others_won);
    }
  }
  return kUnlimited;
}

void Deleveraging::start(const Lanes& price) {
  first_ = price;
  fund_.fill(terms_->fund);
  for (const Camp side : {buyers, sellers}) {
    winners_closed_[side].fill(0.0);
    next_[side] = {};
    for (std::size_t lane = 0; lane < kLanes; ++lane) trigger_[side][lane] = trigger(lane, side);
  }
}

/// Who has bought is closed when it falls to this, who has sold when it rises to it.
double Deleveraging::trigger(std::size_t lane, Camp side) const {
  const std::size_t next = next_[side].value[lane];
  if (next == LeverageClasses::kCount) return side == buyers ? -kUnlimited : kUnlimited;
  const double move = classes_->closed_at()[next];
  return first_[lane] * (side == buyers ? 1 - move : 1 + move);
}

bool Deleveraging::is_due(const Lanes& price) const {
  bool due = false;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    due = due || price[lane] <= trigger_[buyers][lane] || price[lane] >= trigger_[sellers][lane];
  return due;
}

Closure Deleveraging::close_losers(std::size_t lane, const market::Tape& tape) {
  const double price = (*tape.price)[lane];
  if (price <= trigger_[buyers][lane]) return close(lane, buyers, tape);
  if (price >= trigger_[sellers][lane]) return close(lane, sellers, tape);
  return {};
}

/// The class that goes bankrupt first is closed first. What the fund cannot pay for is not sold: winners take
/// it at the price at which its margin is spent.
Closure Deleveraging::close(std::size_t lane, Camp side, const market::Tape& tape) {
  const double price = (*tape.price)[lane], sign = side == buyers ? 1 : -1, first = first_[lane];
  const double units = terms_->open_interest / first / LeverageClasses::kCount;
  std::size_t begin = next_[side].value[lane], end = begin;
  while (end < LeverageClasses::kCount && sign * (price - trigger_[side][lane]) <= 0) {
    next_[side].value[lane] = static_cast<std::uint8_t>(++end);
    trigger_[side][lane] = trigger(lane, side);
  }
  const double days = static_cast<double>(end - begin) * units * price * (*tape.inverse_volume)[lane];
  const double slip = (*tape.half_spread)[lane] + std::sqrt(tape.daily_variance(lane) * days);
  const double sold_at = std::max(0.0, price * (1 - sign * slip));
  Closure out;
  double paid = 0;
  for (; begin < end; ++begin) {
    const double spent_at = first * (1 - sign * classes_->bankrupt_at()[begin]);
    const double loss = units * std::max(0.0, sign * (spent_at - sold_at));
    if (loss <= fund_[lane]) {
      fund_[lane] -= loss;
      continue;
    }
    const double left = units * (1 - fund_[lane] / loss);
    fund_[lane] = 0;
    out.units -= sign * left;
    paid += left * spent_at;
  }
  if (out.units != 0) out.price = paid / std::abs(out.units);
  return out;
}

double Deleveraging::units_taken(std::size_t lane, const Closure& closure, const Winner& desk, double mark) {
  const Camp side = closure.units > 0 ? buyers : sellers;
  double& closed = winners_closed_[side][lane];
  const double all = terms_->open_interest / first_[lane], wanted = std::abs(closure.units);
  double taken = 0;
  if (desk.units * closure.units > 0 && desk.equity > 0) {
    const double part = margin_ranked_before(terms_->rule, desk, first_[lane], mark);
    const double before = std::max(0.0, classes_->with_less_margin(part) * all - closed);
    taken = std::clamp(wanted - before, 0.0, std::abs(desk.units));
  }
  closed += wanted - taken;
  return closure.units > 0 ? taken : -taken;
}

}  // namespace unhedged::hedging
