#include "engine/simulation/report.hpp"

#include <algorithm>

#include "engine/core/errors.hpp"
#include "engine/risk/moments.hpp"
#include "engine/simulation/column_means.hpp"
#include "engine/simulation/precise_run.hpp"

namespace unhedged::simulation {
namespace {

constexpr std::uint64_t kSmallestCheckpoint = 256;

using Estimates = Report::Estimates;

/// What is estimated, the same in every cell.
struct Metrics {
  explicit Metrics(const risk::Settings& settings)
      : single(risk::metrics(settings)), paired(risk::paired_metrics(settings)) {}

  std::vector<risk::Metric> single, paired;
};

std::vector<Checkpoint> checkpoints(const risk::Digest& digest, const risk::Settings& settings) {
  std::vector<Checkpoint> out;
  const double level = settings.levels.back(), confidence = settings.confidence;
  std::size_t n = digest.sample.size();
  if (n >= kSmallestCheckpoint)
    out.push_back({n, risk::estimate_mean(digest.sample, digest.moments, confidence),
                   digest.tail.expected_shortfall(level, confidence)});
  for (n /= 2; n >= kSmallestCheckpoint; n /= 2) {
    const risk::Sample part = digest.sample.first(n);
    const risk::Tail tail(part, level, confidence);
    out.push_back({n, risk::estimate_mean(part, risk::moments(part), confidence),
                   tail.expected_shortfall(level, confidence)});
  }
  std::ranges::reverse(out);
  return out;
}

std::vector<RegimeMeans> regime_means(const Plan& plan, const Outcome& outcome, std::size_t s) {
  std::vector<RegimeMeans> out;
  for (std::size_t r = 0; r < plan.scenarios[s].regimes.size(); ++r)
    out.push_back(
        {plan.scenarios[s].regimes[r].name, column_means(plan, outcome, Shape::scenario_regime, s, r)});
  return out;
}

Estimates negated(Estimates estimates) {
  for (risk::NamedEstimate& one : estimates) one.estimate = risk::times(one.estimate, -1);
  return estimates;
}

/// A hedger less itself.
Estimates nothing(const std::vector<risk::Metric>& metrics) {
  Estimates out;
  for (const risk::Metric& metric : metrics) out.push_back({metric.what, {}});
  return out;
}

Estimates summary(const Metrics& metrics, const risk::Comparison& comparison, Estimates means) {
  Estimates out = risk::estimates(metrics.single, comparison);
  out.insert(out.end(), means.begin(), means.end());
  return out;
}

/// Of each hedger, if any are asked for.
std::vector<PathRecord> worst_of(const PreparedRun& prepared, const Outcome& outcome, std::size_t s,
                                 Stop stop) {
  const Plan& plan = prepared.plan();
  PathsOfHedgers paths;
  if (plan.worst_paths == 0) return {};
  for (std::size_t h = 0; h < plan.hedgers.size(); ++h)
    for (std::uint64_t& place : paths.emplace_back(worst_paths(outcome.pnl(s, h), plan.worst_paths)))
      place = outcome.path_at(place);
  return replay(prepared, s, paths, stop);
}

void fill_scenario(const PreparedRun& prepared, const Outcome& outcome, std::size_t s, Stop stop,
                   Report& report) {
  const Plan& plan = prepared.plan();
  const Metrics metrics(plan.risk);
  const std::size_t count = plan.hedgers.size();
  std::vector<risk::Digest> digests;
  for (std::size_t h = 0; h < count; ++h) {
    stop.check();
    digests.emplace_back(outcome.pnl(s, h), plan.risk);
  }
  auto& paired = report.paired.emplace_back(count, std::vector<Estimates>(count));
  report.summary.emplace_back();
  auto& convergence = report.convergence.emplace_back();
  for (std::size_t h = 0; h < count; ++h) {
    report.summary.back().push_back(summary(metrics, {digests[h], digests[plan.unhedged()], plan.risk},
                                            column_means(plan, outcome, Shape::scenario_hedger, s, h)));
    paired[h][h] = nothing(metrics.paired);
    for (std::size_t other = 0; other < h; ++other) {
      stop.check();
      paired[h][other] = risk::estimates(metrics.paired, {digests[h], digests[other], plan.risk});
      paired[other][h] = negated(paired[h][other]);
    }
    convergence.push_back(checkpoints(digests[h], plan.risk));
  }
  report.worst.push_back(worst_of(prepared, outcome, s, stop));
  report.explained.push_back(explain_all(prepared, outcome, s, stop));
  report.scenario_means.push_back(column_means(plan, outcome, Shape::scenario, s, 0));
  report.regimes.push_back(regime_means(plan, outcome, s));
}

void find_breaches(const Plan& plan, Report& report) {
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
    for (std::size_t h = 0; h < plan.hedgers.size(); ++h)
      for (const risk::Limit& limit : plan.risk.limits) {
        const std::string name =
            risk::metric_at_level(limit.measure == risk::Limit::Measure::es ? "es" : "var", limit.level);
        const double value = report.at(s, h, name).value;
        if (is_under_test(plan, h) && value > limit.amount)
          report.breaches.push_back({s, h, name, limit.amount, value});
      }
}

/// Throws where an estimate is not a number although it is defined.
void require_sound(const std::string& place, const Estimates& estimates) {
  for (const risk::NamedEstimate& one : estimates)
    if (!risk::is_sound(one.estimate))
      throw NumericalError(place + ": " + one.what->name +
                           " or its uncertainty is not a finite number (it leaves the range of doubles)");
}

void require_sound(const Plan& plan, const Report& report) {
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s) {
    const std::string scenario = "scenario " + plan.scenarios[s].name;
    for (std::size_t h = 0; h < plan.hedgers.size(); ++h) {
      const std::string place = scenario + ", hedger " + plan.hedgers[h].name;
      require_sound(place, report.summary[s][h]);
      for (std::size_t other = 0; other < plan.hedgers.size(); ++other)
        require_sound(place + " less " + plan.hedgers[other].name, report.paired[s][h][other]);
    }
    require_sound(scenario, report.scenario_means[s]);
    for (const RegimeMeans& row : report.regimes[s])
      require_sound(scenario + ", regime " + row.regime, row.means);
  }
}

}  // namespace

const risk::Estimate& Report::at(std::size_t scenario, std::size_t hedger, const std::string& metric) const {
  return risk::find(summary[scenario][hedger], metric);
}

std::vector<risk::MetricInfo> summary_metrics(const Plan& plan) {
  std::vector<risk::MetricInfo> out;
  for (const risk::Metric& metric : risk::metrics(plan.risk)) out.push_back(*metric.what);
  for (const risk::MetricInfo& info : mean_infos(plan, Shape::scenario_hedger)) out.push_back(info);
  return out;
}

Report make_report(const PreparedRun& prepared, const Outcome& outcome, Stop stop) {
  const Plan& plan = prepared.plan();
  Report report;
  report.paths = outcome.paths();
  report.failed = outcome.failed;
  report.required = prepared.coverage().required;
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s) fill_scenario(prepared, outcome, s, stop, report);
  require_sound(plan, report);
  find_breaches(plan, report);
  return report;
}

std::size_t best_hedger(const Report& report, const Plan& plan, std::size_t scenario) {
  const std::string name = risk::metric_at_level("es", plan.risk.levels.back());
  std::size_t best = 0;
  for (std::size_t h = 1; h < plan.hedgers.size(); ++h)
    if (report.at(scenario, h, name).value < report.at(scenario, best, name).value) best = h;
  return best;
}

}  // namespace unhedged::simulation
