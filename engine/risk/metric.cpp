#include "engine/risk/metric.hpp"

#include <algorithm>
#include <cstdio>

#include "engine/core/errors.hpp"

namespace unhedged::risk {

const Estimate& find(const std::vector<NamedEstimate>& estimates, const std::string& name) {
  const auto named = [&name](const NamedEstimate& one) { return one.what->name == name; };
  const auto found = std::ranges::find_if(estimates, named);
  UNHEDGED_EXPECT(found != estimates.end());
  return found->estimate;
}

std::string metric_at_level(const std::string& measure, double level) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.10g", level * 100);
  return measure + "_" + digits;
}

}  // namespace unhedged::risk
