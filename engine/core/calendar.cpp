#include "engine/core/calendar.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace unhedged {
namespace {

constexpr std::size_t kSessionsPerWeek = 5;

/// Length of the nights that follow the first `count` sessions.
double nights(const Sessions& s, std::size_t count) {
  const std::size_t weekends = (count + s.weekday) / kSessionsPerWeek;
  return static_cast<double>(count - weekends) * s.night_years +
         static_cast<double>(weekends) * s.weekend_years;
}

/// Whole sessions that are over, and the part of the next that has passed; a close is not yet the next day.
struct Elapsed {
  std::size_t closed;
  double part;
};

Elapsed elapsed(double sessions) {
  sessions = std::min(sessions, kFarthest);
  const double nearest = std::round(sessions);
  const double whole = std::abs(sessions - nearest) < 1e-9 ? nearest : std::floor(sessions);
  return {static_cast<std::size_t>(whole), std::max(0.0, sessions - whole)};
}

}  // namespace

double Duration::years(const Calendar& calendar) const {
  const double day = 1.0 / calendar.days_per_year;
  const double hour = day / calendar.hours_per_day;
  switch (unit) {
    case TimeUnit::year: return amount;
    case TimeUnit::month: return amount / 12.0;
    case TimeUnit::week: return amount * calendar.days_per_week * day;
    case TimeUnit::day: return amount * day;
    case TimeUnit::hour: return amount * hour;
    case TimeUnit::minute: return amount * hour / 60.0;
    case TimeUnit::second: return amount * hour / 3600.0;
  }
  return amount;
}

std::string_view symbol_of(Duration::TimeUnit unit) {
  constexpr std::string_view symbols[] = {"y", "mo", "w", "d", "h", "min", "s"};
  return symbols[static_cast<int>(unit)];
}

StepKind TimeGrid::kind(std::size_t step) const {
  if (!closes() || step % steps_per_day() != sessions.steps) return StepKind::session;
  const std::size_t day = step / steps_per_day();
  return (day + sessions.weekday) % kSessionsPerWeek == kSessionsPerWeek - 1 ? StepKind::weekend
                                                                             : StepKind::night;
}

double TimeGrid::length(StepKind kind) const {
  switch (kind) {
    case StepKind::session: return dt_years;
    case StepKind::night: return sessions.night_years;
    case StepKind::weekend: return sessions.weekend_years;
  }
  return dt_years;
}

double TimeGrid::time(std::size_t step) const {
  if (!closes()) return static_cast<double>(step) * dt_years;
  const std::size_t day = step / steps_per_day(), within = step % steps_per_day();
  return static_cast<double>(day * sessions.steps + within) * dt_years + nights(sessions, day);
}

std::size_t TimeGrid::open_steps(std::size_t step) const {
  if (!closes()) return step;
  return step / steps_per_day() * sessions.steps + std::min(step % steps_per_day(), sessions.steps);
}

std::size_t TimeGrid::after(std::size_t from, std::size_t count) const {
  if (!closes() || count == 0) return from + count;
  const std::size_t wanted = open_steps(from) + count, day = (wanted - 1) / sessions.steps;
  return day * steps_per_day() + (wanted - day * sessions.steps);
}

double TimeGrid::day_share(double days_per_year) const {
  return closes() ? 1 / static_cast<double>(sessions.steps) : dt_years * days_per_year;
}

double TimeGrid::trading_share(double days_per_year) const {
  return closes() ? 1 / static_cast<double>(steps_per_day()) : day_share(days_per_year);
}

double TimeGrid::time_after(double count) const {
  const Elapsed at = elapsed(count);
  const double open =
      static_cast<double>(sessions.steps) * dt_years * (static_cast<double>(at.closed) + at.part);
  const bool at_close = at.part <= 0 && at.closed > 0;
  return open + nights(sessions, at_close ? at.closed - 1 : at.closed);
}

double TimeGrid::place_after(double count) const {
  const Elapsed at = elapsed(count);
  const auto day = static_cast<double>(steps_per_day()), session = static_cast<double>(sessions.steps);
  const auto closed = static_cast<double>(at.closed);
  return at.part <= 0 && at.closed > 0 ? closed * day - 1 : closed * day + at.part * session;
}

double TimeGrid::span(double count) const {
  const Elapsed at = elapsed(count);
  const double session = static_cast<double>(sessions.steps) * dt_years;
  const double week = 5 * session + 4 * sessions.night_years + sessions.weekend_years;
  return static_cast<double>(at.closed) * week / kSessionsPerWeek + at.part * session;
}

GridPosition locate(const TimeGrid& grid, double years) {
  if (!grid.closes()) {
    const double steps = years / grid.dt_years;
    const double nearest = std::clamp(std::floor(steps + 0.5 + kGridTolerance), 0.0, kFarthest);
    return {static_cast<std::size_t>(nearest), std::abs(steps - nearest)};
  }
  // The first grid time not before `years`, or the one before it if that is nearer.
  std::size_t low = 0, high = 1;
  while (grid.time(high) < years && static_cast<double>(high) < kFarthest)
    low = std::exchange(high, 2 * high);
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (grid.time(middle) < years) low = middle + 1;
    else high = middle;
  }
  const double as_near = kGridTolerance * grid.dt_years;
  const bool before = low > 0 && grid.time(low) - years - (years - grid.time(low - 1)) > as_near;
  const std::size_t best = before ? low - 1 : low;
  return {best, std::abs(grid.time(best) - years) / grid.dt_years};
}

}  // namespace unhedged
