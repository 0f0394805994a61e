#include "engine/hedging/router.hpp"

#include <algorithm>
#include <cmath>

#include "engine/hedging/order_queues.hpp"
#include "engine/hedging/routing.hpp"
#include "engine/math/scalar.hpp"

namespace unhedged::hedging {

using market::Trading;

namespace {

/// More than -log of the smallest uniform there is, 2^-33: a drawn latency has fewer means than this.
constexpr double kMostMeans = 23;

const market::TradingMask kAllOpen{};

/// Grid times that an order of a latency may be on its way, nights included.
std::size_t longest(std::size_t steps, const TimeGrid& grid) {
  const std::size_t nights = grid.closes() ? steps / grid.sessions.steps + 1 : 0;
  return std::min(steps + nights, grid.steps + 1);
}

/// The same of a desk's latency, and of slices, of which all but the first go out later.
std::size_t longest_of(const Latency& latency, std::size_t slices, const TimeGrid& grid) {
  const double most = latency.law == Latency::Law::fixed ? latency.steps : kMostMeans * latency.steps;
  const double kept = std::min(std::ceil(most), static_cast<double>(grid.steps));
  return longest(static_cast<std::size_t>(kept) + slices, grid);
}

bool is_plain(std::span<const market::Venue> venues) {
  return venues.size() == 1 && venues[0].latency == 0 && venues[0].outage_rate == 0;
}

}  // namespace

std::size_t ring_lanes(const Latency& desk, const TimeGrid& grid, std::span<const market::Venue> venues,
                       std::size_t slices) {
  std::size_t lanes = desk.is_none() && slices == 0 ? 0 : longest_of(desk, slices, grid) + 1;
  for (const market::Venue& venue : venues)
    if (venue.latency > 0) lanes += longest(venue.latency, grid) + 1;
  return lanes;
}

Router::Router(const RouterTerms& terms, const Line& line, const market::Tape& tape, Ledger& ledger,
               std::size_t index)
    : terms_(terms), line_(&line), venues_(tape.venues), ledger_(&ledger), index_(index) {
  if (is_delayed() || line.execution.paces() || !is_plain(venues_)) make_queues();
}

void Router::make_queues() {
  queues_ = std::make_unique<OrderQueues>();
  for (const market::Venue& venue : venues_) {
    queues_->at_venues.emplace_back(longest(venue.latency, terms_.grid));
    queues_->fee.push_back(venue.fee);
  }
  queues_->parts.resize(venues_.size());
  queues_->share.resize(venues_.size());
  queues_->part.resize(venues_.size());
  if (is_delayed())
    queues_->at_desk.emplace_back(longest_of(terms_.latency, line_->execution.slices.size(), terms_.grid));
  queues_->clear();
}

Router::Router(Router&&) noexcept = default;
Router::~Router() = default;

void Router::clear() {
  order_.fill(0.0);
  submitted_ = rebalanced_ = false;
  idle_ = true;
  if (!queues_) return;
  queues_->clear();
  ledger_->expect(index_, queues_->waiting, queues_->on_the_way);
}

const Lanes* Router::committed() const {
  if (!queues_) return nullptr;
  return is_delayed() ? &(*ledger_)[index_].pending : &queues_->on_the_way;
}

const Lanes& Router::filled() const { return queues_ ? queues_->filled : order_; }

void Router::arrive(const OrderMoment& now) {
  submitted_ = rebalanced_ = false;
  if (!queues_) return;
  queues_->filled.fill(0.0);
  recall(now);
  take_from_venues(now);
  if (is_delayed()) take_from_desk(now);
  if (is_late()) send(now);
  ledger_->expect(index_, queues_->waiting, queues_->on_the_way);
}

void Router::seize(const LaneIndex& lanes, const Lanes& units) {
  if (!queues_) make_queues();
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (lanes.value[lane] == 0) continue;
    queues_->drop(lane);
    queues_->waiting[lane] = units[lane];
  }
}

void Router::keep(const LaneIndex& lanes) {
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    if (lanes.value[lane] != 0) order_[lane] = queues_ && !is_delayed() ? queues_->waiting[lane] : 0.0;
}

