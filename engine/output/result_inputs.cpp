#include <algorithm>
#include <set>
#include <tuple>

#include "engine/core/isa.hpp"
#include "engine/core/utf8.hpp"
#include "engine/output/result_parts.hpp"
#include "engine/output/sha256.hpp"

namespace unhedged::output {
namespace {

void write_scenario_files(const ResultParts& parts, Dimensions& root) {
  const auto& known = parts.origin.scenario_files;
  std::vector<std::string> files;
  for (const world::Scenario& scenario : parts.plan().scenarios) {
    const auto found = std::ranges::find(known, scenario.name, &std::pair<std::string, std::string>::first);
    files.push_back(found == known.end() ? "" : shown_as_utf8(found->second));
  }
  parts.file.create({"/scenario_file",
                     ElementType::text,
                     {root.scenario()},
                     "",
                     "file the scenario was read from; empty: it stands in the configuration"});
  parts.file.write_text("/scenario_file", files);
}

/// As stated; equal where nobody said.
void write_weights(const ResultParts& parts, Dimensions& root) {
  const simulation::Plan& plan = parts.plan();
  std::vector<double> weights = plan.scenario_weights;
  const bool stated = !weights.empty();
  if (!stated) weights.assign(plan.scenarios.size(), 1.0);
  parts.file.create({"/scenario_weight",
                     ElementType::float64,
                     {root.scenario()},
                     "1",
                     "how likely the scenario is beside the others, up to a common factor"});
  parts.file.write("/scenario_weight", {}, weights.data());
  parts.file.attribute("/scenario_weight", "stated", std::uint64_t{stated});
}

void write_hedges(const ResultParts& parts, Dimensions& root) {
  std::vector<std::uint8_t> hedges;
  for (const hedging::Hedger& hedger : parts.plan().hedgers) hedges.push_back(hedger.hedges() ? 1 : 0);
  parts.file.create({"/hedges",
                     ElementType::uint8,
                     {root.hedger()},
                     "1",
                     "1 where the hedger hedges, 0 where its model is none"});
  parts.file.write("/hedges", {}, hedges.data());
}

}  // namespace

void write_labels(const ResultParts& parts, Dimensions& root) {
  write_scenario_files(parts, root);
  write_weights(parts, root);
  write_hedges(parts, root);
}

void write_origin(Hdf5Writer& file, const Provenance& origin) {
  const auto attribute = [&file](const std::string& name, const std::string& value) {
    file.attribute("/", name, value);
  };
  attribute("description", origin.description);
  attribute("engine_version", origin.engine_version);
  attribute("engine_revision", origin.engine_revision);
  attribute("instruction_set", std::string(name_of(active_isa())));
  attribute("configuration_path", shown_as_utf8(origin.configuration_path));
  attribute("started", origin.started);
  attribute("finished", origin.finished);
}

void write_inputs(Hdf5Writer& file, const Provenance& origin) {
  std::vector<std::string> names, texts, sums;
  std::set<std::string> known;
  for (const auto& [name, text] : origin.inputs) {
    if (!known.insert(name).second) continue;  // a scenario file that several scenarios come from
    names.push_back(shown_as_utf8(name));
    texts.push_back(text);
    sums.push_back(sha256(text));
  }
  const std::string root = "/inputs";
  file.group(root);
  if (names.empty()) return;
  const Dimension input = file.text_dimension(root + "/input", names,
                                              "file that was read, as it was named; first the configuration");
  for (const auto& [name, meaning, values] : {std::tuple{"text", "the file, as it was", &texts},
                                              std::tuple{"sha256", "SHA-256 of the file", &sums}}) {
    file.create({root + "/" + name, ElementType::text, {input}, "", meaning});
    file.write_text(root + "/" + name, *values);
  }
  std::vector<std::string> overrides;
  for (const auto& [key, value] : origin.overrides) overrides.push_back(key + "=" + value);
  if (!overrides.empty())
    file.text_dimension(root + "/override", overrides, "KEY=VALUE that replaced a value of the files");
}

}  // namespace unhedged::output
