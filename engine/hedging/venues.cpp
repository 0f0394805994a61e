#include "engine/hedging/venues.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/math/scalar.hpp"

namespace unhedged::hedging {
namespace {

/// What the venues take in all while the marginal cost is `above` that of the least fee.
double taken(double above, double least, double scale, double exponent, const std::vector<double>& fee,
             const std::vector<double>& share, std::vector<double>& out) {
  double sum = 0;
  for (std::size_t v = 0; v < fee.size(); ++v) {
    const double room = (above - (fee[v] - least)) / ((1 + exponent) * scale);
    out[v] = room > 0 ? share[v] * (exponent == 0.5 ? room * room : scalar::power(room, 1 / exponent)) : 0;
    sum += out[v];
  }
  return sum;
}

/// The square-root law in closed form: over the venues that take part, the sum of share (m - fee)^2 is
/// size (3/2 scale)^2. Venues join in the order of their fees while the marginal cost m exceeds the next.
double square_root_marginal(double size, double least, double scale, const std::vector<double>& fee,
                            const std::vector<double>& share) {
  const double target = size * 2.25 * scale * scale;
  double marginal = 0, joined = -1;
  while (true) {
    double next = std::numeric_limits<double>::infinity();
    for (std::size_t v = 0; v < fee.size(); ++v)
      if (share[v] > 0 && fee[v] - least > joined) next = std::min(next, fee[v] - least);
    if (joined >= 0 && !(next < marginal)) return marginal;
    joined = next;
    double a = 0, b = 0, c = -target;
    for (std::size_t v = 0; v < fee.size(); ++v) {
      const double above = fee[v] - least;
      if (share[v] <= 0 || above > joined) continue;
      a += share[v];
      b += share[v] * above;
      c += share[v] * above * above;
    }
    marginal = (b + std::sqrt(std::max(0.0, b * b - a * c))) / a;
  }
}

/// Any exponent, by bisection.
double marginal_of(double size, double least, double scale, double exponent, std::size_t cheapest,
                   const std::vector<double>& fee, const std::vector<double>& share, std::vector<double>& out) {
  if (exponent == 0.5) return square_root_marginal(size, least, scale, fee, share);
  double low = 0, high = (1 + exponent) * scale * scalar::power(size / share[cheapest], exponent);
  for (int round = 0; round < 100 && high - low > 1e-15 * high; ++round) {
    const double middle = 0.5 * (low + high);
    (taken(middle, least, scale, exponent, fee, share, out) < size ? low : high) = middle;
  }
  return high;
}

}  // namespace

void route(double size, double scale, double exponent, const std::vector<double>& fee,
           const std::vector<double>& share, std::vector<double>& out) {
  std::ranges::fill(out, 0.0);
  std::size_t cheapest = fee.size();
  for (std::size_t v = 0; v < fee.size(); ++v)
    if (share[v] > 0 && (cheapest == fee.size() || fee[v] < fee[cheapest])) cheapest = v;
  if (cheapest == fee.size() || !(size > 0)) return;
  const double least = fee[cheapest];
  const double marginal = marginal_of(size, least, scale, exponent, cheapest, fee, share, out);
  const double sum = marginal > 0 ? taken(marginal, least, scale, exponent, fee, share, out) : 0;
  if (sum > 0 && std::isfinite(sum)) {
    for (double& part : out) part *= size / sum;
    return;
  }
  std::ranges::fill(out, 0.0);  // without impact, all goes to where the fee is least
  out[cheapest] = size;
}

VenueOrders::VenueOrders(const std::vector<market::Venue>& venues, const TimeGrid& grid)
    : venues_(&venues), grid_(grid), share_(venues.size()), part_(venues.size()) {
  for (const market::Venue& venue : venues) {
    const std::size_t nights = grid.closes() ? venue.latency / grid.sessions.steps + 1 : 0;
    ring_.emplace_back(venue.latency + nights + 1);
    fee_.push_back(venue.fee);
  }
}

void VenueOrders::clear(Account& account) {
  account.venue_fee.fill(0.0);
  in_flight_.fill(0.0);
  for (auto& slots : ring_)
    for (Lanes& lanes : slots) lanes.fill(0.0);
}

void VenueOrders::fill(std::size_t venue, std::size_t lane, double units, const Execution& execution,
                       const market::AssetSnapshot& market, double growth, Account& account) const {
  const Execution::Bill bill = execution.bill(market, lane, units, (*venues_)[venue].share);
  const double fee = execution.at_mid() ? 0.0 : bill.size * (*venues_)[venue].fee;
  account.hedge[lane] += units;
  account.cash[lane] -= growth * (bill.notional + bill.spread + bill.impact + bill.fee + fee);
  account.turnover[lane] += growth * bill.size;
  account.spread_cost[lane] += growth * bill.spread;
  account.impact_cost[lane] += growth * bill.impact;
  account.venue_fee[lane] += growth * fee;
  account.order[lane] += units;
}

void VenueOrders::fill_if_up(std::size_t venue, std::size_t lane, double units, const Execution& execution,
                             const market::AssetSnapshot& market, double growth, Account& account) const {
  if (units == 0 || (*market.venue_up)[venue][lane] == 0) return;  // lost with the venue
  fill(venue, lane, units, execution, market, growth, account);
}

bool VenueOrders::split(std::size_t lane, double units, const Execution& execution, const market::AssetSnapshot& market) {
  const double size = std::abs(units * execution.price(market)[lane]);
  if (size == 0) return false;
  route(size, execution.impact_scale(market, lane), execution.impact_exponent(), fee_, share_, part_);
  for (double& part : part_) part *= units / size;
  return true;
}

void VenueOrders::receive(std::size_t step, const Execution& execution, const market::AssetSnapshot& market,
                          const LaneIndex* dead, double growth, Account& account) {
  for (std::size_t v = 0; v < venues_->size(); ++v) {
    if ((*venues_)[v].latency == 0) continue;
    Lanes &due = slot(v, step), &next = slot(v, step + 1);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const bool is_dead = dead != nullptr && dead->value[lane] != 0, is_halted = market.halted->value[lane] != 0;
      if (is_halted && !is_dead) {
        next[lane] += due[lane];
      } else {
        in_flight_[lane] -= due[lane];
        if (!is_dead) fill_if_up(v, lane, due[lane], execution, market, growth, account);
      }
      due[lane] = 0;
    }
  }
}

