#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "engine/app/text_table.hpp"
#include "engine/simulation/report.hpp"

/// What a run prints.
namespace unhedged::app {

/// Narrowest table, and that of a run whose output is no terminal.
inline constexpr std::size_t kNarrowest = 60, kPipedWidth = 120;

struct TableOptions {
  std::size_t width = kPipedWidth;
  std::vector<std::string> columns;  ///< names as in the result file, or "all"; empty: what the width allows
  std::vector<std::pair<std::string, std::string>> overrides;  ///< keys and values set on the command line
};

/// Columns of the terminal on stdout; kPipedWidth if it is none. The environment plays no part.
std::size_t output_width();
/// What is asked for, else that.
inline std::size_t table_width(std::size_t asked) { return asked > 0 ? asked : output_width(); }

/// errors  ConfigError for a column that the run does not have
void check_columns(const simulation::Plan& plan, const std::vector<std::string>& columns);

/// Hedgers of a scenario that have lines of their own beneath the table: all, or the best alone where all of
/// them, in all scenarios, would take too many. `each`: lines of a hedger
std::vector<std::size_t> shown_hedgers(const simulation::Plan& plan, const simulation::Report& report,
                                       std::size_t scenario, std::size_t each = 1);
/// Whether that is all of them.
bool shows_all_hedgers(const simulation::Plan& plan, std::size_t each = 1);

/// The result table: hedgers under the name of each scenario. No line is longer than the width.
std::string result_table(const simulation::Plan& plan, const simulation::Report& report,
                         const TableOptions& options);

/// `file`: where the result stands.
std::string result_json(const simulation::Plan& plan, const simulation::Report& report,
                        const std::string& file);

}  // namespace unhedged::app
