#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// Unhedged as a library: a configuration in, the numbers of its run out. This header is all there is to it;
/// it needs no other, and its types keep their meaning within a major version. `find_package(Unhedged)` gives
/// the target Unhedged::unhedged.
namespace unhedged::library {

/// What a configuration, a file or a number does not allow; what() has one line for each problem, with its
/// place. `code` is the exit code that the program ends with (docs/exit_codes.md).
class Refused : public std::runtime_error {
 public:
  Refused(const std::string& what, int code) : std::runtime_error(what), code_(code) {}
  int code() const { return code_; }

 private:
  int code_;
};

struct Options {
  int threads = 0;  ///< 0: one per processor; the bits are the same
  std::vector<std::pair<std::string, std::string>> overrides;  ///< {"simulation.paths", "1e5"}
  bool allow_paths = false;  ///< files may be named that are not below the configuration's folder
  std::function<void(std::uint64_t paths_done)> progress;  ///< by any thread, never by two at once
};

/// A number with its interval; NaN: there is none.
struct Number {
  double value, lower, upper, standard_error;
};

/// A limit and what exceeds it.
struct Exceeded {
  std::string scenario, hedger, metric;
  Number number;
  double limit;
};

struct FinishedRun;

/// A finished run.
class RunResult {
 public:
  RunResult(RunResult&&) noexcept;
  RunResult& operator=(RunResult&&) noexcept;
  ~RunResult();

  const std::vector<std::string>& scenarios() const;
  const std::vector<std::string>& hedgers() const;
  const std::vector<std::string>& metrics() const;
  /// What P&L is counted in.
  const std::string& unit() const;
  std::uint64_t paths() const;
  const std::vector<std::string>& warnings() const;

  /// P&L at the horizon, by path; valid as long as the result is. shapes  [paths]
  /// errors  Refused (code 2), here and below, for a name or index that is not there
  std::span<const double> pnl(std::size_t scenario, std::size_t hedger) const;
  /// A number of the summary, such as es_99.
  Number summary(std::size_t scenario, std::size_t hedger, const std::string& metric) const;
  /// Limits of `risk.limits` that are exceeded.
  std::vector<Exceeded> breaches() const;

 private:
  explicit RunResult(std::unique_ptr<FinishedRun> run);
  friend RunResult run_text(const std::string& text, const std::string& path, const Options& options);
  std::unique_ptr<FinishedRun> run_;
};

/// Reads, checks and simulates a configuration. errors  Refused
RunResult run_file(const std::string& path, const Options& options = {});

/// The same of a text that stands for the file `path`: what it names is looked for beside that.
RunResult run_text(const std::string& text, const std::string& path, const Options& options = {});

/// As `unhedged --version` says it, e.g. "1.2.3".
std::string version();

}  // namespace unhedged::library
