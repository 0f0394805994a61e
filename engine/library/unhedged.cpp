#include "engine/library/unhedged.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <filesystem>
#include <new>
#include <optional>

#include "engine/config/load.hpp"
#include "engine/config/text_file.hpp"
#include "engine/core/errors.hpp"
#include "engine/core/isa.hpp"
#include "engine/simulation/report.hpp"
#include "engine/simulation/run.hpp"

namespace unhedged::library {
namespace {

namespace fs = std::filesystem;

constexpr int kWrongName = 2, kConfiguration = 3, kMachine = 4, kNotANumber = 5;

/// share/unhedged/NAME of the installation that this code is part of.
std::vector<std::string> installed_folders(const std::string& name) {
  Dl_info about{};
  if (::dladdr(reinterpret_cast<const void*>(&version), &about) == 0 || about.dli_fname == nullptr) return {};
  std::error_code error;
  fs::path folder = fs::weakly_canonical(about.dli_fname, error).parent_path();
  for (int up = 0; up < 4 && folder.has_relative_path(); ++up, folder = folder.parent_path())
    if (fs::is_directory(folder / "share/unhedged" / name, error))
      return {(folder / "share/unhedged" / name).string()};
  return {};
}

config::LoadOptions load_options(const Options& options) {
  config::LoadOptions out;
  out.overrides = options.overrides;
  out.scenario_folders = installed_folders(config::kScenarioFolder);
  out.margin_folders = installed_folders(config::kMarginFolder);
  if (options.allow_paths) out.paths = config::LoadOptions::Paths::anywhere;
  return out;
}

/// Does something; what is thrown becomes what the header promises.
template <class Work>
auto guarded(const Work& work) {
  try {
    return work();
  } catch (const ConfigError& error) {
    std::string text = error.what();
    while (text.ends_with('\n')) text.pop_back();
    throw Refused(text, kConfiguration);
  } catch (const IoError& error) {
    throw Refused(error.what(), kMachine);
  } catch (const NumericalError& error) {
    throw Refused(error.what(), kNotANumber);
  } catch (const std::bad_alloc&) {
    throw Refused("out of memory", kMachine);
  }
}

Number number_of(const risk::Estimate& e) { return {e.value, e.lower, e.upper, e.standard_error}; }

}  // namespace

/// What a result is made of.
struct FinishedRun {
  explicit FinishedRun(config::Configuration made) : configuration(std::move(made)) {
    for (const world::Scenario& one : plan().scenarios) scenarios.push_back(one.name);
    for (const hedging::Hedger& one : plan().hedgers) hedgers.push_back(one.name);
    for (const risk::MetricInfo& one : simulation::summary_metrics(plan())) metrics.push_back(one.name);
    for (const Problem& one : configuration.warnings) warnings.push_back(to_string(one));
  }

  const simulation::Plan& plan() const { return configuration.plan; }

  /// errors  Refused
  void require(std::size_t scenario, std::size_t hedger) const {
    if (scenario >= scenarios.size() || hedger >= hedgers.size())
      throw Refused("there is no such scenario or hedger", kWrongName);
  }

  config::Configuration configuration;
  std::vector<std::string> scenarios, hedgers, metrics, warnings;
  std::optional<simulation::Outcome> outcome;
  simulation::Report report;
};

RunResult::RunResult(std::unique_ptr<FinishedRun> run) : run_(std::move(run)) {}
RunResult::RunResult(RunResult&&) noexcept = default;
RunResult& RunResult::operator=(RunResult&&) noexcept = default;
RunResult::~RunResult() = default;

const std::vector<std::string>& RunResult::scenarios() const { return run_->scenarios; }
const std::vector<std::string>& RunResult::hedgers() const { return run_->hedgers; }
const std::vector<std::string>& RunResult::metrics() const { return run_->metrics; }
const std::vector<std::string>& RunResult::warnings() const { return run_->warnings; }
const std::string& RunResult::unit() const { return run_->plan().unit(); }
std::uint64_t RunResult::paths() const { return run_->report.paths; }

std::span<const double> RunResult::pnl(std::size_t scenario, std::size_t hedger) const {
  run_->require(scenario, hedger);
  return run_->outcome->pnl(scenario, hedger);
}

Number RunResult::summary(std::size_t scenario, std::size_t hedger, const std::string& metric) const {
  run_->require(scenario, hedger);
  if (std::ranges::find(run_->metrics, metric) == run_->metrics.end())
    throw Refused("there is no metric " + metric, kWrongName);
  return number_of(run_->report.at(scenario, hedger, metric));
}

std::vector<Exceeded> RunResult::breaches() const {
  std::vector<Exceeded> out;
  for (const simulation::Breach& one : run_->report.breaches)
    out.push_back({run_->scenarios[one.scenario], run_->hedgers[one.hedger], one.limit,
                   number_of(run_->report.at(one.scenario, one.hedger, one.limit)), one.amount});
  return out;
}

RunResult run_text(const std::string& text, const std::string& path, const Options& options) {
  return guarded([&] {
    if (const std::string problem = wished_isa_problem(); !problem.empty())
      throw Refused(problem, kWrongName);
    auto run = std::make_unique<FinishedRun>(config::load_text(text, path, load_options(options)));
    const simulation::PreparedRun prepared(run->plan(), options.threads);
    simulation::RunOptions running;
    running.threads = options.threads;
    if (options.progress)
      running.progress = [&](std::uint64_t done, std::uint64_t) { options.progress(done); };
    run->outcome.emplace(simulation::run(prepared, running));
    run->report = simulation::make_report(prepared, *run->outcome);
    return RunResult(std::move(run));
  });
}

RunResult run_file(const std::string& path, const Options& options) {
  return run_text(guarded([&] { return config::read_text(path); }), path, options);
}

std::string version() { return UNHEDGED_VERSION; }

}  // namespace unhedged::library
