#pragma once
#include <string>
#include <utility>
#include <vector>

#include "engine/output/hdf5_reader.hpp"
#include "engine/risk/estimate.hpp"
#include "engine/simulation/result.hpp"

namespace unhedged::output {

/// A result file, as docs/formats/results.md describes it, open for reading: it is finished, of a format that
/// this program reads, and has the parts that every result has, of sizes that fit together. What is read
/// later is held to its checksums then.
class ResultFile {
 public:
  /// errors  IoError, here and below: which file, which part of it, and why
  explicit ResultFile(const std::string& path);

  const std::string& path() const { return file_.path(); }
  /// For what has no function of its own here.
  const Hdf5Reader& file() const { return file_; }

  const std::vector<std::string>& scenarios() const { return scenarios_; }
  const std::vector<std::string>& hedgers() const { return hedgers_; }
  const std::vector<std::string>& metrics() const { return metrics_; }
  bool hedges(std::size_t hedger) const { return hedges_[hedger] != 0; }
  std::uint64_t paths() const { return paths_; }
  /// The paths there are, by their numbers in the plan, in the order of the file.
  const std::vector<simulation::PathSpan>& path_spans() const { return spans_; }
  /// Levels of VaR and ES, ascending.
  const std::vector<double>& levels() const { return levels_; }

  /// How likely a scenario is beside the others, up to a factor; 1 where nobody said.
  double scenario_weight(std::size_t scenario) const { return weights_[scenario]; }
  bool states_weights() const { return states_weights_; }

  /// shapes  [path]
  std::vector<double> pnl(std::size_t scenario, std::size_t hedger) const;
  /// errors  IoError too if there is no such metric
  risk::Estimate summary(std::size_t scenario, std::size_t hedger, const std::string& metric) const;
  bool has_metric(const std::string& metric) const;

  /// Attributes of the root.
  std::string text(const std::string& attribute) const;
  std::uint64_t whole(const std::string& attribute) const;
  double number(const std::string& attribute) const;

  /// Name and text of every file the run read, first the configuration. Their SHA-256 are tested.
  std::vector<std::pair<std::string, std::string>> inputs() const;
  /// Keys and values that replaced those of the files.
  std::vector<std::pair<std::string, std::string>> overrides() const;

 private:
  void require_format() const;
  void read_names();
  void read_spans();
  void require_sizes(const std::string& dataset, const std::vector<std::uint64_t>& sizes) const;
  void require_parts() const;

  Hdf5Reader file_;
  std::vector<std::string> scenarios_, hedgers_, metrics_;
  std::vector<std::uint8_t> hedges_;
  std::vector<double> weights_, levels_;
  bool states_weights_ = false;
  std::uint64_t paths_ = 0;
  std::vector<simulation::PathSpan> spans_;
};

}  // namespace unhedged::output
