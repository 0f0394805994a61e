#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/output/result_reader.hpp"
#include "engine/risk/scoreboard.hpp"

namespace unhedged::app {

/// One result or several of the same book, as one: hedgers x scenarios, every cell from one of the files.
class ResultSet {
 public:
  struct CellSource {
    std::size_t file, scenario, hedger;
  };

  /// errors  IoError if a file is none, is of another book, or of another world in a scenario of the same
  /// name;
  ///         if a cell is missing, or stands in two files with different results
  explicit ResultSet(const std::vector<std::string>& paths);

  const output::ResultFile& first() const { return files_.front(); }
  const std::vector<output::ResultFile>& files() const { return files_; }
  const std::vector<std::string>& scenarios() const { return scenarios_; }
  const std::vector<std::string>& hedgers() const { return hedgers_; }
  bool hedges(std::size_t hedger) const;
  const output::ResultFile& file_of(std::size_t scenario, std::size_t hedger) const;
  std::vector<double> pnl(std::size_t scenario, std::size_t hedger) const;
  risk::Estimate summary(std::size_t scenario, std::size_t hedger, const std::string& metric) const;
  std::uint64_t paths(std::size_t scenario) const;

  /// [scenario] as the files state them.
  std::vector<double> weights() const;
  bool states_weights() const;
  /// Whether the i-th paths of all scenarios belong together, or are independent.
  bool aligned() const;
  /// All cells at the highest level, with the weights of the files and no calm scenario; it reads P&L from
  /// here.
  risk::Contest contest() const;

 private:
  void add(std::size_t file);
  void add_scenario(std::size_t file, std::size_t scenario);
  void require_same_world(const CellSource& there, const CellSource& here) const;
  void require_all_cells() const;
  void require_same_texts() const;
  const CellSource& cell(std::size_t scenario, std::size_t hedger) const;

  std::vector<output::ResultFile> files_;
  std::vector<std::string> scenarios_, hedgers_;
  std::map<std::pair<std::size_t, std::size_t>, CellSource> cells_;  // by scenario and hedger
};

}  // namespace unhedged::app
