#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/output/hdf5_file.hpp"
#include "engine/output/result_writer.hpp"

/// The parts of a result file, each in a source of its own. docs/formats/results.md has the layout.
namespace unhedged::output {

/// What they are written from, and where to.
struct ResultParts {
  Hdf5Writer& file;
  const simulation::PreparedRun& prepared;
  const simulation::Outcome& outcome;
  const simulation::Report& report;
  const Provenance& origin;

  const simulation::Plan& plan() const { return prepared.plan(); }
};

/// The dimensions of a group by their names, made when they are first used. Files are read group by group, so
/// that each has dimensions of its own.
class Dimensions {
 public:
  /// `group`: absolute without a slash at its end; empty for the root
  Dimensions(const ResultParts& parts, std::string group) : parts_(parts), group_(std::move(group)) {}

  const Dimension& scenario();
  const Dimension& hedger();
  const Dimension& reference();  ///< hedgers again, as what is compared with
  const Dimension& estimate();   ///< value, lower, upper, standard_error
  const Dimension& path();
  const Dimension& asset();
  const Dimension& bucket();  ///< causes of P&L
  const Dimension& group();   ///< of positions, and hedging

  /// Others.
  Dimension text(const std::string& name, const std::vector<std::string>& values,
                 const std::string& long_name);
  Dimension numbers(const std::string& name, const std::vector<double>& values, const std::string& units,
                    const std::string& long_name);
  Dimension bare(const std::string& name, std::uint64_t size);

  std::string in_group(const std::string& name) const { return group_ + "/" + name; }

 private:
  const Dimension& once(const std::string& name, const std::function<Dimension()>& make);

  const ResultParts& parts_;
  std::string group_;
  std::map<std::string, Dimension> made_;
};

/// Estimates as they stand in a file: value, lower, upper and standard_error of each, in turn.
std::vector<double> flat(const std::vector<risk::Estimate>& estimates);
std::vector<double> flat(const std::vector<risk::NamedEstimate>& estimates);

/// What is kept of every path, and means by scenario; `root` are the dimensions of the root. The P&L comes
/// with them.
void write_columns(const ResultParts& parts, Dimensions& root);
/// The P&L by its causes, where somebody asked; before the columns, as paths may have them.
void write_attribution(const ResultParts& parts, Dimensions& root);
/// /summary, /paired_difference and their metrics.
void write_summary(const ResultParts& parts, Dimensions& root);
void write_convergence(const ResultParts& parts);
/// Means by regime.
void write_regimes(const ResultParts& parts);
/// Recorded paths.
void write_worst_paths(const ResultParts& parts);
/// Attributes of the root that say where any file of this program comes from, and when.
void write_origin(Hdf5Writer& file, const Provenance& origin);
/// What the run was made from: every file it read, so that it can be made again from the result alone.
void write_inputs(Hdf5Writer& file, const Provenance& origin);
/// What scenarios and hedgers are besides their names.
void write_labels(const ResultParts& parts, Dimensions& root);
void write_positions(const ResultParts& parts);
/// What yardsticks require, where the run is held against some.
void write_yardsticks(const ResultParts& parts);
void write_diagnostics(const ResultParts& parts);

}  // namespace unhedged::output
