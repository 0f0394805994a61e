#pragma once
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/config/load.hpp"
#include "engine/core/errors.hpp"

/// The commands of the program. Each returns an exit code; errors are thrown and become codes in main.
namespace unhedged::app {

enum ExitCode {
  kDone = 0,
  kUsage = 2,
  kConfiguration = 3,
  kInputOutput = 4,
  kNumerical = 5,
  kLimitBreached = 6,
  kInternal = 70,
  kSuspended = 75,
  kInterrupted = 130,
};

/// The command line asks for what there is not. Ends the program with kUsage.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The run has ended early, and what it has is kept. Ends the program with kSuspended.
class Suspended : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ConfigArguments {
  std::vector<std::string> set;  ///< key=value
  bool strict = false;
  bool allow_paths = false;  ///< files may be named that are not below the configuration's folder
};

struct RunArguments {
  std::string config;
  std::optional<std::string> output;  ///< none: what the configuration says
  bool force = false, quiet = false, json = false;
  std::string paths, seed;  ///< instead of the configured ones; empty: those
  int threads = 0;
  double memory_gib = 0;             ///< 0: half of what the machine has
  std::size_t width = 0;             ///< of the table; 0: the terminal's
  std::vector<std::string> columns;  ///< of the table; empty: what the width allows
  bool resume = false;
  std::string time_limit;  ///< as 6h; empty: none
  std::string shard;       ///< as 2/5; empty: all of the run
  std::string metrics;     ///< file for Prometheus; empty: none
  int helper_threads = 0;  ///< of other processes that simulate as well
  ConfigArguments shared;
};

struct MergeArguments {
  std::vector<std::string> shards;
  std::string output;
  bool partial = false;
  RunArguments run;  ///< what is printed, and how
};

struct MarginArguments {
  std::string config;
  std::string at;  ///< time from today, as 5d; empty: today
  bool json = false, quiet = false;
  ConfigArguments shared;
};

struct ReportArguments {
  std::string result;
  std::string output;  ///< empty: the name of the result with .html
  bool force = false, quiet = false;
  std::uint64_t paths = 2000;  ///< with which scenarios are held against their history; 0: they are not
};

struct ReplayArguments {
  std::string source;            ///< a result, or a configuration
  std::string scenario, hedger;  ///< empty: the only one
  std::optional<std::uint64_t> path, worst;
  bool csv = false, json = false, plot = false, force = false, quiet = false;
  std::string svg;        ///< file for a drawing; empty: none
  std::size_t width = 0;  ///< of the table; 0: the terminal's
  int threads = 0;
  ConfigArguments shared;
};

struct CompareArguments {
  std::vector<std::string> results;
  std::string calm;                  ///< scenario the others are held against; empty: the one named so
  std::vector<std::string> weights;  ///< NAME=NUMBER of every scenario; none: what the files say
  bool csv = false, json = false, markdown = false, quiet = false;
  std::size_t width = 0;  ///< of the table; 0: the terminal's
};

struct SweepArguments {
  std::vector<std::string> vary;  ///< KEY=a,b,c or KEY=low..high
  std::string design;             ///< grid, random, sobol or csv; empty: as `points` is a number or a file
  std::string points;             ///< a number, or a CSV file; empty: as many as the grid has
  std::uint64_t design_seed = 1;
  std::uint64_t against = 0;  ///< point that differences are from
  std::string metric;         ///< of the table; empty: the ES at the highest level
  bool csv = false;
  RunArguments run;
};

int run_command(const RunArguments& arguments);
int sweep_command(const SweepArguments& arguments);
int margin_command(const MarginArguments& arguments);
int merge_command(const MergeArguments& arguments);
int report_command(const ReportArguments& arguments);
int plan_command(const RunArguments& arguments);
/// `config`: of a run whose needs are looked at; empty: none.
int doctor_command(const std::string& config, const ConfigArguments& shared);
int validate_command(const std::vector<std::string>& configs, const ConfigArguments& shared, bool quiet);
/// `simulate`: paths with which a scenario is held against its history; 0: it is not.
int describe_command(const std::string& kind, const std::string& name, std::uint64_t simulate);
int compare_command(const CompareArguments& arguments);
int replay_command(const ReplayArguments& arguments);
/// The command that shows the path on which a run of a configuration failed.
std::string replay_words(const config::Configuration& configuration, const NumericalError& error);
int schema_command(const std::string& what);

/// Folders of a name (config/named_files.hpp) that come with the program, found from where it stands.
std::vector<std::string> shipped_folders(const std::string& what);

}  // namespace unhedged::app
