#pragma once
#include "engine/config/hedger_spec.hpp"
#include "engine/config/margin/yardstick_spec.hpp"
#include "engine/config/position_spec.hpp"
#include "engine/config/scenario_spec.hpp"
#include "engine/simulation/plan.hpp"

/// What a run's configuration says.
namespace unhedged::config {

/// Inline positions, or a CSV file with one position a row.
struct PortfolioSpec {
  std::vector<PositionSpec> positions;
  std::optional<CsvFileSpec> file;

  static void read(const Record& record, const Field& field, const std::string& path, Findings& findings,
                   PortfolioSpec& out) {
    Reader reader(findings);
    if (record.is_scalar()) reader.read(record, field, path, out.file.emplace().file);
    else if (record.is_map()) reader.read(record, field, path, out.file.emplace());
    else reader.read(record, field, path, out.positions);
  }
};

/// A scenario file taken otherwise than as it stands.
struct ScenarioFromSpec {
  std::string from, name;
  std::optional<double> severity;

  static void describe(auto& visit, auto& s) {
    visit(Field{"from", "name or path of a scenario file"}, s.from);
    visit(Field{"name", "how results call it (default: the file's name, with the severity)", Unit::none, kAny,
                Need::defaulted},
          s.name);
    visit(Field{"severity",
                "how much worse than the file it is (default: as the file says)",
                Unit::none,
                {0, 10, true, false},
                Need::defaulted},
          s.severity);
  }
};

/// A scenario by name or path, the same taken otherwise, or one written inline.
struct ScenarioRef {
  std::optional<ScenarioFromSpec> file;
  std::optional<ScenarioSpec> spec;

  static void read(const Record& record, const Field& field, const std::string& path, Findings& findings,
                   ScenarioRef& out) {
    Reader reader(findings);
    if (record.is_scalar()) reader.read(record, field, path, out.file.emplace().from);
    else if (record.is_map() && record.find("from") != nullptr)
      reader.read(record, field, path, out.file.emplace());
    else reader.read(record, field, path, out.spec.emplace());
  }
};

struct GreeksWords {
  using Value = simulation::GreekMethod;
  static constexpr std::pair<const char*, Value> table[] = {{"interpolated", Value::interpolated},
                                                            {"exact", Value::exact}};
};

struct SimulationSpec {
  Duration horizon;
  std::optional<Duration> step;
  std::optional<std::uint64_t> steps;
  std::uint64_t paths = 0;
  std::uint64_t seed = 1;
  Word<GreeksWords> greeks;
  Named<double> precision;
  double failed_paths = simulation::kFailedShare;

  static void describe(auto& visit, auto& s) {
    visit(Field{"horizon", "time simulated", Unit::none, kPositive, Need::required, kUsualLife}, s.horizon);
    visit(Field{"step", "time between grid points; a whole number of them makes the horizon", Unit::none,
                kPositive, Need::defaulted},
          s.step);
    visit(Field{"steps", "number of grid steps, instead of `step`", Unit::none, {1, 1e7}, Need::defaulted},
          s.steps);
    visit(Field{"paths", "number of paths", Unit::none, {2, 1e12}}, s.paths);
    visit(Field{"seed", "of the random numbers", Unit::none, kNotNegative, Need::defaulted}, s.seed);
    visit(Field{"greeks",
                "interpolated (error below 1e-6 of the gross quantity, measured; the default) or exact: "
                "option by option",
                Unit::none, kAny, Need::defaulted},
          s.greeks);
    visit(
        Field{"precision",
              "half the interval of es_LEVEL or var_LEVEL over its value, e.g. es_99: 1 %: the run ends when "
              "every hedger that hedges is within it in every scenario; `paths` is then the most",
              Unit::ratio,
              {0, 1, true, true},
              Need::defaulted},
        s.precision);
    visit(Field{"failed_paths",
                "share of the paths that may end in a P&L that is not a finite number: they are left out and "
                "named; if there are more, the run fails (0.001 %)",
                Unit::ratio,
                {0, 0.5},
                Need::defaulted},
          s.failed_paths);
  }
};

struct RiskSpec {
  std::vector<double> levels{0.95, 0.99};
  double confidence = 0.95;
  Named<double> limits;
  std::optional<std::string> numeraire;
  Named<double> scenario_weights;

