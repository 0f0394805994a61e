#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/config/named_files.hpp"
#include "engine/config/resolve.hpp"
#include "engine/margin/yardstick.hpp"
#include "engine/simulation/history.hpp"

namespace unhedged::config {

struct LoadOptions {
  /// key=value pairs that replace what the file says, e.g. {"simulation.paths", "1e6"}.
  std::vector<std::pair<std::string, std::string>> overrides;
  Repair repair = Repair::warn;
  enum class Warnings { tell, refuse };
  Warnings warnings = Warnings::tell;
  /// Whether files that it names by their paths must be in its folder or below, links followed.
  enum class Paths { inside, anywhere };
  Paths paths = Paths::inside;
  /// Folders with scenario files besides those next to the configuration.
  std::vector<std::string> scenario_folders;
  std::vector<std::string> margin_folders;  ///< the same with margin models
  /// Path and text of files that are read instead of those on the disk; none: those on the disk are.
  std::vector<std::pair<std::string, std::string>> files;
  /// Of configurations loaded before, for contracts they share; null: there are none.
  std::shared_ptr<instruments::ContractShelf> contracts;
};

/// Everything a run needs, and the texts it came from.
struct Configuration {
  simulation::Plan plan;
  std::vector<Problem> warnings;
  std::vector<CorrelationRepair> repairs;
  std::string path, text;
  bool reads_outside = false;  ///< whether a file that it names is not in its folder or below
  std::string description;
  std::vector<std::pair<std::string, std::string>> scenario_texts;  ///< name, text
  std::string book_path, book_text;                                 ///< of a book in a file of its own
  std::vector<std::pair<std::string, std::string>> scenario_files;  ///< name, path; not of inline ones
  std::vector<std::pair<std::string, std::string>> inputs;  ///< path and text of every file that was read
  std::vector<std::pair<std::string, std::string>> overrides;
  std::vector<margin::Yardstick> yardsticks;  ///< that it names
  bool names_yardsticks = false;              ///< whether it does
  std::string output_file;
  std::optional<double> checkpoint_seconds;  ///< none: no journal is wanted
};

/// Reads and checks a configuration and all it refers to.
/// errors  ConfigError with every problem of all files; IoError if the file itself cannot be read
Configuration load(const std::string& path, const LoadOptions& options);

/// Seconds of a length of time on the wall. Months are a twelfth of a year of 365 days.
double wall_seconds(const Duration& time);

/// As load, of a text that stands for the file `path`.
Configuration load_text(const std::string& text, const std::string& path, const LoadOptions& options);

using ScenarioFile = NamedFile;

/// Scenario files that a configuration in `folder` can name, without duplicates.
std::vector<ScenarioFile> scenario_files(const std::string& folder,
                                         const std::vector<std::string>& more_folders);

/// Reads one scenario file without a market: names, sources and keys are checked, amounts are not
/// resolved.
ScenarioSpec load_scenario(const Record& file, const std::string& key, Findings& findings);

/// A path without the steps that lead nowhere: desk.csv for ././desk.csv. Steps back stay, links may stand
/// before them.
std::string without_dots(const std::string& path);

/// Whether a file holds a scenario rather than a run: it has regimes and no scenarios.
bool is_scenario(const Record& file);

/// Assets a scenario names, in the order of the file; none, if all it says is of `default`.
std::vector<std::string> named_assets(const ScenarioSpec& spec);

/// Checks a scenario file as far as that can be done without a run: on the market of its own history, else on
/// a stand-in in which nothing is missing. There a name that is like that of another asset is warned of.
/// errors  ConfigError with every problem
/// returns warnings
std::vector<Problem> check_scenario(const Record& file);

/// The scenario on the market of its own history, and the facts it is held against (none if it has no
/// history). Problems go to the findings under `path`.
simulation::History resolve_history(const ScenarioSpec& spec, const std::string& path, Findings& findings);

}  // namespace unhedged::config
