#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/app/result_set.hpp"
#include "engine/risk/scoreboard.hpp"

/// What `compare` prints.
namespace unhedged::app {

struct Compared {
  const ResultSet& results;
  const risk::Contest& contest;
  const risk::Scoreboard& board;
  std::string
      weights_said_by;  ///< "the configuration", "the command line"; empty: nobody, all weigh the same

  std::string es() const;  ///< es_99
  const std::string& scenario(std::size_t index) const { return results.scenarios()[index]; }
  const std::string& hedger(std::size_t index) const { return results.hedgers()[index]; }
  std::string unit() const { return results.first().text("numeraire"); }
};

/// `width`: of a line, where that can be.
std::string comparison_table(const Compared& compared, std::size_t width);
std::string comparison_markdown(const Compared& compared);
/// A row for each number: scenario (* over all of them), hedger, reference, metric, estimate, p.
std::string comparison_csv(const Compared& compared);
std::string comparison_json(const Compared& compared);

/// Numbers of a cell that the result file has.
std::vector<std::string> compared_metrics(const Compared& compared);

}  // namespace unhedged::app
