#include "engine/app/sweep_run.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "engine/app/cost.hpp"
#include "engine/app/loading.hpp"
#include "engine/app/messages.hpp"
#include "engine/app/room.hpp"
#include "engine/app/run_journal.hpp"
#include "engine/app/stored_run.hpp"
#include "engine/core/utf8.hpp"
#include "engine/output/result_parts.hpp"
#include "engine/simulation/precise_run.hpp"
#include "engine/simulation/report.hpp"
#include "engine/simulation/run.hpp"

namespace unhedged::app {
namespace {

/// Tables of runs before that no point is using: no more memory than this.
constexpr std::size_t kKeptTables = std::size_t{2} << 30;

std::string point_name(const Sweep& sweep, std::size_t point) {
  return fmt::format("point {} ({})", point, excerpt(sweep.points().words(point), 200));
}

std::string names_text(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return excerpt(out, 200);
}

void require_sweepable(const std::string& key, const std::vector<std::string>& set) {
  if (key.starts_with("output.") || key == "output" || key == "name" || key == "description")
    throw UsageError("--vary: " + in_quotes(key) + " changes no number");
  for (const std::string& text : set)
    if (text.substr(0, text.find('=')) == key)
      throw UsageError("--vary: " + in_quotes(key) + " is set for all points as well, to " +
                       text.substr(text.find('=') + 1));
}

}  // namespace

Sweep::Sweep(const SweepArguments& arguments, SweepPoints points)
    : arguments_(arguments), points_(std::move(points)) {
  for (const std::string& key : points_.keys) require_sweepable(key, arguments.run.shared.set);
  if (arguments.against >= points_.size())
    throw UsageError(fmt::format("--against: there is no point {}; the last is {}", arguments.against,
                                 points_.size() - 1));
  overrides_ = load_options(arguments.run.shared).overrides;
  RunArguments quiet = arguments.run;
  quiet.quiet = true;
  for (std::size_t point = 0; point < points_.size(); ++point) {
    config::Configuration configuration = at(point);
    tell_cost(configuration, quiet);
    require_alike(point, configuration);
    seconds_ += foretold_seconds(configuration, arguments.run);
    paths_.push_back(configuration.plan.paths);
    for (const Problem& warning : configuration.warnings) {
      const auto same = [&](const Problem& known) { return to_string(known) == to_string(warning); };
      if (std::ranges::none_of(warnings_, same)) warnings_.push_back(warning);
    }
    for (const auto& input : configuration.inputs)
      if (std::ranges::find(inputs_, input) == inputs_.end()) inputs_.push_back(input);
    if (point == 0) first_ = std::move(configuration);
  }
}

config::Configuration Sweep::at(std::size_t point) const {
  config::LoadOptions options = load_options(arguments_.run.shared);
  const auto set = points_.of(point);
  options.overrides.insert(options.overrides.end(), set.begin(), set.end());
  options.overrides.emplace_back("output.attribution", "none");
  options.overrides.emplace_back("output.worst_paths", "0");
  options.contracts = contracts_;
  try {
    return config::load(arguments_.run.config, options);
  } catch (const ConfigError& error) {
    std::vector<Problem> problems = error.problems();
    for (Problem& problem : problems) problem.message += "; at " + point_name(*this, point);
    throw ConfigError(std::move(problems));
  }
}

void Sweep::require_alike(std::size_t point, const config::Configuration& configuration) {
  const simulation::Plan& plan = configuration.plan;
  const std::vector<std::string> scenarios = names_in(plan.scenarios), hedgers = names_in(plan.hedgers);
  std::vector<risk::MetricInfo> metrics = simulation::summary_metrics(plan);
  if (point == 0) {
    scenarios_ = scenarios;
    hedgers_ = hedgers;
    metrics_ = std::move(metrics);
    return;
  }
  const auto differ = [&](const std::string& what, const auto& there, const auto& here) {
    if (there != here)
      throw UsageError(fmt::format("{} has {} {}, and point 0 has {}: all points must have the same",
                                   point_name(*this, point), what, names_text(here), names_text(there)));
  };
  differ("scenarios", scenarios_, scenarios);
  differ("hedgers", hedgers_, hedgers);
  differ("metrics", names_in(metrics_), names_in(metrics));
  const auto money = [](const simulation::Plan& of) {
    return std::vector<std::string>{of.currency, of.unit(), fmt::format("{}", of.risk.confidence)};
  };
  differ("the currency, the numeraire and the confidence", money(first_->plan), money(plan));
}

std::uint64_t Sweep::all_paths() const {
  std::uint64_t sum = 0;
  for (const std::uint64_t one : paths_) sum += one;
  return sum;
}

output::SweepResult Sweep::empty_result() const {
  output::SweepResult out;
  const simulation::Plan& plan = first_->plan;
  out.name = plan.name;
  out.unit = plan.unit();
  out.currency = plan.currency;
  out.confidence = plan.risk.confidence;
  out.keys = points_.keys;
  out.texts = points_.values;
  const SweepNumbers numbers = numbers_of(points_);
  out.key_units = numbers.units;
  out.numbers = numbers.values;
  out.scenarios = scenarios_;
  out.hedgers = hedgers_;
  out.metrics = metrics_;
  out.paths.resize(points_.size());
  out.summary.resize(points_.size());
  out.reference = arguments_.against;
  for (const risk::Metric& one : risk::paired_metrics(plan.risk)) out.paired_metrics.push_back(*one.what);
  out.difference.resize(points_.size());
  return out;
}

output::JournalHead Sweep::head(const std::string& started) const {
  output::JournalHead head = journal_head(*first_, {}, started);
  head.inputs = inputs_;
  head.inputs.emplace_back("the points of the sweep", points_.csv());
  head.inputs.emplace_back("the point that others are held against", fmt::format("{}", arguments_.against));
  head.overrides = overrides_;
  head.paths = points_.size() * simulation::kBatchPaths;
  head.batches = {0, points_.size()};
  return head;
}

std::string PointOutcome::packed() const {
  std::string out(reinterpret_cast<const char*>(&paths), sizeof paths);
  for (const std::vector<double>* numbers : {&summary, &difference})
    out.append(reinterpret_cast<const char*>(numbers->data()), numbers->size() * sizeof(double));
  return out;
}

std::optional<PointOutcome> PointOutcome::unpacked(std::string_view bytes, std::size_t summary,
                                                   std::size_t difference) {
  PointOutcome out;
  if (bytes.size() != sizeof out.paths + (summary + difference) * sizeof(double)) return {};
  out.summary.resize(summary);
  out.difference.resize(difference);
  const char* from = bytes.data();
  const auto take = [&](void* to, std::size_t size) {
    std::memcpy(to, from, size);
    from += size;
  };
  take(&out.paths, sizeof out.paths);
  take(out.summary.data(), summary * sizeof(double));
  take(out.difference.data(), difference * sizeof(double));
  return out;
}

PointOutcome run_point(const Sweep& sweep, std::size_t point, const SweepArguments& arguments,
                       const PointTools& tools) {
  const config::Configuration configuration = sweep.at(point);
  const simulation::Plan& plan = configuration.plan;
  simulation::RunOptions options;
  options.threads = tools.threads;
  options.storage = require_room(configuration, arguments.run, tools.target, 0);
  options.stop = tools.stop;
  options.progress = [&](std::uint64_t done, std::uint64_t) { tools.progress(done); };
  PointOutcome out;
  try {
    const simulation::PreparedRun prepared(plan, tools.threads, tools.stop, tools.cache);
    simulation::Simulation simulation(prepared, options);
    if (plan.precision.empty()) simulation.run();
    else simulation::run_to_precision(simulation, plan);
    const simulation::Outcome outcome = simulation.take();
    const simulation::Report report = simulation::make_report(prepared, outcome, tools.stop);
    if (outcome.failed.count > 0)
      warn(fmt::format("warning: {}: {} of {} paths end in no number and are left out",
                       point_name(sweep, point), outcome.failed.count,
                       outcome.paths() + outcome.failed.count));
    out.paths = outcome.paths();
    if (point == tools.reference->point()) tools.reference->keep(outcome, plan.seed, options.storage);
    out.difference = tools.reference->less(outcome, plan.seed, plan.risk);
    for (const auto& hedgers : report.summary)
      for (const auto& estimates : hedgers)
        std::ranges::copy(output::flat(estimates), std::back_inserter(out.summary));
  } catch (const NumericalError& error) {
    throw NumericalError(point_name(sweep, point) + ": " + error.what());
  }
  tools.cache->trim(kKeptTables);
  return out;
}

}  // namespace unhedged::app
