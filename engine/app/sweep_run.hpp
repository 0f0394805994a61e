#pragma once
#include "engine/app/sweep_design.hpp"
#include "engine/app/sweep_reference.hpp"
#include "engine/config/load.hpp"
#include "engine/core/stop.hpp"
#include "engine/output/journal.hpp"
#include "engine/output/sweep_writer.hpp"
#include "engine/simulation/path_storage.hpp"
#include "engine/simulation/valuation_cache.hpp"

namespace unhedged::app {

/// A configuration at all points of a sweep, checked before the first is run.
class Sweep {
 public:
  /// errors  UsageError where a key cannot be varied; ConfigError that names the point; IoError where memory
  ///         cannot hold one
  Sweep(const SweepArguments& arguments, SweepPoints points);

  const SweepPoints& points() const { return points_; }
  /// The first point.
  const config::Configuration& first() const { return *first_; }
  /// What is found, without numbers yet.
  output::SweepResult empty_result() const;
  /// What a journal of it begins with.
  output::JournalHead head(const std::string& started) const;
  /// Of all points, each once.
  const std::vector<Problem>& warnings() const { return warnings_; }
  /// Files that are read at any point.
  const std::vector<std::pair<std::string, std::string>>& inputs() const { return inputs_; }
  const std::vector<std::pair<std::string, std::string>>& overrides() const { return overrides_; }
  std::uint64_t paths(std::size_t point) const { return paths_[point]; }
  std::uint64_t all_paths() const;
  /// How long it is expected to take, to a factor of two or three.
  double seconds() const { return seconds_; }

  /// The configuration at a point, loaded anew: what only results of single runs show is left out.
  config::Configuration at(std::size_t point) const;

 private:
  void require_alike(std::size_t point, const config::Configuration& configuration);

  const SweepArguments& arguments_;
  SweepPoints points_;
  std::vector<std::pair<std::string, std::string>> overrides_, inputs_;
  std::optional<config::Configuration> first_;
  std::vector<std::string> scenarios_, hedgers_;
  std::vector<risk::MetricInfo> metrics_;
  std::vector<std::uint64_t> paths_;  // [point]
  std::shared_ptr<instruments::ContractShelf> contracts_ = std::make_shared<instruments::ContractShelf>();
  std::vector<Problem> warnings_;
  double seconds_ = 0;
};

/// What a point is run with.
struct PointTools {
  int threads = 0;
  Stop stop;
  std::function<void(std::uint64_t)> progress;  ///< paths of the point that are done
  std::shared_ptr<simulation::ValuationCache> cache;
  std::string target;                         ///< beside which P&L goes that memory does not hold
  std::shared_ptr<ReferencePoint> reference;  ///< is kept when its point is run
};

/// The numbers of a point and how many paths it took.
struct PointOutcome {
  std::uint64_t paths = 0;
  std::vector<double> summary;     ///< [scenario][hedger][metric][estimate]
  std::vector<double> difference;  ///< [scenario][hedger][paired metric][estimate]

  std::string packed() const;
  /// None if the bytes are not of so many numbers.
  static std::optional<PointOutcome> unpacked(std::string_view bytes, std::size_t summary,
                                              std::size_t difference);
};

/// expects  the reference is there, unless this is its point
/// errors  NumericalError that names the point; Interrupted; IoError
PointOutcome run_point(const Sweep& sweep, std::size_t point, const SweepArguments& arguments,
                       const PointTools& tools);

}  // namespace unhedged::app
