#include "engine/instruments/lognormal.hpp"

#include <algorithm>

namespace unhedged::instruments {

bool is_one_of(const std::vector<double>& dates, double time_years) {
  const auto next = std::ranges::lower_bound(dates, time_years - kExpiredYears);
  return next != dates.end() && *next <= time_years + kExpiredYears;
}

Remaining after(const std::vector<double>& dates, double time_years) {
  const auto next = std::ranges::upper_bound(dates, time_years + kExpiredYears);
  const auto count = static_cast<std::size_t>(dates.end() - next);
  return {count, count == 0 ? 0 : (dates.back() - time_years) / static_cast<double>(count)};
}

}  // namespace unhedged::instruments
