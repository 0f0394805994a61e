#include "engine/app/loading.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "engine/app/messages.hpp"
#include "engine/risk/intervals.hpp"
#include "engine/risk/summary.hpp"

namespace unhedged::app {

namespace fs = std::filesystem;

std::vector<std::string> names_of(const std::vector<std::pair<std::string, std::string>>& inputs) {
  std::vector<std::string> names;
  for (const auto& [name, text] : inputs) names.push_back(name);
  return names;
}

config::LoadOptions load_options(const ConfigArguments& shared) {
  config::LoadOptions options;
  options.scenario_folders = shipped_folders(config::kScenarioFolder);
  options.margin_folders = shipped_folders(config::kMarginFolder);
  options.repair = shared.strict ? config::Repair::refuse : config::Repair::warn;
  options.warnings =
      shared.strict ? config::LoadOptions::Warnings::refuse : config::LoadOptions::Warnings::tell;
  options.paths =
      shared.allow_paths ? config::LoadOptions::Paths::anywhere : config::LoadOptions::Paths::inside;
  for (const std::string& pair : shared.set) {
    const std::size_t equals = pair.find('=');  // there is one: the command line was checked
    options.overrides.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return options;
}

void print_warnings(const std::vector<Problem>& warnings) {
  for (const Problem& warning : warnings) warn(to_string(warning));
}

void warn_of_few_losses(const simulation::Plan& plan) {
  const double level = *std::ranges::max_element(plan.risk.levels);
  const double losses = static_cast<double>(plan.paths) * (1 - level);
  if (losses >= risk::kFewestPoints * (1 - 1e-9)) return;
  warn(
      fmt::format("warning: {} paths leave {:.3g} losses in the tail of {}, too few for an interval: {:.0f} "
                  "paths leave {:g}",
                  plan.paths, losses, risk::metric_at_level("es", level),
                  std::ceil(risk::kFewestPoints / (1 - level) * (1 - 1e-9)), risk::kFewestPoints));
}

std::vector<std::string> shipped_folders(const std::string& what) {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return {};
  const fs::path folder = program.parent_path();
  return {(folder / "../.." / what).lexically_normal().string(),
          (folder / "../share/unhedged" / what).lexically_normal().string()};
}

}  // namespace unhedged::app