void Router::submit(const OrderMoment& now, const Lanes* uniform) {
  submitted_ = true;
  idle_ = false;
  if (!queues_ && !may_stay_direct(now)) make_queues();
  if (!queues_) return;
  if (is_delayed()) return put_off(now, uniform);
  queues_->waiting = order_;
}

void Router::rebalance(const Wish& wish, const OrderMoment& now) {
  rebalanced_ = true;
  idle_ = false;
  ledger_->rebalance(index_, wish, *now.tape->price, now.to_horizon, order_);
}

/// Until the desk's latency is over, and each slice a step after the one before it.
void Router::put_off(const OrderMoment& now, const Lanes* uniform) {
  const std::vector<double>& slices = line_->execution.slices;
  if (slices.empty()) return put_off(order_, 0, now, uniform);
  for (std::size_t k = 0; k < slices.size(); ++k) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) queues_->sent[lane] = slices[k] * order_[lane];
    put_off(queues_->sent, k, now, uniform);
  }
}

void Router::put_off(const Lanes& units, std::size_t later, const OrderMoment& now, const Lanes* uniform) {
  if (!is_late() && later == 0) {  // at the market now
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      if (now.trading->at(lane) != Trading::ended) queues_->waiting[lane] += units[lane];
    return;
  }
  if (terms_.latency.law == Latency::Law::fixed) {
    const std::size_t due = arrival(now.step, 1, later);
    Lanes* const there = due <= terms_.grid.steps ? &queues_->at_desk[0].at(due) : nullptr;
    return queue_kernels().put_off(units, *now.trading, there, queues_->on_the_way);
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (units[lane] == 0 || now.trading->at(lane) == Trading::ended) continue;
    const std::size_t due = arrival(now.step, (*uniform)[lane], later);
    queues_->on_the_way[lane] += units[lane];
    if (due <= terms_.grid.steps) queues_->at_desk[0].at(due)[lane] += units[lane];
  }
}

void Router::release(const OrderMoment& now) {
  if (queues_) {
    if (!is_late()) send(now);
    return ledger_->expect(index_, queues_->waiting, queues_->on_the_way);
  }
  if (rebalanced_) return;
  if (!submitted_ && !idle_) order_.fill(0.0);
  idle_ = !submitted_;
  if (submitted_) fill(0, order_, now);
}

/// First grid time that is not before the order has been on its way for its latency.
std::size_t Router::arrival(std::size_t step, double uniform, std::size_t later) const {
  if (!is_late()) return terms_.grid.after(step, later);
  const bool fixed = terms_.latency.law == Latency::Law::fixed;
  const double steps = terms_.latency.steps * (fixed ? 1 : -scalar::log(uniform));
  if (!(steps < static_cast<double>(terms_.grid.steps))) return terms_.grid.steps + 1;
  return terms_.grid.after(
      step, later + std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(steps - kGridTolerance))));
}

/// Once on each path: nothing is sent any more where trading has ended, and long latencies make long queues.
void Router::recall(const OrderMoment& now) {
  if (now.trading->all_open) return;
  std::uint8_t fresh = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    fresh |=
        static_cast<std::uint8_t>(now.trading->at(lane) == Trading::ended) > queues_->recalled.value[lane];
  for (std::size_t lane = 0; fresh != 0 && lane < kLanes; ++lane) {
    if (now.trading->at(lane) != Trading::ended || queues_->recalled.value[lane] != 0) continue;
    queues_->drop(lane);
    queues_->recalled.value[lane] = 1;
  }
}

/// What reaches a venue in a halt waits there; what reaches one that is down is lost.
void Router::take_from_venues(const OrderMoment& now) {
  for (std::size_t v = 0; v < venues_.size(); ++v) {
    if (venues_[v].latency == 0) continue;
    Ring& ring = queues_->at_venues[v];
    queue_kernels().take_at_venue(*now.trading, now.tape->venue_up[v], ring.at(now.step),
                                  ring.at(now.step + 1), queues_->on_the_way, queues_->parts[v]);
    fill(v, queues_->parts[v], now);
  }
}

