#include "engine/simulation/report.hpp"

#include <algorithm>

#include "engine/core/errors.hpp"
#include "engine/risk/moments.hpp"

namespace unhedged::simulation {
namespace {

constexpr std::uint64_t kSmallestCheckpoint = 256;

std::vector<risk::Estimate> flow_estimates(const Outcome& outcome, std::size_t s, std::size_t h,
                                           double confidence) {
  const double unit = outcome.flow_unit();
  std::vector<risk::Estimate> out;
  for (const Tally& tally : outcome.flows(s, h))
    out.push_back(risk::times(
        risk::mean_from_sums(tally.sum / unit, tally.sum_of_squares, outcome.paths(), confidence), unit));
  return out;
}

std::vector<Checkpoint> checkpoints(const risk::Sample& sample, const risk::Settings& settings) {
  std::vector<Checkpoint> out;
  const double level = settings.levels.back(), confidence = settings.confidence;
  std::size_t n = sample.pnl.size();
  if (n >= kSmallestCheckpoint)
    out.push_back({n, risk::estimate_mean(sample.pnl, sample.moments, confidence),
                   sample.tail.expected_shortfall(level, confidence)});
  for (n /= 2; n >= kSmallestCheckpoint; n /= 2) {
    const std::span<const double> part = sample.pnl.first(n);
    const risk::Tail tail(part, level, confidence);
    out.push_back({n, risk::estimate_mean(part, risk::moments(part), confidence),
                   tail.expected_shortfall(level, confidence)});
  }
  std::ranges::reverse(out);
  return out;
}

/// What feedback adds to the metrics.
std::vector<risk::Estimate> feedback_estimates(const Outcome& outcome, std::size_t s, std::size_t h,
                                               double confidence) {
  if (!outcome.has_feedback()) return {};
  const std::span<const double> loss = outcome.self_inflicted(s, h);
  const auto exploded = static_cast<std::uint64_t>(std::ranges::count(outcome.exploded(s, h), std::uint8_t{1}));
  return {risk::estimate_mean(loss, risk::moments(loss), confidence),
          risk::proportion(exploded, outcome.paths(), confidence)};
}

std::vector<RegimeShare> regime_shares(const Plan& plan, const Outcome& outcome, std::size_t s) {
  std::vector<RegimeShare> out;
  const world::Scenario& scenario = plan.scenarios[s];
  if (scenario.regimes.size() == 1) return {{scenario.regimes[0].name, {1, 1, 1, 0}}};
  for (std::size_t r = 0; r < scenario.regimes.size(); ++r) {
    const Tally& time = outcome.regime_time(s)[r];
    out.push_back({scenario.regimes[r].name,
                   risk::mean_from_sums(time.sum, time.sum_of_squares, outcome.paths(), plan.risk.confidence)});
  }
  return out;
}

std::vector<risk::Estimate> negated(std::vector<risk::Estimate> estimates) {
  for (risk::Estimate& e : estimates) e = risk::times(e, -1);
  return estimates;
}

void fill_scenario(const PreparedRun& prepared, const Outcome& outcome, std::size_t s, Stop stop, Report& report) {
  const Plan& plan = prepared.plan();
  const std::size_t count = plan.hedgers.size();
  std::vector<risk::Sample> samples;
  for (std::size_t h = 0; h < count; ++h) {
    stop.check();
    samples.emplace_back(outcome.pnl(s, h), plan.risk);
  }
  auto& summary = report.summary.emplace_back();
  auto& paired = report.paired.emplace_back(count, std::vector<std::vector<risk::Estimate>>(count));
  auto& convergence = report.convergence.emplace_back();
  auto& worst = report.worst.emplace_back();
  for (std::size_t h = 0; h < count; ++h) {
    summary.push_back(risk::summarise(samples[h], samples[plan.unhedged()], plan.risk));
    for (const risk::Estimate& flow : flow_estimates(outcome, s, h, plan.risk.confidence))
      summary.back().push_back(flow);
    for (const risk::Estimate& added : feedback_estimates(outcome, s, h, plan.risk.confidence))
      summary.back().push_back(added);
    paired[h][h].resize(report.paired_metrics.size());
    for (std::size_t other = 0; other < h; ++other) {
      stop.check();
      paired[h][other] = risk::paired_differences(samples[h], samples[other], plan.risk);
      paired[other][h] = negated(paired[h][other]);
    }
    convergence.push_back(checkpoints(samples[h], plan.risk));
    if (plan.worst_paths > 0)
      worst.push_back(replay(prepared, s, h, worst_paths(outcome.pnl(s, h), plan.worst_paths), stop));
  }
}

/// The unhedged book is a yardstick and has no limit, unless nothing else is under test.
bool is_limited(const Plan& plan, std::size_t hedger) {
  const auto hedges = [](const hedging::Hedger& who) { return who.hedges(); };
  return hedges(plan.hedgers[hedger]) || std::ranges::none_of(plan.hedgers, hedges);
}

void find_breaches(const Plan& plan, Report& report) {
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
    for (std::size_t h = 0; h < plan.hedgers.size(); ++h)
      for (const risk::Limit& limit : plan.risk.limits) {
        const std::string name = risk::level_name(
            limit.measure == risk::Limit::Measure::es ? "es" : "var", limit.level);
        const double value = report.at(s, h, name).value;
        if (is_limited(plan, h) && value > limit.amount)
          report.breaches.push_back({s, h, name, limit.amount, value});
      }
}

/// Throws where an estimate of a cell is not a number although it is defined.
void require_sound(const std::string& place, const std::vector<risk::MetricInfo>& metrics,
                   const std::vector<risk::Estimate>& estimates) {
  for (std::size_t m = 0; m < metrics.size(); ++m)
    if (!risk::is_sound(estimates[m]))
      throw NumericalError(place + ": " + metrics[m].name +
                           " or its uncertainty is not a finite number (it leaves the range of doubles)");
}

void require_sound(const Plan& plan, const Report& report) {
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
    for (std::size_t h = 0; h < plan.hedgers.size(); ++h) {
      const std::string place = "scenario " + plan.scenarios[s].name + ", hedger " + plan.hedgers[h].name;
      require_sound(place, report.metrics, report.summary[s][h]);
      for (std::size_t other = 0; other < plan.hedgers.size(); ++other)
        require_sound(place + " less " + plan.hedgers[other].name, report.paired_metrics,
                      report.paired[s][h][other]);
    }
}

}  // namespace

const risk::Estimate& Report::at(std::size_t scenario, std::size_t hedger,
                                 const std::string& metric) const {
  const auto found = std::ranges::find(metrics, metric, &risk::MetricInfo::name);
  UNHEDGED_EXPECT(found != metrics.end());
  return summary[scenario][hedger][static_cast<std::size_t>(found - metrics.begin())];
}

Report make_report(const PreparedRun& prepared, const Outcome& outcome, Stop stop) {
  const Plan& plan = prepared.plan();
  Report report;
  report.metrics = risk::metric_table(plan.risk);
  report.paired_metrics = risk::paired_table(plan.risk);
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
    fill_scenario(prepared, outcome, s, stop, report);
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
    report.regime_time.push_back(regime_shares(plan, outcome, s));
  require_sound(plan, report);
  find_breaches(plan, report);
  return report;
}

std::size_t best_hedger(const Report& report, const Plan& plan, std::size_t scenario) {
  const std::string name = risk::level_name("es", plan.risk.levels.back());
  std::size_t best = 0;
  for (std::size_t h = 1; h < plan.hedgers.size(); ++h)
    if (report.at(scenario, h, name).value < report.at(scenario, best, name).value) best = h;
  return best;
}

}  // namespace unhedged::simulation