  static void describe(auto& visit, auto& s) {
    visit(Field{"levels", "of VaR and ES", Unit::ratio, {0.5, 1, false, true}, Need::defaulted}, s.levels);
    visit(Field{"confidence", "of the intervals", Unit::ratio, {0.5, 1, false, true}, Need::defaulted},
          s.confidence);
    visit(
        Field{"limits",
              "largest es_LEVEL or var_LEVEL of any hedger that hedges, in any scenario, e.g. es_99; of the "
              "unhedged book only if nothing else is under test",
              Unit::money, kPositive, Need::defaulted},
        s.limits);
    visit(Field{"numeraire",
                "an asset in which P&L, costs and limits are counted, exchanged at its spot at the horizon "
                "(default: account currency)",
                Unit::none, kAny, Need::defaulted},
          s.numeraire);
    visit(Field{"scenario_weights",
                "how likely each scenario is beside the others, by name, up to a common factor: `unhedged "
                "compare` weighs by it (default: all the same)",
                Unit::ratio, kNotNegative, Need::defaulted},
          s.scenario_weights);
  }
};

struct AttributionWords {
  using Value = simulation::Explained;
  static constexpr std::pair<const char*, Value> table[] = {
      {"means", Value::means}, {"paths", Value::paths}, {"none", Value::nothing}};
};

struct OutputSpec {
  std::string file;
  Word<AttributionWords> attribution{simulation::Explained::means};
  std::uint64_t worst_paths = 10;
  WordOr<NoneWord, Duration> checkpoint{Duration{10, Duration::TimeUnit::minute}};

  static void describe(auto& visit, auto& s) {
    visit(Field{"file", "where the results go (HDF5)"}, s.file);
    visit(Field{"worst_paths",
                "paths kept in full per scenario and hedger",
                Unit::none,
                {0, 10000},
                Need::defaulted},
          s.worst_paths);
    visit(Field{"attribution",
                "the P&L by its causes: means and tails (the default), those and every path, or none",
                Unit::none, kAny, Need::defaulted},
          s.attribution);
    visit(Field{"checkpoint",
                "at most so much work is lost when the machine fails; runs that are expected to take longer "
                "keep a journal, from which --resume goes on. none: never",
                Unit::none, kPositive, Need::defaulted},
          s.checkpoint);
  }
};

struct RunSpec {
  std::string name, description;
  MarketSpec market;
  PortfolioSpec portfolio;
  std::vector<ScenarioRef> scenarios;
  Named<HedgerSpec> hedgers;
  std::optional<std::vector<YardstickSpec>> yardsticks;
  SimulationSpec simulation;
  RiskSpec risk;
  OutputSpec output;

  static void describe(auto& visit, auto& s) {
    visit(Field{"name", "of the run"}, s.name);
    visit(Field{"description", "what the run is for", Unit::none, kAny, Need::defaulted}, s.description);
    visit(Field{"market", "today; every scenario starts here"}, s.market);
    visit(Field{"portfolio", "positions, a CSV file of them, or {file, ignore_columns}"}, s.portfolio);
    visit(Field{"scenarios",
                "names of files in scenarios/, paths, {from, severity, name}, or scenarios written here"},
          s.scenarios);
    visit(Field{"hedgers", "hedging models to compare, by name"}, s.hedgers);
    visit(Field{"yardsticks",
                "what `unhedged margin` measures the book with, and a run holds against its losses: names of "
                "files in margin_models/ or paths, each alone or as NAME: {key: value} (default: all that "
                "are meant for its assets and need nothing; a run: none)",
                Unit::none, kAny, Need::defaulted},
          s.yardsticks);
    visit(Field{"simulation", "grid and number of paths"}, s.simulation);
    visit(Field{"risk", "what is estimated", Unit::none, kAny, Need::defaulted}, s.risk);
    visit(Field{"output", "what is written"}, s.output);
  }
};

}  // namespace unhedged::config
