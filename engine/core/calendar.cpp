#include "engine/core/calendar.hpp"

#include <cmath>

namespace unhedged {

double Duration::years(const Calendar& calendar) const {
  const double day = 1.0 / calendar.days_per_year;
  const double hour = day / calendar.hours_per_day;
  switch (unit) {
    case Unit::year: return amount;
    case Unit::month: return amount / 12.0;
    case Unit::week: return amount * calendar.days_per_week * day;
    case Unit::day: return amount * day;
    case Unit::hour: return amount * hour;
    case Unit::minute: return amount * hour / 60.0;
    case Unit::second: return amount * hour / 3600.0;
  }
  return amount;
}

std::string_view symbol_of(Duration::Unit unit) {
  constexpr std::string_view symbols[] = {"y", "mo", "w", "d", "h", "min", "s"};
  return symbols[static_cast<int>(unit)];
}

GridPosition locate(const TimeGrid& grid, double years) {
  const double steps = years / grid.dt_years;
  const double nearest = std::max(0.0, std::round(steps));
  return {static_cast<std::size_t>(nearest), std::abs(steps - nearest)};
}

}  // namespace unhedged
