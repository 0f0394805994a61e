#include "engine/app/json_numbers.hpp"

#include <cmath>

namespace unhedged::app {

nlohmann::ordered_json json_number(double x) {
  return std::isfinite(x) ? nlohmann::ordered_json(x) : nlohmann::ordered_json();
}

nlohmann::ordered_json json_of(const risk::Estimate& estimate) {
  return {{"value", json_number(estimate.value)},
          {"lower", json_number(estimate.lower)},
          {"upper", json_number(estimate.upper)},
          {"standard_error", json_number(estimate.standard_error)}};
}

}  // namespace unhedged::app
