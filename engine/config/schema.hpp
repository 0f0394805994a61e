#pragma once
#include <string>
#include <vector>

namespace unhedged::config {

/// JSON Schema (draft-07) of a run's configuration, of a scenario file, or of a margin model, derived from
/// the same descriptions that read them.
std::string run_schema();
std::string scenario_schema();
std::string margin_model_schema();

/// One row of a table of keys.
struct KeyRow {
  std::string key;       ///< dotted, with NAME and [] for what the user names or lists
  std::string accepted;  ///< how it is written and within which bounds
  std::string standard;  ///< the default, "required" or ""
  std::string help;

  bool operator==(const KeyRow&) const = default;
};

/// All keys of a run's configuration and of its parts, scenarios included.
std::vector<KeyRow> run_keys();

/// A named choice (a process, a hedging model, an instrument, a kind of margin model) and its keys.
struct Choice {
  std::string name;
  std::string help;
  std::vector<KeyRow> keys;
};

std::vector<Choice> margin_choices();
std::vector<Choice> model_choices();
std::vector<Choice> hedger_choices();
std::vector<Choice> instrument_choices();

}  // namespace unhedged::config
