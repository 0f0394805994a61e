#include "engine/config/load.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <set>

#include "engine/config/csv_list.hpp"
#include "engine/config/margin/resolve_accounts.hpp"
#include "engine/config/overrides.hpp"
#include "engine/config/resolve_contract.hpp"
#include "engine/config/smile_warnings.hpp"
#include "engine/config/text.hpp"
#include "engine/config/yaml.hpp"
#include "engine/core/utf8.hpp"
#include "engine/math/correlation.hpp"

namespace unhedged::config {
namespace {

namespace fs = std::filesystem;

/// Rows of a book times steps: what is prepared grows with both.
constexpr double kMostPrepared = 5e9;

std::string folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

fs::file_type type_of(const std::string& path) {
  std::error_code error;
  return fs::status(path, error).type();
}

/// Whether a file is in a folder or below it, links followed.
bool is_below(const std::string& file, const std::string& folder) {
  std::error_code failed;
  if (type_of(file) == fs::file_type::not_found) return true;
  const fs::path place = fs::weakly_canonical(file, failed);
  if (failed) return true;  // reading says what is wrong with it
  const fs::path root = fs::weakly_canonical(folder, failed);
  if (failed) return true;
  const auto [end, rest] = std::mismatch(root.begin(), root.end(), place.begin(), place.end());
  return end == root.end();
}

/// Adds the problems of a file that could not even be parsed.
void adopt(const ConfigError& error, const std::string& key, Findings& findings) {
  for (const Problem& problem : error.problems())
    findings.add(problem.mark, problem.key.empty() ? key : problem.key, problem.message, problem.severity);
}

/// The one loader of a configuration: collects problems from all files before it gives up.
class Loader {
 public:
  Loader(std::string path, const LoadOptions& options) : path_(std::move(path)), options_(options) {}

  Configuration run(const std::string& text) {
    out_.path = path_;
    out_.text = text;
    out_.inputs = {{path_, text}};
    out_.overrides = options_.overrides;
    Record root = parse_yaml(text, path_);
    const Overrides overrides(
        options_.overrides, root, [this](const std::string& reference) { return name_in_file(reference); },
        findings_);
    findings_.place("", root.mark);
    Reader(findings_).read_struct(root, "", spec_);
    load_portfolio();
    load_surfaces();
    load_scenarios(overrides);
    load_models();
    load_account_models();
    if (can_resolve()) {
      findings_.mute_consequences();
      resolve_all();
    }
    if (findings_.failed()) throw ConfigError(findings_.report());
    out_.warnings = findings_.report();
    if (options_.warnings == LoadOptions::Warnings::refuse) refuse_warnings();
    return std::move(out_);
  }

 private:
  void refuse_warnings() const {
    std::vector<Problem> problems = out_.warnings;
    for (Problem& problem : problems) {
      problem.severity = Severity::error;
      problem.message += " (a warning, which --strict refuses)";
    }
    if (!problems.empty()) throw ConfigError(std::move(problems));
  }

  /// Whether enough was understood for checks across keys to make sense.
  bool can_resolve() const {
    for (const char* key : {"market.assets", "market.calendar", "market.date", "simulation.horizon",
                            "simulation.step", "simulation.steps", "hedgers", "scenarios", "portfolio"})
      if (std::ranges::any_of(findings_.problems(), [&](const Problem& p) {
            return p.severity == Severity::error &&
                   (p.key.empty() || p.key == key || std::string(key).starts_with(p.key + "."));
          }))
        return false;
    if (findings_.full()) return false;
    return std::ranges::all_of(spec_.scenarios, [](const ScenarioRef& ref) { return ref.spec.has_value(); });
  }

  /// The file beside the configuration, unless there is none. What else is wrong with it, reading will say.
  std::string found_file(const std::string& name) const {
    const std::string beside = (fs::path(folder_of(path_)) / name).string();
    return without_dots(stands(beside) ? beside : name);
  }

  bool stands(const std::string& path) const {
    if (options_.files.empty()) return type_of(path) != fs::file_type::not_found;
    return std::ranges::find(options_.files, without_dots(path), &TextFile::first) != options_.files.end();
  }

