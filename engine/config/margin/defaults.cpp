#include "engine/config/margin/defaults.hpp"

#include <algorithm>
#include <filesystem>

#include "engine/config/margin/resolve.hpp"
#include "engine/config/text.hpp"
#include "engine/config/yaml.hpp"

namespace unhedged::config {
namespace {

bool holds_perpetuals(const simulation::Plan& plan) {
  if (std::ranges::any_of(plan.margined, [](const auto& held) { return !held.expiry_years; })) return true;
  return std::ranges::any_of(plan.hedgers, [&](const hedging::Hedger& hedger) {
    for (std::size_t a = 0; a < hedger.instrument.size(); ++a)
      if (hedger.hedges(a) && plan.tradables[hedger.instrument[a]].on_margin) return true;
    return false;
  });
}

bool is_meant_for(const margin::Yardstick& one, const simulation::Plan& plan) {
  const margin::ModelAbout& about = one.about;
  const bool has_asset = about.assets.empty() || std::ranges::any_of(plan.assets, [&](const auto& asset) {
                           return std::ranges::find(about.assets, asset.name) != about.assets.end();
                         });
  const bool of_perpetuals = std::holds_alternative<margin::TierRule>(one.rule) ||
                             std::holds_alternative<margin::LeverageRule>(one.rule);
  return has_asset && (about.calendar.empty() || about.calendar == plan.calendar.name) &&
         (!of_perpetuals || holds_perpetuals(plan));
}

}  // namespace

std::vector<margin::Yardstick> default_yardsticks(const Configuration& run, const LoadOptions& options,
                                                  std::vector<Problem>& warnings) {
  const std::string parent = std::filesystem::path(run.path).parent_path().string();
  std::vector<margin::Yardstick> out;
  for (const NamedFile& file :
       named_files(kMarginFolder, parent.empty() ? "." : parent, options.margin_folders)) {
    try {
      const Record record = parse_yaml(read_text(file.path), file.path);
      Findings findings;
      const MarginModelSpec spec = load_margin_model(record, "", findings);
      if (findings.failed()) throw ConfigError(findings.report());
      if (!missing_keys(spec).empty()) continue;
      const margin::Yardstick one =
          resolve_yardstick({spec, file.path, ""}, {file.name, {}}, run.plan.calendar, "", findings);
      if (findings.failed()) throw ConfigError(findings.report());
      if (is_meant_for(one, run.plan)) out.push_back(one);
    } catch (const ConfigError& error) {
      for (Problem problem : error.problems()) {
        problem.severity = Severity::warning;
        problem.message += " (the model is left out)";
        warnings.push_back(problem);
      }
    } catch (const IoError& error) {
      warnings.push_back(
          {{}, file.path, std::string(error.what()) + " (the model is left out)", Severity::warning});
    }
  }
  return out;
}

}  // namespace unhedged::config
