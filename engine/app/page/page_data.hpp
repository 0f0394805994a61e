#pragma once
#include <nlohmann/json_fwd.hpp>

#include "engine/app/page/run_choices.hpp"
#include "engine/app/page/tail_numbers.hpp"
#include "engine/core/stop.hpp"

namespace unhedged::app {

/// The numbers of the highest level, with the tests that `compare` makes of this result alone.
/// errors  IoError if the file lacks one of them
TailNumbers tail_numbers(const output::ReportSource& source, const RunChoices& choices,
                         const risk::Scoreboard& board);

/// Settings of what a page holds.
struct PageOptions {
  std::uint64_t fact_paths = 2000;  ///< simulated per scenario to hold it against its history; 0: none
};

/// Everything the page shows, as the script of the page reads it (page.js). Distributions and recorded paths
/// are thinned, so that the page stays small however large the run was. errors  IoError, Interrupted
nlohmann::json page_data(const output::ReportSource& source, const RunChoices& choices,
                         const TailNumbers& numbers, const PageOptions& options, Stop stop);

}  // namespace unhedged::app