  /// Whether a file on the disk is named by a path that leads out of the configuration's folder.
  bool is_outside(const std::string& path) const {
    return options_.files.empty() && !named_.contains(path) && !is_below(path, folder_of(path_));
  }

  std::string text_of(const std::string& path) const {
    if (options_.paths == LoadOptions::Paths::inside && is_outside(path))
      throw IoError(path, "is neither in the folder of " + shown_as_utf8(path_) +
                              " nor below it; --allow-paths reads it all the same");
    if (options_.files.empty()) return read_text(path);
    const auto found = std::ranges::find(options_.files, path, &TextFile::first);
    if (found == options_.files.end()) throw IoError(path, "is not among the files of the run");
    return found->second;
  }

  std::string read_input(const std::string& path) {
    std::string text = text_of(path);
    out_.reads_outside = out_.reads_outside || is_outside(path);
    out_.inputs.emplace_back(path, text);
    return text;
  }

  std::vector<ScenarioFile> known_scenarios() const {
    if (options_.files.empty()) return scenario_files(folder_of(path_), options_.scenario_folders);
    std::vector<ScenarioFile> out;
    for (const TextFile& file : options_.files)
      if (file.first != path_ && !file.first.ends_with(".csv") && !is_margin_file(file.first) &&
          !is_named_by_path(file.first))
        out.push_back({stem_of(file.first), file.first});
    return out;
  }

  static bool is_margin_file(const std::string& path) {
    return fs::path(path).parent_path().filename() == kMarginFolder;
  }

  std::vector<NamedFile> known_models() const {
    if (options_.files.empty()) return named_files(kMarginFolder, folder_of(path_), options_.margin_folders);
    std::vector<NamedFile> out;
    for (const TextFile& file : options_.files)
      if (is_margin_file(file.first)) out.push_back({stem_of(file.first), file.first});
    return out;
  }

  void load_models() {
    if (!spec_.yardsticks) return;
    for (std::size_t i = 0; i < spec_.yardsticks->size(); ++i)
      models_.push_back(load_model((*spec_.yardsticks)[i].model, element("yardsticks", i)));
    if (spec_.yardsticks->empty() && !findings_.concerns("yardsticks"))
      findings_.add_at("yardsticks", "is empty: left out, all that fit are taken");
  }

  /// `words`: what else could stand at the key.
  LoadedModel load_model(const std::string& name, const std::string& key,
                         const std::vector<std::string>& words = {}) {
    LoadedModel model;
    if (!name.empty()) model.path = model_path(name, key, words);
    if (model.path.empty()) return model;
    model.key = join(kMarginFolder, stem_of(model.path));
    try {
      model.spec = load_margin_model(parse_yaml(read_input(model.path), model.path), model.key, findings_);
    } catch (const IoError& error) {
      findings_.add_at(key, error.what());
    } catch (const ConfigError& error) {
      adopt(error, model.key, findings_);
    }
    return model;
  }

  /// By which accounts ask for margin.
  void load_account_models() {
    for (const auto& [name, hedger] : spec_.hedgers) {
      const AccountMarginSpec* const margin = account_margin(hedger);
      if (margin != nullptr && !margin->model.empty() && margin->model != AccountMarginSpec::fraction)
        account_models_.emplace(name, load_model(margin->model, account_margin_key(name) + ".model",
                                                 {AccountMarginSpec::fraction}));
    }
  }

  std::string model_path(const std::string& name, const std::string& key,
                         const std::vector<std::string>& words) {
    if (is_path(name)) return found_file(name);
    std::vector<std::string> names = words;
    for (const NamedFile& file : known_models()) {
      if (file.name == name) return chosen(file, key);
      names.push_back(file.name);
    }
    findings_.add_at(key, "unknown margin model " + in_quotes(name) + suggestion(name, names) +
                              unreadable_folders(kMarginFolder, folder_of(path_), options_.margin_folders));
    return "";
  }

  void resolve_models(const Calendar& calendar) {
    out_.names_yardsticks = spec_.yardsticks.has_value();
    for (std::size_t i = 0; i < models_.size(); ++i)
      if (models_[i].spec.about() != nullptr && !findings_.concerns(models_[i].key))
        out_.yardsticks.push_back(resolve_yardstick(models_[i], (*spec_.yardsticks)[i], calendar,
                                                    element("yardsticks", i), findings_));
  }

