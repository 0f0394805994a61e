#pragma once
#include "engine/config/margin/model_spec.hpp"
#include "engine/config/margin/yardstick_spec.hpp"

/// From the files of margin_models and what runs say of them to yardsticks.
namespace unhedged::config {

/// A model and where it comes from.
struct LoadedModel {
  MarginModelSpec spec;
  std::string path;  ///< of its file
  std::string key;   ///< under which its problems are told; empty: it is checked alone
};

/// Reads a file. `key`: under which its problems are told.
MarginModelSpec load_margin_model(const Record& file, const std::string& key, Findings& findings);

/// Whether a file holds a margin model rather than a run or a scenario.
bool is_margin_model(const Record& file);

/// The model with what is set of it at `key` of a run. expects  the spec was read without problems
margin::Yardstick resolve_yardstick(const LoadedModel& model, const YardstickSpec& wanted,
                                    const Calendar& calendar, const std::string& key, Findings& findings);

/// The same of keys that are set at `set`.
margin::Yardstick resolve_model(const LoadedModel& model, const YardstickKeysSpec& keys,
                                const Calendar& calendar, const std::string& set, Findings& findings);

/// Keys that must be set before a model can be used; empty: it is complete.
std::vector<std::string> missing_keys(const MarginModelSpec& spec);

/// A model that is checked alone, with stand-ins for what runs must set.
/// errors  ConfigError with every problem
/// returns warnings
std::vector<Problem> check_margin_model(const Record& file);

}  // namespace unhedged::config
