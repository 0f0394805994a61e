#include "engine/app/page/run_choices.hpp"

#include <algorithm>

#include "engine/config/overrides.hpp"
#include "engine/config/yaml.hpp"

namespace unhedged::app {
namespace {

std::string first_problem(const std::vector<Problem>& problems) {
  return problems.empty() ? "" : to_string(problems.front());
}

/// The text of a scenario file by the name the scenario has in the results.
const std::string* text_of(const output::ReportData& data, const std::string& scenario) {
  const auto found =
      std::ranges::find(data.scenario_texts, scenario, &std::pair<std::string, std::string>::first);
  return found == data.scenario_texts.end() ? nullptr : &found->second;
}

config::ScenarioSpec read_file(const std::string& text, const std::string& name, std::size_t index,
                               const config::ScenarioRef& ref, const config::Overrides& overrides) {
  config::Record record = config::parse_yaml(text, name);
  overrides.apply_to_file(index, record);
  config::Findings findings;
  config::ScenarioSpec spec = config::load_scenario(record, "", findings);
  if (findings.failed()) throw ConfigError(findings.report());
  if (ref.file->severity) spec.severity = *ref.file->severity;
  return spec;
}

ScenarioTaken taken(const output::ReportData& data, std::size_t index, const config::ScenarioRef& ref,
                    const config::Overrides& overrides) {
  if (ref.spec) return {ref.spec, ""};
  const std::string& name = data.scenarios[index];
  const std::string* text = text_of(data, name);
  if (!ref.file || text == nullptr) return {std::nullopt, "the file has no text of it"};
  try {
    return {read_file(*text, name, index, ref, overrides), ""};
  } catch (const ConfigError& error) {
    return {std::nullopt, "this version does not understand its text: " + first_problem(error.problems())};
  }
}

void read(const output::ReportData& data, RunChoices& out) {
  config::Record root =
      config::parse_yaml(data.attribute("configuration"), data.attribute("configuration_path"));
  config::Findings findings;
  const auto name_in_file = [&](const std::string& reference) {
    const std::string* text = text_of(data, config::stem_of(reference));
    if (text == nullptr) return std::string();
    const config::Record file = config::parse_yaml(*text, reference);
    const config::Record* name = file.is_map() ? file.find("name") : nullptr;
    return name != nullptr && name->is_scalar() ? name->text : std::string();
  };
  const config::Overrides overrides(data.overrides, root, name_in_file, findings);
  findings.place("", root.mark);
  config::RunSpec spec;
  config::Reader(findings).read_struct(root, "", spec);
  if (findings.failed()) throw ConfigError(findings.report());
  out.limits = spec.risk.limits;
  out.horizon = spec.simulation.horizon;
  if (spec.scenarios.size() != data.scenarios.size()) return;
  for (std::size_t s = 0; s < spec.scenarios.size(); ++s)
    out.scenarios[s] = taken(data, s, spec.scenarios[s], overrides);
}

}  // namespace

RunChoices read_choices(const output::ReportData& data) {
  RunChoices out;
  out.scenarios.resize(data.scenarios.size(),
                       {std::nullopt, "the configuration does not say how it was taken"});
  try {
    read(data, out);
  } catch (const ConfigError& error) {
    out.problem = first_problem(error.problems());
  }
  return out;
}

}  // namespace unhedged::app
