#include <fmt/core.h>

#include <algorithm>

#include "engine/app/book_table.hpp"
#include "engine/app/commands.hpp"
#include "engine/app/history_table.hpp"
#include "engine/app/loading.hpp"
#include "engine/app/surface_table.hpp"
#include "engine/app/text_table.hpp"
#include "engine/config/margin/resolve.hpp"
#include "engine/config/overrides.hpp"
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

/// The keys that `name` is part of: `simulation`, `dynamics`, `output.file`.
void print_some_keys(const std::string& name) {
  const std::vector<KeyRow> all = config::run_keys();
  if (name.empty()) return print_keys(all, "");
  std::vector<KeyRow> some;
  std::vector<std::string> parts;
  for (const KeyRow& row : all) {
    if (("." + row.key + ".").find("." + name + ".") != std::string::npos ||
        ("." + row.key).find("." + name + "(") != std::string::npos ||
        ("." + row.key).find("." + name + "[") != std::string::npos)
      some.push_back(row);
    std::string part;
    for (const char c : row.key + ".") {
      if (c != '.' && c != '(' && c != '[' && c != ')' && c != ']') part += c;
      else if (!part.empty()) {
        if (std::ranges::find(parts, part) == parts.end()) parts.push_back(part);
        part.clear();
      }
    }
  }
  if (some.empty()) unknown("describe keys", name, parts);
  print_keys(some, "");
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

config::Record scenario_record(const std::string& path) {
  config::Record record = config::parse_yaml(config::read_text(path), path);
  if (!config::is_scenario(record))
    throw single_problem(path, "",
                         "is not a scenario: it has no `regimes`, or those of a whole run; unhedged validate "
                         "checks runs");
  return record;
}

config::ScenarioSpec read_scenario(const config::Record& record) {
  config::Findings findings;
  findings.place("", record.mark);
  config::ScenarioSpec spec = config::load_scenario(record, "", findings);
  if (findings.failed()) throw ConfigError(findings.report());
  return spec;
}

/// A line of the list; a file that is not sound does not hide the others.
void print_title(const config::ScenarioFile& file) {
  try {
    fmt::print("{}: {}\n", file.name, read_scenario(scenario_record(file.path)).title);
  } catch (const ConfigError&) {
    fmt::print("{}: not sound; unhedged validate {} says why\n", file.name, file.path);
  }
}

std::string assets_text(const config::ScenarioSpec& spec) {
  std::string text;
  for (const std::string& name : config::named_assets(spec)) text += (text.empty() ? "" : " ") + name;
  return text.empty() ? "any; the file names none" : text;
}

void print_scenario(const config::ScenarioFile& file, std::uint64_t simulate) {
  const config::Record record = scenario_record(file.path);
  const config::ScenarioSpec spec = read_scenario(record);
  print_warnings(config::check_scenario(record));
  fmt::print("{}: {}\n", spec.name, spec.title);
  if (simulate > 0) {
    fmt::print("{}", history_table(spec, simulate));
    return;
  }
  if (!spec.description.empty()) fmt::print("  {}\n", spec.description);
  fmt::print("  file: {}\n  regimes:", file.path);
  for (const auto& [name, regime] : spec.regimes) fmt::print(" {}", name);
  fmt::print("\n  assets: {}\n  sources:\n", assets_text(spec));
  for (const auto& source : spec.sources) fmt::print("    {} [{}]\n", source.what, source.where);
}

void print_scenarios(const std::string& name, std::uint64_t simulate) {
  if (config::is_path(name)) return print_scenario({config::stem_of(name), name}, simulate);
  std::vector<std::string> names;
  bool found = false;
  for (const config::ScenarioFile& file :
       config::scenario_files(".", shipped_folders(config::kScenarioFolder))) {
    names.push_back(file.name);
    if (name.empty()) print_title(file);
    if (name != file.name) continue;
    found = true;
    print_scenario(file, simulate);
  }
  if (!found && !name.empty()) unknown("scenarios", name, names);
}

config::Record margin_record(const std::string& path) {
  config::Record record = config::parse_yaml(config::read_text(path), path);
  if (!config::is_margin_model(record))
    throw single_problem(path, "",
                         "is not a margin model: it has no `kind`, or is a whole run or a scenario");
  return record;
}

config::MarginModelSpec read_model(const config::Record& record) {
  config::Findings findings;
  findings.place("", record.mark);
  config::MarginModelSpec spec = config::load_margin_model(record, "", findings);
  if (findings.failed()) throw ConfigError(findings.report());
  return spec;
}

void print_model_title(const config::NamedFile& file) {
  try {
    fmt::print("{}: {}\n", file.name, read_model(margin_record(file.path)).about()->title);
  } catch (const ConfigError&) {
    fmt::print("{}: not sound; unhedged validate {} says why\n", file.name, file.path);
  }
}

void print_model(const config::NamedFile& file) {
  const config::Record record = margin_record(file.path);
  const config::MarginModelSpec spec = read_model(record);
  print_warnings(config::check_margin_model(record));
  const config::ModelAboutSpec& about = *spec.about();
  fmt::print("{}: {}\n", about.name, about.title);
  if (!about.description.empty()) fmt::print("  {}\n", about.description);
  fmt::print("  file: {}\n  date: {}\n", file.path, about.date);
  std::string missing;
  for (const std::string& key : config::missing_keys(spec)) missing += " " + key;
  if (!missing.empty()) fmt::print("  a yardstick must set:{}\n", missing);
  fmt::print("  sources:\n");
  for (const config::SourceSpec& source : about.sources)
    fmt::print("    {} [{}]\n", source.what, source.where);
}

void print_margin_models(const std::string& name) {
  if (config::is_path(name)) return print_model({config::stem_of(name), name});
  std::vector<std::string> names;
  bool found = false;
  for (const config::NamedFile& file :
       config::named_files(config::kMarginFolder, ".", shipped_folders(config::kMarginFolder))) {
    names.push_back(file.name);
    if (name.empty()) print_model_title(file);
    if (name != file.name) continue;
    found = true;
    print_model(file);
  }
  if (!found && !name.empty()) unknown(config::kMarginFolder, name, names);
}

}  // namespace

