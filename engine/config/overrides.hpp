#pragma once
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/config/reader.hpp"

namespace unhedged::config {

/// Values that replace what the files say: `simulation.paths`, `scenarios[0].start`, and
/// `scenarios.NAME.regimes.crash...`, which reaches into the file of a scenario as well.
class Overrides {
 public:
  /// Applies all that the configuration holds itself; what belongs to scenario files is kept for
  /// `apply_to_file`. A scenario goes by the name of its file or, if that fits none, by the name that stands
  /// in it: `name_in_file` of what the entry says, empty if it cannot be read. shapes  pairs: (key, YAML
  /// text) errors  ConfigError where a key leads nowhere or a text is no YAML; findings for scenarios that do
  /// not exist
  using NameInFile = std::function<std::string(const std::string& reference)>;
  Overrides(const std::vector<std::pair<std::string, std::string>>& pairs, Record& root,
            const NameInFile& name_in_file, Findings& findings);

  /// Applies what is meant for the file of the scenario at `index` of the list.
  void apply_to_file(std::size_t index, Record& file) const;

 private:
  void apply(const std::string& key, Record value, Record& root, const NameInFile& name_in_file,
             Findings& findings);
  void apply_to_scenario(std::size_t index, const std::string& key, const std::string& rest, Record value,
                         Record& entry);

  struct Kept {
    std::string key;
    Record value;
  };
  std::map<std::size_t, std::vector<Kept>> of_file_;
};

/// What a scenario is called: "crash_1987" of "scenarios/crash_1987.yaml".
std::string stem_of(const std::string& name_or_path);

}  // namespace unhedged::config
