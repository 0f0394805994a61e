#include "engine/app/loading.hpp"

#include <filesystem>

#include "engine/app/messages.hpp"

namespace unhedged::app {

namespace fs = std::filesystem;

config::LoadOptions load_options(const ConfigArguments& shared) {
  config::LoadOptions options;
  options.scenario_folders = shipped_scenario_folders();
  options.repair = shared.strict ? config::Repair::refuse : config::Repair::warn;
  options.warnings = shared.strict ? config::LoadOptions::Warnings::refuse : config::LoadOptions::Warnings::tell;
  for (const std::string& pair : shared.set) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos)
      throw single_problem("--set", pair, "must read KEY=VALUE");
    options.overrides.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return options;
}

void show(const std::vector<Problem>& warnings) {
  for (const Problem& warning : warnings) warn(to_string(warning));
}

std::vector<std::string> shipped_scenario_folders() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return {};
  const fs::path folder = program.parent_path();
  return {(folder / "../../scenarios").lexically_normal().string(),
          (folder / "../share/unhedged/scenarios").lexically_normal().string()};
}

}  // namespace unhedged::app