  /// Whether a scenario of the run is that file by its path, and not by a name.
  bool is_named_by_path(const std::string& file) const {
    return std::ranges::any_of(spec_.scenarios, [&](const ScenarioRef& one) {
      return one.file && is_path(one.file->from) && found_file(one.file->from) == file;
    });
  }

  void load_portfolio() {
    if (!spec_.portfolio.file) return;
    const CsvFileSpec& book = *spec_.portfolio.file;
    out_.book_path = found_file(book.file);
    load_rows(out_.book_path, "portfolio", spec_.portfolio.positions, book.ignore_columns, out_.book_text,
              [this](const std::string& text) { return too_long(text); });
    for (const PositionKey& key : position_keys())
      if (key.needed) refuse_to_ignore(key, book.ignore_columns);
  }

  /// Of the run, as far as it is known before its grid is.
  double steps_asked() const {
    const SimulationSpec& simulation = spec_.simulation;
    if (simulation.steps) return std::max(1.0, static_cast<double>(*simulation.steps));
    if (!simulation.step) return 1;
    const Calendar& calendar = calendar_of(spec_.market);
    return std::max(1.0, simulation.horizon.years(calendar) / simulation.step->years(calendar));
  }

  /// What is wrong with a book of so many lines; empty: nothing.
  std::string too_long(const std::string& text) const {
    const auto lines =
        static_cast<double>(std::max(std::ranges::count(text, '\n'), std::ranges::count(text, '\r')));
    const double steps = steps_asked();
    if ((lines - 1) * steps <= kMostPrepared) return {};
    return " has " + format_number(lines) + " lines for some " + format_number(steps) +
           " steps: rows times steps may be " + format_number(kMostPrepared) +
           " at most; net positions in one contract, or take longer steps";
  }

  /// A column that some instruments of the book cannot do without.
  void refuse_to_ignore(const PositionKey& key, const std::vector<std::string>& ignored) {
    if (std::ranges::find(ignored, key.name) == ignored.end()) return;
    const auto needs = [&](const PositionSpec& p) { return key.taken(p.instrument.value); };
    const auto one = std::ranges::find_if(spec_.portfolio.positions, needs);
    if (one != spec_.portfolio.positions.end())
      findings_.add_at("portfolio", "column " + in_quotes(key.name) + " is needed, as by a position in " +
                                        name_of(one->instrument.value) + ", and cannot be ignored");
  }

  void load_surfaces() {
    for (auto& [name, asset] : spec_.market.assets) {
      if (!asset.surface || !asset.surface->file) continue;
      const std::string file = found_file(asset.surface->file->file),
                        key = "market.assets." + name + ".surface";
      std::string text;
      load_rows(file, key, asset.surface->rows, asset.surface->file->ignore_columns, text);
      if (asset.surface->rows.empty() && !findings_.concerns(key))
        findings_.add_at(key, file + " has no rows");
    }
  }

  /// Rows of a CSV file that stands in the place of a list at `key`, and its text. `refusal`: why the text is
  /// not read; empty: it is
  template <class Row>
  void load_rows(const std::string& file, const std::string& key, std::vector<Row>& out,
                 const std::vector<std::string>& ignored, std::string& text,
                 const std::function<std::string(const std::string& text)>& refusal = {}) {
    try {
      text = read_input(file);
      const std::string why = refusal ? refusal(text) : "";
      if (!why.empty()) return findings_.add_at(key, file + why);
      read_csv_list(text, file, key, out, ignored, findings_);
    } catch (const IoError& error) {
      findings_.add_at(key, error.what());
    } catch (const ConfigError& error) {
      adopt(error, key, findings_);
    }
  }

