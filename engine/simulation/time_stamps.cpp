#include <chrono>
#include <cmath>
#include <cstdio>

#include "engine/simulation/recorder.hpp"

namespace unhedged::simulation {
namespace {

using std::chrono::sys_days;

std::string date_text(sys_days day) {
  const std::chrono::year_month_day date(day);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

std::string clock_text(double hours, const char* separator) {
  const auto minutes = static_cast<long>(std::lround(hours * 60));
  char text[32];
  std::snprintf(text, sizeof text, "%02ld%s%02ld", minutes / 60, separator, minutes % 60);
  return text;
}

/// The weekday `count` weekdays after `from`.
sys_days weekdays_after(sys_days from, long count) {
  sys_days day = from;
  while (count > 0) {
    day += std::chrono::days(1);
    const unsigned weekday = std::chrono::weekday(day).iso_encoding();
    count -= weekday <= 5 ? 1 : 0;
  }
  return day;
}

/// Days since today and hours into the day of each grid time.
struct Instant {
  long day;
  double hours;
};

Instant instant_of(const Plan& plan, std::size_t step) {
  const TimeGrid& grid = plan.grid;
  if (grid.closes()) {
    const std::size_t day = step / grid.steps_per_day(), within = step % grid.steps_per_day();
    return {static_cast<long>(day), plan.calendar.hours_per_day * static_cast<double>(within) /
                                        static_cast<double>(grid.sessions.steps)};
  }
  const double days = grid.time(step) * plan.calendar.days_per_year + 1e-9;
  return {static_cast<long>(days), (days - std::floor(days)) * plan.calendar.hours_per_day};
}

}  // namespace

std::vector<std::string> time_stamps(const Plan& plan) {
  const bool trading = plan.calendar.name == kTrading.name;
  std::vector<std::string> out;
  for (std::size_t step = 0; step <= plan.grid.steps; ++step) {
    const Instant at = instant_of(plan, step);
    std::string day = "day " + std::to_string(at.day);
    if (plan.date)
      day = date_text(trading ? weekdays_after(*plan.date, at.day) : *plan.date + std::chrono::days(at.day));
    if (trading) out.push_back(day + " open+" + clock_text(at.hours, ":"));
    else
      out.push_back(plan.date ? day + "T" + clock_text(at.hours, ":") + "Z"
                              : day + " " + clock_text(at.hours, ":"));
  }
  return out;
}

}  // namespace unhedged::simulation
