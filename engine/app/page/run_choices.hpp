#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/config/load.hpp"
#include "engine/output/report_data.hpp"

namespace unhedged::app {

/// A scenario as the run took it, with its overrides and its severity; else why it cannot be had.
struct ScenarioTaken {
  std::optional<config::ScenarioSpec> spec;
  std::string why_not;
};

/// What a report needs of the texts in a result file.
struct RunChoices {
  std::vector<std::pair<std::string, double>> limits;  ///< metric, amount
  std::optional<Duration> horizon;                     ///< as it was written
  std::vector<ScenarioTaken> scenarios;                ///< as many as the file has
  std::string problem;  ///< why the configuration cannot be understood by this program; often empty
};

/// Never fails: what a program of another version wrote may not be understood by this one, and the rest of
/// the file is as good.
RunChoices read_choices(const output::ReportData& data);

}  // namespace unhedged::app