  void load_scenarios(const Overrides& overrides) {
    for (std::size_t i = 0; i < spec_.scenarios.size(); ++i) {
      ScenarioRef& ref = spec_.scenarios[i];
      const std::string key = element("scenarios", i);
      if (ref.file && !references_.insert(reference_of(*ref.file)).second) refuse_second(ref.file->from, key);
      else if (ref.file) load_file(ref, i, overrides);
      if (ref.spec && !scenario_names_.insert(ref.spec->name).second) refuse_second(ref.spec->name, key);
    }
    if (spec_.scenarios.empty() && findings_.has("scenarios"))
      findings_.add_at("scenarios", "at least one scenario is needed");
  }

  static std::string reference_of(const ScenarioFromSpec& file) {
    return file.from + "\n" + file.name + "\n" + format_number(file.severity.value_or(1));
  }

  void refuse_second(const std::string& name, const std::string& key) {
    findings_.add_at(key, "a second scenario named " + in_quotes(name));
  }

  void load_file(ScenarioRef& ref, std::size_t index, const Overrides& overrides) {
    const std::string key = element("scenarios", index), file = scenario_path(ref.file->from, key);
    if (file.empty()) return;
    try {
      const std::string text = read_input(file);
      Record record = parse_yaml(text, file);
      overrides.apply_to_file(index, record);
      ref.spec = load_scenario(record, key, findings_);
      take_otherwise(*ref.file, *ref.spec);
      out_.scenario_texts.emplace_back(ref.spec->name, text);
      out_.scenario_files.emplace_back(ref.spec->name, file);
    } catch (const IoError& error) {
      findings_.add_at(key, error.what());
    } catch (const ConfigError& error) {
      adopt(error, key, findings_);
    }
  }

  static void take_otherwise(const ScenarioFromSpec& wanted, ScenarioSpec& spec) {
    if (wanted.severity) {
      spec.severity = *wanted.severity;
      if (spec.severity != 1) spec.name += "_x" + format_number(spec.severity);
    }
    if (!wanted.name.empty()) spec.name = wanted.name;
  }

  /// The name that stands in a scenario file; empty if it cannot be read.
  std::string name_in_file(const std::string& reference) {
    std::string path = is_path(reference) ? found_file(reference) : "";
    if (path.empty())
      for (const ScenarioFile& file : known_scenarios())
        if (file.name == reference) path = *named_.insert(file.path).first;
    try {
      const Record file = parse_yaml(text_of(path), path);
      const Record* name = file.is_map() ? file.find("name") : nullptr;
      return name != nullptr && name->is_scalar() ? name->text : "";
    } catch (const ConfigError&) {
    } catch (const IoError&) {
    }
    return "";
  }

  std::string scenario_path(const std::string& name, const std::string& key) {
    if (is_path(name)) return found_file(name);
    std::vector<std::string> names;
    for (const ScenarioFile& file : known_scenarios()) {
      if (file.name == name) return chosen(file, key);
      names.push_back(file.name);
    }
    findings_.add_at(key,
                     "unknown scenario " + in_quotes(name) + suggestion(name, names) +
                         unreadable_folders(kScenarioFolder, folder_of(path_), options_.scenario_folders));
    return "";
  }

  std::string chosen(const ScenarioFile& file, const std::string& key) {
    if (!file.hides.empty())
      findings_.warn_at(key, "is read from " + file.path + ", which hides " + file.hides);
    named_.insert(file.path);
    return file.path;
  }

