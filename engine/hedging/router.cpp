#include "engine/hedging/router.hpp"

#include <algorithm>
#include <cmath>

#include "engine/hedging/order_queues.hpp"
#include "engine/hedging/routing.hpp"

namespace unhedged::hedging {

using market::Trading;

namespace {

/// Grid times that an order of a latency may be on its way, nights included.
std::size_t longest(std::size_t steps, const TimeGrid& grid) {
  const std::size_t nights = grid.closes() ? steps / grid.sessions.steps + 1 : 0;
  return std::min(steps + nights, grid.steps + 1);
}

bool is_plain(std::span<const market::Venue> venues) {
  return venues.size() == 1 && venues[0].latency == 0 && venues[0].outage_rate == 0;
}

}  // namespace

Router::Router(const RouterTerms& terms, const Line& line, const market::Tape& tape, Ledger& ledger, std::size_t index)
    : terms_(terms), line_(&line), venues_(tape.venues), ledger_(&ledger), index_(index) {
  if (terms.waits == RouterTerms::Waits::never && is_plain(venues_)) return;
  queues_ = std::make_unique<OrderQueues>();
  for (const market::Venue& venue : venues_) {
    queues_->venues.emplace_back(longest(venue.latency, terms.grid));
    queues_->fee.push_back(venue.fee);
  }
  queues_->parts.resize(venues_.size());
  queues_->share.resize(venues_.size());
  queues_->part.resize(venues_.size());
}

Router::Router(Router&&) noexcept = default;
Router::~Router() = default;

void Router::clear() {
  order_.fill(0.0);
  submitted_ = false;
  idle_ = true;
  if (queues_) queues_->clear();
}

const Lanes* Router::on_the_way() const { return queues_ ? &queues_->on_the_way : nullptr; }
const Lanes& Router::filled() const { return queues_ ? queues_->filled : order_; }

void Router::arrive(const Moment& now) {
  submitted_ = false;
  if (!queues_) return;
  queues_->filled.fill(0.0);
  recall(now);
  take_from_venues(now);
}

void Router::submit() {
  submitted_ = true;
  idle_ = false;
  if (queues_) queues_->waiting = order_;
}

void Router::release(const Moment& now) {
  if (queues_) return send(now);
  if (!submitted_ && !idle_) order_.fill(0.0);
  idle_ = !submitted_;
  if (!submitted_) return;
  for (std::size_t lane = 0; !now.trading->all_open && lane < kLanes; ++lane)
    if (now.trading->at(lane) != Trading::open) order_[lane] = 0;
  ledger_->post(index_, line_->exchange.fill(order_, *now.tape, venues_[0], *now.room), now.growth);
}

void Router::recall(const Moment& now) {
  for (std::size_t lane = 0; !now.trading->all_open && lane < kLanes; ++lane)
    if (now.trading->at(lane) == Trading::ended) queues_->drop(lane);
}

/// What reaches a venue in a halt waits there; what reaches one that is down is lost.
void Router::take_from_venues(const Moment& now) {
  for (std::size_t v = 0; v < venues_.size(); ++v) {
    if (venues_[v].latency == 0) continue;
    Lanes &due = queues_->venues[v].at(now.step), &next = queues_->venues[v].at(now.step + 1);
    Lanes& taken = queues_->parts[v];
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const bool halted = now.trading->at(lane) == Trading::halted, up = now.tape->venue_up[v][lane] != 0;
      if (halted) next[lane] += due[lane];
      else queues_->on_the_way[lane] -= due[lane];
      taken[lane] = halted || !up ? 0.0 : due[lane];
      due[lane] = 0;
    }
    fill(v, taken, now);
  }
}

