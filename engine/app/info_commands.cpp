#include <fmt/core.h>

#include <algorithm>

#include "engine/app/commands.hpp"
#include "engine/app/loading.hpp"
#include "engine/app/history_table.hpp"
#include "engine/app/table.hpp"
#include "engine/config/schema.hpp"
#include "engine/config/yaml.hpp"
#include "engine/core/utf8.hpp"

namespace unhedged::app {
namespace {

using config::Choice;
using config::KeyRow;

[[noreturn]] void unknown(const std::string& what, const std::string& word,
                          const std::vector<std::string>& allowed) {
  throw single_problem("unhedged", what, "unknown " + in_quotes(word) + config::suggestion(word, allowed));
}

void print_keys(const std::vector<KeyRow>& keys, const std::string& indent) {
  for (const KeyRow& row : keys) {
    fmt::print("{}{}  ({}{}{})\n", indent, row.key, row.accepted,
               row.standard.empty() || row.standard == "required" ? "" : "; default ",
               row.standard == "required" ? "; required" : row.standard);
    if (!row.help.empty()) fmt::print("{}    {}\n", indent, row.help);
  }
}

void print_choices(const std::vector<Choice>& choices, const std::string& what, const std::string& name) {
  std::vector<std::string> names;
  bool found = false;
  for (const Choice& choice : choices) {
    names.push_back(choice.name);
    if (!name.empty() && name != choice.name) continue;
    found = true;
    fmt::print("{}: {}\n", choice.name, choice.help);
    if (!name.empty()) print_keys(choice.keys, "  ");
  }
  if (!found) unknown(what, name, names);
}

void print_scenario(const config::ScenarioFile& file, bool in_full, std::uint64_t simulate) {
  config::Findings findings;
  const std::string text = config::read_text(file.path);
  const config::ScenarioSpec spec = config::load_scenario(file.path, text, "", findings);
  if (findings.failed()) throw ConfigError(findings.report());
  fmt::print("{}: {}\n", file.name, spec.title);
  if (!in_full) return;
  if (simulate > 0) {
    fmt::print("{}", history_table(spec, simulate));
    return;
  }
  if (!spec.description.empty()) fmt::print("  {}\n", spec.description);
  fmt::print("  file: {}\n  regimes:", file.path);
  for (const auto& [name, regime] : spec.regimes) fmt::print(" {}", name);
  fmt::print("\n  sources:\n");
  for (const auto& source : spec.sources) fmt::print("    {} [{}]\n", source.what, source.where);
}

void print_scenarios(const std::string& name, std::uint64_t simulate) {
  std::vector<std::string> names;
  bool found = false;
  for (const config::ScenarioFile& file : config::scenario_files(".", shipped_scenario_folders())) {
    names.push_back(file.name);
    if (!name.empty() && name != file.name) continue;
    found = true;
    print_scenario(file, !name.empty(), simulate);
  }
  if (!found && !name.empty()) unknown("scenarios", name, names);
}

}  // namespace

int describe_command(const std::string& kind, const std::string& name, std::uint64_t simulate) {
  if (simulate > 0 && (kind != "scenarios" || name.empty()))
    throw single_problem("unhedged", "--simulate", "needs the name of a scenario: describe scenarios NAME --simulate");
  const std::vector<std::string> kinds{"models", "hedgers", "instruments", "scenarios", "keys"};
  if (kind.empty()) {
    for (const std::string& each : kinds) {
      if (each == "keys") continue;
      fmt::print("{}\n", each);
      describe_command(each, "", 0);
      fmt::print("\n");
    }
    fmt::print("unhedged describe KIND NAME shows the keys of one; unhedged describe keys shows all.\n");
  } else if (kind == "models") {
    print_choices(config::model_choices(), kind, name);
  } else if (kind == "hedgers") {
    print_choices(config::hedger_choices(), kind, name);
  } else if (kind == "instruments") {
    print_choices(config::instrument_choices(), kind, name);
  } else if (kind == "scenarios") {
    print_scenarios(name, simulate);
  } else if (kind == "keys") {
    print_keys(config::run_keys(), "");
  } else {
    unknown("describe", kind, kinds);
  }
  return kDone;
}

int schema_command(const std::string& what) {
  if (what != "run" && what != "scenario") unknown("schema", what, {"run", "scenario"});
  fmt::print("{}\n", what == "run" ? config::run_schema() : config::scenario_schema());
  return kDone;
}

int validate_command(const std::vector<std::string>& configs, const ConfigArguments& shared, bool quiet) {
  std::vector<Problem> problems;
  for (const std::string& file : configs) {
    try {
      const config::Configuration configuration = config::load(file, load_options(shared));
      show(configuration.warnings);
      if (!quiet) fmt::print("{}: sound\n", file);
    } catch (const ConfigError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  if (!problems.empty()) throw ConfigError(problems);
  return kDone;
}

}  // namespace unhedged::app
