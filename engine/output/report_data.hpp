#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/output/result_reader.hpp"

/// What a report shows of a result file (docs/formats/results.md).
namespace unhedged::output {

/// Estimates in a table of two or more dimensions, the last of them value, lower, upper, standard_error.
class EstimateTable {
 public:
  EstimateTable() = default;
  /// shapes  `numbers`: the product of `sizes` times 4
  EstimateTable(std::vector<double> numbers, std::vector<std::uint64_t> sizes)
      : numbers_(std::move(numbers)), sizes_(std::move(sizes)) {}

  /// expects  an index for each of the dimensions
  risk::Estimate at(const std::vector<std::size_t>& index) const;
  std::uint64_t size(std::size_t dimension) const { return sizes_[dimension]; }

 private:
  std::vector<double> numbers_;
  std::vector<std::uint64_t> sizes_;
};

/// Running estimates from the first paths only.
struct RunningEstimates {
  std::string metric;  ///< as in the file, e.g. es_99
  std::vector<double> paths;
  EstimateTable shortfall;  ///< [scenario, hedger, paths]
};

/// What the tail's mean P&L is made of.
struct TailAttribution {
  std::vector<std::string> buckets, meanings;
  std::string units, meaning;  ///< of the numbers
  EstimateTable means;         ///< [scenario, hedger, bucket]
};

/// The recorded paths, but for what they hold.
struct RecordedPaths {
  std::vector<std::string> assets, dates;
  std::vector<double> years;  ///< [time]
  std::size_t ranks = 0;
  std::vector<std::vector<std::string>> regime_names;  ///< [scenario][number]
};

/// One recorded path.
struct RecordedPath {
  std::uint64_t number = 0;
  double pnl = 0;
  std::vector<double> regime;                                       ///< [time]
  std::vector<std::pair<std::string, std::vector<double>>> tracks;  ///< name, [time, asset]
};

struct ReportData {
  std::vector<std::pair<std::string, std::string>> attributes;  ///< texts of the root: name, value
  std::uint64_t paths = 0, paths_planned = 0, paths_failed = 0, seed = 0, steps = 0;
  double horizon_years = 0, confidence = 0;
  std::vector<std::string> scenarios, hedgers, metrics, metric_units, metric_meanings;
  std::vector<std::pair<std::string, std::string>> overrides;       ///< key, value
  std::optional<std::size_t> unhedged;                              ///< the first hedger that does not hedge
  std::vector<std::pair<std::string, std::string>> scenario_texts;  ///< name, text of the file
  EstimateTable summary;                                            ///< [scenario, hedger, metric]
  std::optional<RunningEstimates> convergence;
  std::optional<TailAttribution> attribution;
  std::optional<RecordedPaths> recorded;

  /// Empty if there is no such attribute.
  std::string attribute(const std::string& name) const;
  /// errors  IoError if there is none of the name; `file` is what the message names
  std::size_t metric(const std::string& name, const std::string& file) const;
};

/// A result file with what a report needs of it. What is large is read when it is asked for.
class ReportSource {
 public:
  /// errors  IoError, here and below: as ResultFile, or something that a report needs is missing
  explicit ReportSource(const std::string& path);

  const std::string& path() const { return file_.path(); }
  const ReportData& data() const { return data_; }

  std::vector<double> pnl(std::size_t scenario, std::size_t hedger) const;
  /// `rank` counts from 0, the largest loss; `tracks`: what is read of it
  RecordedPath recorded(std::size_t scenario, std::size_t hedger, std::size_t rank,
                        const std::vector<std::string>& tracks) const;

 private:
  ResultFile file_;
  ReportData data_;
};

}  // namespace unhedged::output