/// Moves from `waiting` to `sent` what halts and caps let through.
void Router::take_what_may_trade(const Moment& now) {
  const market::Tape& tape = *now.tape;
  Lanes &waiting = queues_->waiting, &sent = queues_->sent;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    sent[lane] = 0;
    if (waiting[lane] == 0) continue;
    const Trading state = now.trading->at(lane);
    if (state == Trading::ended) waiting[lane] = 0;
    if (state != Trading::open) continue;
    const double share = (*tape.participation)[lane], inverse = (*tape.inverse_volume)[lane];
    const double wanted = std::abs(waiting[lane] * (*tape.price)[lane]);
    const double most = share == 0 || inverse == 0 ? INFINITY : share * terms_.day_share / inverse;
    sent[lane] = wanted <= most ? waiting[lane] : waiting[lane] * (most / wanted);
    waiting[lane] -= sent[lane];
  }
}

void Router::send(const Moment& now) {
  take_what_may_trade(now);
  if (is_plain(venues_)) return fill(0, queues_->sent, now);
  for (std::size_t v = 0; v < venues_.size(); ++v) queues_->parts[v].fill(0.0);
  spread_over_venues(now);
  for (std::size_t v = 0; v < venues_.size(); ++v)
    if (venues_[v].latency == 0) fill(v, queues_->parts[v], now);
}

/// An order on a path over the shares in `share` into units in `part`; false where it is worth nothing.
bool Router::split(std::size_t lane, double units, const Moment& now) {
  const double size = std::abs(units * (*now.tape->price)[lane]);
  if (size == 0) return false;
  const double scale = line_->exchange.routing_scale(*now.tape, lane);
  route(size, scale, line_->exchange.routing_exponent(), queues_->fee, queues_->share, queues_->part);
  for (double& part : queues_->part) part *= units / size;
  return true;
}

/// To venues that are up or seem so. What goes to one that only seems so is lost.
void Router::spread_over_venues(const Moment& now) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (queues_->sent[lane] == 0) continue;
    for (std::size_t v = 0; v < venues_.size(); ++v) {
      const bool seems_up = now.tape->venue_up[v][lane] != 0 || venues_[v].stale;
      queues_->share[v] = seems_up ? venues_[v].share : 0;
    }
    if (!split(lane, queues_->sent[lane], now)) continue;
    for (std::size_t v = 0; v < venues_.size(); ++v) {
      const double units = queues_->part[v];
      if (venues_[v].latency == 0) {
        queues_->parts[v][lane] = now.tape->venue_up[v][lane] != 0 ? units : 0;
      } else if (units != 0) {
        const std::size_t due = terms_.grid.after(now.step, venues_[v].latency);
        if (due <= terms_.grid.steps) queues_->venues[v].at(due)[lane] += units;
        queues_->on_the_way[lane] += units;
      }
    }
  }
}

void Router::fill(std::size_t venue, const Lanes& units, const Moment& now) {
  if (std::all_of(units.data(), units.data() + kLanes, [](double x) { return x == 0; })) return;
  ledger_->post(index_, line_->exchange.fill(units, *now.tape, venues_[venue], *now.room), now.growth);
  for (std::size_t lane = 0; queues_ && lane < kLanes; ++lane) queues_->filled[lane] += units[lane];
}

void Router::order_all_away() {
  clear();
  const Lanes& held = (*ledger_)[index_].units;
  for (std::size_t lane = 0; lane < kLanes; ++lane) order_[lane] = -held[lane];
  idle_ = false;
}

void Router::mark(const Moment& now) {
  order_all_away();
  ledger_->mark(index_, *now.tape->price, now.growth);
  if (queues_) queues_->filled = order_;
}

void Router::close(const Moment& now) {
  order_all_away();
  if (is_plain(venues_)) {
    ledger_->post(index_, line_->exchange.fill(order_, *now.tape, venues_[0], *now.room), now.growth);
    if (queues_) queues_->filled = order_;
    return;
  }
  for (std::size_t v = 0; v < venues_.size(); ++v) {
    queues_->share[v] = venues_[v].share;
    queues_->parts[v].fill(0.0);
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (order_[lane] == 0 || !split(lane, order_[lane], now)) continue;
    for (std::size_t v = 0; v < venues_.size(); ++v) queues_->parts[v][lane] = queues_->part[v];
  }
  for (std::size_t v = 0; v < venues_.size(); ++v) fill(v, queues_->parts[v], now);
}

}  // namespace unhedged::hedging
