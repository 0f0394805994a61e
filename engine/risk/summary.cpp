#include "engine/risk/summary.hpp"

#include <algorithm>

namespace unhedged::risk {
namespace {

using Function = std::function<Estimate(const Comparison&)>;

/// A function of the hedger's own P&L.
template <class Own>
Function alone(Own own) {
  return [own](const Comparison& c) { return own(c.hedger, c.settings.confidence); };
}

/// A function of both; without error 0 of the reference itself.
template <class Both>
Function against_reference(Both both) {
  return [both](const Comparison& c) { return c.is_with_itself() ? Estimate{} : both(c); };
}

/// The share of the paths with a loss above an amount.
Function above(double amount) {
  return alone([amount](const Digest& d, double confidence) {
    return share(d.sample, confidence, [&](std::size_t i) { return -d.sample[i] > amount; });
  });
}

std::string limit_name(const Limit& limit) {
  return "p_loss_above_" + metric_at_level(limit.measure == Limit::Measure::es ? "es" : "var", limit.level) +
         "_limit";
}

void add_moments(std::vector<Metric>& list) {
  list.push_back({{"mean", kMoney, "mean P&L"},
                  alone([](const Digest& d, double c) { return estimate_mean(d.sample, d.moments, c); })});
  list.push_back({{"sd", kMoney, "standard deviation of the P&L, divisor n"},
                  alone([](const Digest& d, double c) { return estimate_sd(d.sample, d.moments, c); })});
  list.push_back({{"skewness", "1", "skewness of the P&L; standard error, no interval"},
                  alone([](const Digest& d, double) { return estimate_skewness(d.sample, d.moments); })});
  list.push_back(
      {{"excess_kurtosis", "1", "kurtosis of the P&L less 3; standard error, no interval"},
       alone([](const Digest& d, double) { return estimate_excess_kurtosis(d.sample, d.moments); })});
}

void add_level(double level, std::vector<Metric>& list) {
  list.push_back({{metric_at_level("var", level), kMoney, "value at risk of the loss"},
                  alone([level](const Digest& d, double c) { return d.tail.value_at_risk(level, c); })});
  list.push_back({{metric_at_level("es", level), kMoney, "expected shortfall of the loss"},
                  alone([level](const Digest& d, double c) { return d.tail.expected_shortfall(level, c); })});
  list.push_back(
      {{metric_at_level("es_effectiveness", level), "1", "1 - ES(hedged) / ES(unhedged)", Concern::hedgers},
       against_reference([level](const Comparison& c) { return shortfall_effectiveness(c, level); })});
}

void add_probabilities(const Settings& settings, std::vector<Metric>& list) {
  list.push_back({{"p_loss", "probability", "P(P&L < 0)"}, alone([](const Digest& d, double c) {
                    return share(d.sample, c, [&](std::size_t i) { return d.sample[i] < 0; });
                  })});
  for (const Limit& limit : settings.limits)
    list.push_back({{limit_name(limit), "probability", "P(loss > the limit)"}, above(limit.amount)});
}

Estimate worse_share(const Comparison& c) {
  const Sample &hedged = c.hedger.sample, &unhedged = c.reference.sample;
  return share(hedged, c.settings.confidence, [&](std::size_t i) { return hedged[i] < unhedged[i]; });
}

}  // namespace

std::vector<Metric> metrics(const Settings& settings) {
  std::vector<Metric> list;
  add_moments(list);
  for (const double level : settings.levels) add_level(level, list);
  list.push_back({{"worst_loss", kMoney, "largest loss of the sample; no interval"},
                  alone([](const Digest& d, double) { return without_interval(d.tail.largest()); })});
  add_probabilities(settings, list);
  list.push_back({{"effectiveness", "1", "1 - Var(hedged) / Var(unhedged)", Concern::hedgers},
                  against_reference(variance_effectiveness)});
  list.push_back({{"p_worse_than_unhedged", "probability", "P(hedged P&L < unhedged P&L)", Concern::hedgers},
                  against_reference(worse_share)});
  return list;
}

std::vector<Metric> paired_metrics(const Settings& settings) {
  std::vector<Metric> list;
  list.push_back({{"mean", kMoney, "difference of the mean P&L"}, mean_difference});
  for (const double level : settings.levels)
    list.push_back({{metric_at_level("es", level), kMoney, "difference of the expected shortfall"},
                    [level](const Comparison& c) { return shortfall_difference(c, level); }});
  return list;
}

std::vector<NamedEstimate> estimates(const std::vector<Metric>& metrics, const Comparison& comparison) {
  std::vector<NamedEstimate> out;
  for (const Metric& metric : metrics) out.push_back({metric.what, metric.estimate(comparison)});
  return out;
}

}  // namespace unhedged::risk