void VenueOrders::send(std::size_t step, const Lanes& wanted, const Execution& execution,
                       const market::AssetSnapshot& market, double growth, Account& account) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (wanted[lane] == 0) continue;
    for (std::size_t v = 0; v < venues_->size(); ++v) {
      const bool seems_up = (*market.venue_up)[v][lane] != 0 || (*venues_)[v].stale;
      share_[v] = seems_up ? (*venues_)[v].share : 0;
    }
    if (!split(lane, wanted[lane], execution, market)) continue;
    for (std::size_t v = 0; v < venues_->size(); ++v) {
      const double units = part_[v];
      if (units == 0) continue;
      if ((*venues_)[v].latency == 0) {
        fill_if_up(v, lane, units, execution, market, growth, account);
      } else {
        slot(v, grid_.after(step, (*venues_)[v].latency))[lane] += units;
        in_flight_[lane] += units;
      }
    }
  }
}

void VenueOrders::close(const Execution& execution, const market::AssetSnapshot& market, double growth, Account& account) {
  const Lanes wanted = account.order;
  account.order.fill(0.0);
  for (std::size_t v = 0; v < venues_->size(); ++v) share_[v] = (*venues_)[v].share;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (wanted[lane] == 0 || !split(lane, wanted[lane], execution, market)) continue;
    for (std::size_t v = 0; v < venues_->size(); ++v)
      if (part_[v] != 0) fill(v, lane, part_[v], execution, market, growth, account);
  }
}

}  // namespace unhedged::hedging