  void resolve_all() {
    MarketContext market = resolve_market(spec_, findings_);
    if (options_.contracts) market.contracts = options_.contracts;
    if (market.assets.empty()) return;
    simulation::Plan& plan = out_.plan;
    plan.name = spec_.name;
    if (spec_.market.currency) plan.currency = *spec_.market.currency;
    plan.calendar = market.calendar;
    plan.grid = market.grid;
    if (market.today) plan.date = std::chrono::sys_days(*market.today);
    plan.paths = spec_.simulation.paths;
    plan.seed = spec_.simulation.seed;
    plan.failed_share = spec_.simulation.failed_paths;
    plan.greeks = spec_.simulation.greeks.value;
    plan.correlation = math::smallest_eigenvalue(market.correlation) < 0
                           ? math::nearest_correlation(market.correlation)
                           : market.correlation;
    resolve_book(spec_.portfolio.positions, market, "portfolio", plan, findings_);
    for (std::size_t i = 0; i < spec_.scenarios.size(); ++i)
      plan.scenarios.push_back(resolve_scenario(*spec_.scenarios[i].spec, market, element("scenarios", i),
                                                options_.repair, out_.repairs, findings_));
    for (std::size_t i = 0; i < spec_.scenarios.size() && !findings_.failed(); ++i)
      warn_of_smiles(*spec_.scenarios[i].spec, plan.scenarios[i], plan.assets, plan.calendar,
                     element("scenarios", i), findings_);
    resolve_models(market.calendar);
    plan.tradables = market.tradables;
    plan.hedgers = resolve_hedgers(spec_, market, findings_);
    resolve_account_models(spec_, account_models_, plan, findings_);
    if (!findings_.failed()) check_objectives(plan, findings_);
    check_prices(plan, findings_);
    plan.numeraire = resolve_numeraire(spec_.risk, market, findings_);
    if (!findings_.failed()) check_coins(spec_, plan, findings_);
    plan.risk = resolve_risk(spec_, findings_);
    plan.scenario_weights = resolve_weights(spec_.risk, plan.scenarios, findings_);
    plan.precision = resolve_precision(spec_, plan.risk, findings_);
    plan.explained = spec_.output.attribution.value;
    if (!findings_.failed()) resolve_coverage(out_.yardsticks, plan, findings_);
    plan.columns = simulation::standard_columns(plan);
    plan.worst_paths = std::min<std::uint64_t>(spec_.output.worst_paths, plan.paths);
    for (std::size_t a = 0; a < plan.assets.size(); ++a) note_volume(plan, a);
    if (spec_.output.file.empty() || spec_.output.file.ends_with('/'))
      findings_.add_at("output.file", "must name a file, as in results/run.h5");
    out_.output_file = spec_.output.file;
    if (const auto& every = spec_.output.checkpoint.other) {
      out_.checkpoint_seconds = wall_seconds(*every);
      if (!(*out_.checkpoint_seconds > 0))
        findings_.add_at("output.checkpoint", "must be a positive time, or none");
    }
    out_.description = spec_.description;
  }

  static void note_volume(simulation::Plan& plan, std::size_t asset) {
    for (const world::Scenario& scenario : plan.scenarios)
      for (const world::Regime& regime : scenario.regimes)
        if (regime.assets[asset].liquidity.daily_volume > 0) plan.assets[asset].has_volume = true;
  }

  using TextFile = std::pair<std::string, std::string>;

  std::string path_;
  const LoadOptions& options_;
  Findings findings_;
  RunSpec spec_;
  std::vector<LoadedModel> models_;  // [yardstick]
  AccountModels account_models_;
  std::set<std::string> references_, scenario_names_;
  std::set<std::string> named_;  // files that are found by a name, in folders that are searched for it
  Configuration out_;
};

}  // namespace

std::string without_dots(const std::string& path) {
  fs::path out;
  for (const fs::path& part : fs::path(path))
    if (part != ".") out /= part;
  return out.empty() ? path : out.string();
}

double wall_seconds(const Duration& time) {
  constexpr double year = 365 * 86400.0;
  constexpr double seconds[] = {year, year / 12, 7 * 86400.0, 86400.0, 3600.0, 60.0, 1.0};
  return time.amount * seconds[static_cast<std::size_t>(time.unit)];
}

ScenarioSpec load_scenario(const Record& file, const std::string& key, Findings& findings) {
  ScenarioSpec spec;
  Reader(findings).read(file, Field{}, key, spec);
  if (spec.sources.empty())
    findings.add(file.mark, join(key, "sources"),
                 "is missing: a scenario file must say where its figures come from");
  return spec;
}

std::vector<ScenarioFile> scenario_files(const std::string& folder,
                                         const std::vector<std::string>& more_folders) {
  return named_files(kScenarioFolder, folder, more_folders);
}

Configuration load_text(const std::string& text, const std::string& path, const LoadOptions& options) {
  return Loader(path, options).run(text);
}

Configuration load(const std::string& path, const LoadOptions& options) {
  return load_text(read_text(path), path, options);
}

}  // namespace unhedged::config
