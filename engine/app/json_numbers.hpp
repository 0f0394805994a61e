#pragma once
#include <nlohmann/json.hpp>

#include "engine/risk/estimate.hpp"

namespace unhedged::app {

/// What is not known is null.
nlohmann::ordered_json json_number(double x);

/// Value, lower, upper and standard_error.
nlohmann::ordered_json json_of(const risk::Estimate& estimate);

}  // namespace unhedged::app
