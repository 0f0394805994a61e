#pragma once
#include "engine/config/kind_spec.hpp"
#include "engine/hedging/strategy.hpp"

/// What a hedger wants to hold: one of the strategies, by its name or by a map of that and its parameters.
namespace unhedged::config {

struct ObjectiveSpec {
  static constexpr const char* key = "strategy";
  KindSpec<hedging::Strategy> strategy{*hedging::strategy_kinds().front()};

  /// Whether there is anything to say.
  static bool is_offered();
  static std::vector<std::string> names();
  /// Of the strategies that need no parameter.
  static std::vector<std::string> plain_names();
  static void read(const Record& record, const Field& field, const std::string& path, Findings& findings,
                   ObjectiveSpec& out);
};

}  // namespace unhedged::config
