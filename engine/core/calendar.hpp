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

/// Life of the option at the money whose quote stands for the volatility of an asset, in years.
inline constexpr double kQuotedLife = 1.0 / 12;

/// A length of time as the user wrote it; it becomes years once the calendar is known.
struct Duration {
  enum class TimeUnit { year, month, week, day, hour, minute, second };
  double amount = 0;
  TimeUnit unit = TimeUnit::year;

  double years(const Calendar& calendar) const;
  bool operator==(const Duration&) const = default;
};

std::string_view symbol_of(Duration::TimeUnit unit);

/// Sessions with nights between them. A year of 252 sessions keeps its length: what the nights take, the
/// sessions lack. Time is the clock of the variance: a night lasts as long as the variance it brings.
struct Sessions {
  std::size_t steps = 0;     ///< grid steps of a session; 0: the market never closes
  double night_years = 0;    ///< length of a night within the week
  double weekend_years = 0;  ///< length of the night after the fifth session of a week
  std::size_t weekday = 0;   ///< of the first session; 0 is the first of the week

  bool operator==(const Sessions&) const = default;
};

/// How long a step is: within a session, over a night, over a weekend.
enum class StepKind : std::size_t { session, night, weekend };
inline constexpr std::size_t kStepKinds = 3;

/// Steps from today (0) to the horizon: equal ones and, if the market closes, one for each night.
struct TimeGrid {
  std::size_t steps = 0;
  double dt_years = 0;  ///< of a step within a session
  Sessions sessions{};

  bool closes() const { return sessions.steps > 0; }
  /// Grid steps of a session and the night after it; 1 if the market never closes.
  std::size_t steps_per_day() const { return closes() ? sessions.steps + 1 : 1; }
  /// The kind of the step from grid time `step` to the next.
  StepKind kind(std::size_t step) const;
  double length(StepKind kind) const;
  double dt(std::size_t step) const { return length(kind(step)); }
  double time(std::size_t step) const;
  double horizon_years() const { return time(steps); }

  /// Steps of sessions that have passed at grid time `step`: the calendar's own time, of which a night takes
  /// none.
  std::size_t open_steps(std::size_t step) const;
  /// First grid time at which `count` further steps of sessions have passed since grid time `from`.
  std::size_t after(std::size_t from, std::size_t count) const;
  /// Part of a day's trading that falls into a step of a session.
  double day_share(double days_per_year) const;
  /// The same for a grid time: where the market closes, a session of n steps trades at n + 1 of them.
  double trading_share(double days_per_year) const;

  /// Time at which `sessions` sessions have passed (5 is the fifth close), and its place on the grid,
  /// which may be between two grid times. Only where the market closes, as is the next.
  double time_after(double sessions) const;
  double place_after(double sessions) const;
  /// Length of `sessions` sessions wherever they begin: a whole day with the mean of its nights (five days
  /// and their nights make a week), the rest in the hours of a session.
  double span(double sessions) const;
};

/// What counts of sessions and steps are cut at: far beyond any grid, and still a whole number.
inline constexpr double kFarthest = 0x1p52;

/// A time counts as on the grid when it is this close, in steps, and as half way between two grid times.
inline constexpr double kGridTolerance = 1e-6;

/// Nearest grid index of a time in years, the later of two as near, and how far off it is in steps.
struct GridPosition {
  std::size_t step;
  double error_steps;
};
GridPosition locate(const TimeGrid& grid, double years);

}  // namespace unhedged
