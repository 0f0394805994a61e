#include <algorithm>
#include <cstdio>

#include "engine/app/commands.hpp"
#include "engine/app/compare_output.hpp"
#include "engine/app/messages.hpp"
#include "engine/app/stored_run.hpp"
#include "engine/app/table.hpp"
#include "engine/config/scalar.hpp"
#include "engine/core/errors.hpp"
#include "engine/core/utf8.hpp"

namespace unhedged::app {
namespace {

/// --weight NAME=NUMBER for every scenario.
std::vector<double> weights_of(const std::vector<std::string>& pairs,
                               const std::vector<std::string>& scenarios) {
  std::vector<double> out(scenarios.size(), -1);
  for (const std::string& pair : pairs) {
    const std::size_t equals = pair.rfind('=');  // there is one: the command line was checked
    const std::string text = pair.substr(equals + 1);
    std::string why;
    const auto weight = config::parse_quantity(text, Unit::ratio, why);
    if (!weight || *weight < 0)
      throw UsageError("--weight: " + in_quotes(text) + " is no weight, as 0.2 or 20 %");
    double& of_scenario = out[choose("--weight", pair.substr(0, equals), scenarios)];
    if (of_scenario >= 0) throw UsageError("--weight " + pair + ": the scenario has one already");
    of_scenario = *weight;
  }
  const auto missing = std::ranges::find(out, -1.0);
  if (missing != out.end())
    throw UsageError("--weight: " + scenarios[static_cast<std::size_t>(missing - out.begin())] +
                     " has none: say all, or none");
  if (std::ranges::none_of(out, [](double x) { return x > 0; }))
    throw UsageError("--weight: one at least must be positive");
  return out;
}

std::optional<std::size_t> calm_of(const std::string& wanted, const std::vector<std::string>& scenarios) {
  if (!wanted.empty()) return choose("--calm", wanted, scenarios);
  const auto found = std::ranges::find(scenarios, "calm");
  if (found == scenarios.end()) return {};
  return static_cast<std::size_t>(found - scenarios.begin());
}

/// Of files by several programs: numbers may have changed between them.
void warn_of_makers(const ResultSet& results) {
  for (const output::ResultFile& file : results.files())
    if (maker_of(file) != maker_of(results.first()))
      warn("warning: " + file.path() + " was made by " + maker_of(file) + ", " + results.first().path() +
           " by " + maker_of(results.first()));
}

}  // namespace

int compare_command(const CompareArguments& arguments) {
  const ResultSet results(arguments.results);
  risk::Contest contest = results.contest();
  const bool told = !arguments.weights.empty();
  const bool stated = !told && results.states_weights();
  if (told) contest.weights = weights_of(arguments.weights, results.scenarios());
  contest.calm = calm_of(arguments.calm, results.scenarios());
  if (!arguments.quiet) warn_of_makers(results);
  const risk::Scoreboard board = risk::make_scoreboard(contest);
  const Compared compared{results, contest, board,
                          told     ? "the command line"
                          : stated ? "the configuration"
                                   : ""};
  const std::string text = arguments.json       ? comparison_json(compared)
                           : arguments.csv      ? comparison_csv(compared)
                           : arguments.markdown ? comparison_markdown(compared)
                                                : comparison_table(compared, table_width(arguments.width));
  std::fputs(text.c_str(), stdout);
  return kDone;
}

}  // namespace unhedged::app
