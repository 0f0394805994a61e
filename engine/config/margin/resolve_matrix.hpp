#pragma once
#include "engine/config/margin/matrix_spec.hpp"
#include "engine/config/margin/yardstick_spec.hpp"

namespace unhedged::config {

/// A matrix model as it is written, and what a run sets of it.
struct MatrixAsWritten {
  const MatrixSpec& spec;
  const YardstickKeysSpec& keys;
  const Calendar& calendar;
  std::string key;  ///< where the model stands
  std::string set;  ///< where what is set of it does
};

/// The model, complete. errors  problems where it has gaps, counts that differ, or moves to nothing and below
margin::MarginModel resolve_matrix(const MatrixAsWritten& written, Findings& findings);

/// Of price_scan and vol_scan those that it needs and has not.
std::vector<std::string> missing_keys(const MatrixSpec& spec);

}  // namespace unhedged::config