int describe_command(const std::string& kind, const std::string& name, std::uint64_t simulate) {
  if (simulate > 0 && (kind != "scenarios" || name.empty()))
    throw single_problem("unhedged", "--simulate",
                         "needs the name of a scenario: describe scenarios NAME --simulate");
  const std::vector<std::string> kinds{"models",    "hedgers",       "instruments",
                                       "scenarios", "margin_models", "keys"};
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
  } else if (kind == "margin_models") {
    print_margin_models(name);
  } else if (kind == "keys") {
    print_some_keys(name);
  } else {
    unknown("describe", kind, kinds);
  }
  return kDone;
}

int schema_command(const std::string& what) {
  if (what == "run") fmt::print("{}\n", config::run_schema());
  else if (what == "scenario") fmt::print("{}\n", config::scenario_schema());
  else if (what == "margin_model") fmt::print("{}\n", config::margin_model_schema());
  else unknown("schema", what, {"run", "scenario", "margin_model"});
  return kDone;
}

namespace {

/// A run's configuration, a scenario or a margin model, by what it holds.
void validate_file(const std::string& file, const ConfigArguments& shared, bool quiet) {
  const std::string text = config::read_text(file);
  config::Record record = config::parse_yaml(text, file);
  if (config::is_scenario(record)) {
    if (!shared.set.empty())
      throw UsageError("--set: is for configurations of runs; " + file +
                       " is a scenario: change a copy of it, or a run's "
                       "scenarios.NAME.KEY");
    print_warnings(config::check_scenario(record));
    if (!quiet) fmt::print("{}: a sound scenario\n", file);
    return;
  }
  if (config::is_margin_model(record)) {
    if (!shared.set.empty())
      throw UsageError("--set: is for configurations of runs; " + file +
                       " is a margin model: change a copy of it");
    print_warnings(config::check_margin_model(record));
    if (!quiet) fmt::print("{}: a sound margin model\n", file);
    return;
  }
  const config::Configuration configuration = config::load(file, load_options(shared));
  print_warnings(configuration.warnings);
  if (!quiet) warn_of_few_losses(configuration.plan);
  if (!quiet)
    fmt::print("{}: sound\n{}{}", file, book_text(configuration.plan), surface_table(configuration.plan));
}

}  // namespace

int validate_command(const std::vector<std::string>& configs, const ConfigArguments& shared, bool quiet) {
  std::vector<Problem> problems;
  for (const std::string& file : configs) {
    try {
      validate_file(file, shared, quiet);
    } catch (const ConfigError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  if (!problems.empty()) throw ConfigError(problems);
  return kDone;
}

}  // namespace unhedged::app
