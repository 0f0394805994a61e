#include "engine/app/stored_run.hpp"

#include <algorithm>

#include "engine/app/commands.hpp"
#include "engine/app/version.hpp"
#include "engine/config/field.hpp"
#include "engine/core/errors.hpp"
#include "engine/core/utf8.hpp"

namespace unhedged::app {
namespace {

/// The first that the file and the plan made from its texts do not agree on; empty: there is none.
std::string disagreement(const output::ResultFile& result, const simulation::Plan& plan) {
  if (names_in(plan.scenarios) != result.scenarios()) return "other scenarios";
  if (names_in(plan.hedgers) != result.hedgers()) return "other hedgers";
  if (plan.seed != result.whole("seed")) return "another seed";
  if (plan.paths != result.whole("paths_planned")) return "another number of paths";
  if (plan.grid.steps != result.whole("steps")) return "another number of steps";
  return "";
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

}  // namespace

std::string this_program() { return "unhedged " + engine_version() + " (" + engine_revision() + ")"; }

std::string maker_of(const output::ResultFile& result) {
  return "unhedged " + result.text("engine_version") + " (" + result.text("engine_revision") + ")";
}

config::Configuration configuration_of(const output::ResultFile& result) {
  config::LoadOptions options;
  options.files = result.inputs();
  options.overrides = result.overrides();
  const std::string told = "; it was made by " + maker_of(result) + ", this is " + this_program();
  try {
    const auto& [name, text] = options.files.front();
    config::Configuration configuration = config::load_text(text, name, options);
    const std::string differs = disagreement(result, configuration.plan);
    if (!differs.empty())
      throw IoError(result.path(), "its configuration makes a run with " + differs + " today" + told);
    return configuration;
  } catch (const ConfigError& error) {
    throw IoError(result.path(),
                  "its configuration is refused today: " + to_string(error.problems().front()) + told);
  }
}

std::size_t choose(const std::string& option, const std::string& wanted,
                   const std::vector<std::string>& names) {
  if (wanted.empty() && names.size() == 1) return 0;
  if (wanted.empty()) throw UsageError(option + " is needed: " + excerpt(listed(names), 400));
  const auto found = std::ranges::find(names, wanted);
  if (found == names.end())
    throw UsageError(option + ": there is no " + in_quotes(wanted) + config::suggestion(wanted, names));
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace unhedged::app
