#pragma once
#include <cstddef>
#include <string_view>

namespace unhedged {

/// How calendar time is counted in years.
///   continuous  markets never close: 365 days of 24 hours (ACT/365)
///   trading     252 sessions a year; a session ("1 d") has 6.5 hours
struct Calendar {
  std::string_view name;
  double days_per_year;
  double hours_per_day;
  double days_per_week;
};

inline constexpr Calendar kContinuous{"continuous", 365.0, 24.0, 7.0};
inline constexpr Calendar kTrading{"trading", 252.0, 6.5, 5.0};

/// A length of time as the user wrote it; it becomes years once the calendar is known.
struct Duration {
  enum class Unit { year, month, week, day, hour, minute, second };
  double amount = 0;
  Unit unit = Unit::year;

  double years(const Calendar& calendar) const;
  bool operator==(const Duration&) const = default;
};

std::string_view symbol_of(Duration::Unit unit);

/// Equal steps from today (0) to the horizon.
struct TimeGrid {
  std::size_t steps = 0;
  double dt_years = 0;

  double time(std::size_t step) const { return static_cast<double>(step) * dt_years; }
  double horizon_years() const { return time(steps); }
};

/// Nearest grid index of `years`, and how far off it is in steps.
struct GridPosition {
  std::size_t step;
  double error_steps;
};
GridPosition locate(const TimeGrid& grid, double years);

/// A time counts as on the grid when it is this close, in steps.
inline constexpr double kGridTolerance = 1e-6;

}  // namespace unhedged