void Router::take_from_desk(const OrderMoment& now) {
  queue_kernels().take_at_desk(queues_->at_desk[0].at(now.step), queues_->waiting, queues_->on_the_way);
}

void Router::send(const OrderMoment& now) {
  queue_kernels().admit({now.tape, now.trading, terms_.day_share}, queues_->waiting, queues_->sent);
  const Execution& how = line_->execution;
  if (how.paces()) queue_kernels().pace({how.lot, how.minimum, how.most}, queues_->waiting, queues_->sent);
  if (is_plain(venues_)) return fill(0, queues_->sent, now);
  split(queues_->sent, VenueReach::seeming, now);
  for (std::size_t v = 0; v < venues_.size(); ++v) set_out(v, now);
}

/// To a venue that is up or seems so. What is filled at once and goes to one that only seems so is lost.
void Router::set_out(std::size_t venue, const OrderMoment& now) {
  Lanes& part = queues_->parts[venue];
  if (venues_[venue].latency == 0) {
    queue_kernels().keep_where_up(now.tape->venue_up[venue], part);
    return fill(venue, part, now);
  }
  const std::size_t due = terms_.grid.after(now.step, venues_[venue].latency);
  Lanes* const there = due <= terms_.grid.steps ? &queues_->at_venues[venue].at(due) : nullptr;
  queue_kernels().put_off(part, kAllOpen, there, queues_->on_the_way);
}

/// Orders over the venues, into `parts`. While no venue is there, or seems so, they wait.
void Router::split(const Lanes& units, VenueReach reach, const OrderMoment& now) {
  if (venues_.size() > kMostVenues) return split_path_by_path(units, reach, now);
  const ImpactLaw& law = line_->exchange.routing();
  routing_kernels().split({&units, now.tape, law.coefficient, law.exponent}, reach, queues_->parts,
                          queues_->waiting);
}

void Router::split_path_by_path(const Lanes& units, VenueReach reach, const OrderMoment& now) {
  for (Lanes& part : queues_->parts) part.fill(0.0);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (units[lane] == 0) continue;
    for (std::size_t v = 0; v < venues_.size(); ++v) {
      const bool there = reach == VenueReach::all || now.tape->venue_up[v][lane] != 0 || venues_[v].stale;
      queues_->share[v] = there ? venues_[v].share : 0;
    }
    if (std::ranges::all_of(queues_->share, [](double share) { return share == 0; }))
      queues_->waiting[lane] += units[lane];
    const double size = std::abs(units[lane] * (*now.tape->price)[lane]);
    if (size == 0) continue;
    const double scale = line_->exchange.routing_scale(*now.tape, lane);
    route(size, scale, line_->exchange.routing_exponent(), queues_->fee, queues_->share, queues_->part);
    for (std::size_t v = 0; v < venues_.size(); ++v)
      queues_->parts[v][lane] = queues_->part[v] * (units[lane] / size);
  }
}

void Router::fill(std::size_t venue, const Lanes& units, const OrderMoment& now) {
  if (queues_) {
    if (!queue_kernels().add(units, queues_->filled)) return;
  } else if (std::all_of(units.data(), units.data() + kLanes, [](double x) { return x == 0; })) {
    return;
  }
  ledger_->post(index_, line_->exchange.fill(units, *now.tape, venues_[venue], *now.room), now.to_horizon);
}

void Router::order_all_away() {
  clear();
  const Lanes& held = (*ledger_)[index_].units;
  for (std::size_t lane = 0; lane < kLanes; ++lane) order_[lane] = -held[lane];
  idle_ = false;
}

void Router::mark(const OrderMoment& now) {
  order_all_away();
  ledger_->mark(index_, *now.tape->price, now.to_horizon);
  if (queues_) queues_->filled = order_;
}

void Router::close(const OrderMoment& now) {
  order_all_away();
  if (is_plain(venues_)) return fill(0, order_, now);
  split(order_, VenueReach::all, now);
  for (std::size_t v = 0; v < venues_.size(); ++v) fill(v, queues_->parts[v], now);
}

}  // namespace unhedged::hedging
