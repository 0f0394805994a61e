#include "engine/risk/summary.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "engine/risk/moments.hpp"

namespace unhedged::risk {
namespace {

constexpr const char* kMoney = "account currency";

/// 1 - b / u with the error of the paired sample: influence = -(ib - b) / u + b (iu - u) / u^2.
template <class InfluenceB, class InfluenceU>
Estimate one_minus_ratio(double b, double u, std::size_t n, double confidence, InfluenceB ib,
                         InfluenceU iu) {
  if (u == 0) return {};
  const double per_b = 1 / u, per_u = b / (u * u);
  const double squares = blocked_sum(n, [=](std::size_t i) {
    const double influence = (iu(i) - u) * per_u - (ib(i) - b) * per_b;
    return influence * influence;
  });
  return normal_interval(1 - b / u, std::sqrt(squares) / static_cast<double>(n), confidence);
}

double square(double x) { return x * x; }

Estimate variance_effectiveness(const Sample& hedged, const Sample& unhedged, double confidence) {
  const double mean_h = hedged.moments.mean, mean_u = unhedged.moments.mean;
  const double *h = hedged.pnl.data(), *u = unhedged.pnl.data();
  return one_minus_ratio(
      hedged.moments.m2, unhedged.moments.m2, hedged.pnl.size(), confidence,
      [=](std::size_t i) { return square(h[i] - mean_h); },
      [=](std::size_t i) { return square(u[i] - mean_u); });
}

Estimate shortfall_effectiveness(const Sample& hedged, const Sample& unhedged, double level,
                                 double confidence) {
  const double *h = hedged.pnl.data(), *u = unhedged.pnl.data();
  const double var_h = hedged.tail.value_at_risk(level, confidence).value;
  const double var_u = unhedged.tail.value_at_risk(level, confidence).value;
  return one_minus_ratio(
      hedged.tail.expected_shortfall(level, confidence).value,
      unhedged.tail.expected_shortfall(level, confidence).value, hedged.pnl.size(), confidence,
      [=](std::size_t i) { return shortfall_influence(-h[i], var_h, level); },
      [=](std::size_t i) { return shortfall_influence(-u[i], var_u, level); });
}

template <class Predicate>
Estimate share(std::size_t n, double confidence, Predicate holds) {
  std::uint64_t hits = 0;
  for (std::size_t i = 0; i < n; ++i) hits += holds(i) ? 1 : 0;
  return proportion(hits, n, confidence);
}

std::string limit_name(const Limit& limit) {
  return "p_loss_above_" +
         level_name(limit.measure == Limit::Measure::es ? "es" : "var", limit.level) + "_limit";
}

double lowest_level(const Settings& settings) { return *std::ranges::min_element(settings.levels); }

}  // namespace

std::string level_name(const std::string& measure, double level) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.10g", level * 100);
  return measure + "_" + digits;
}

std::vector<MetricInfo> metric_table(const Settings& settings) {
  std::vector<MetricInfo> table{{"mean", kMoney, "mean P&L"},
                                {"sd", kMoney, "standard deviation of the P&L"},
                                {"skewness", "1", "skewness of the P&L"},
                                {"excess_kurtosis", "1", "kurtosis of the P&L less 3"}};
  for (const double level : settings.levels) {
    table.push_back({level_name("var", level), kMoney, "value at risk of the loss"});
    table.push_back({level_name("es", level), kMoney, "expected shortfall of the loss"});
    table.push_back({level_name("es_effectiveness", level), "1", "1 - ES(hedged) / ES(unhedged)"});
  }
  table.push_back({"worst_loss", kMoney, "largest loss of the sample"});
  table.push_back({"p_loss", "probability", "P(P&L < 0)"});
  for (const Limit& limit : settings.limits)
    table.push_back({limit_name(limit), "probability", "P(loss > the limit)"});
  table.push_back({"effectiveness", "1", "1 - Var(hedged) / Var(unhedged)"});
  table.push_back({"p_worse_than_unhedged", "probability", "P(hedged P&L < unhedged P&L)"});
  table.push_back({"turnover", kMoney, "mean value of all hedge orders, grown to the horizon; a close-out at mid is a mark, not an order"});
  table.push_back({"spread_cost", kMoney, "mean cost of the bid-ask spread, grown to the horizon"});
  table.push_back({"impact_cost", kMoney, "mean cost of market impact, grown to the horizon"});
  table.push_back({"fees", kMoney, "mean fees of the hedger and of venues, grown to the horizon"});
  table.push_back({"cost", kMoney, "mean cost of spread, impact and fees, grown to the horizon: P&L without costs less P&L"});
  if (!settings.feedback) return table;
  table.push_back({"self_inflicted_loss", kMoney, "mean P&L without feedback less P&L with it, on the same paths"});
  table.push_back({"p_exploded", "probability", "P(the feedback of the hedge ran away)"});
  return table;
}

Sample::Sample(std::span<const double> values, const Settings& settings)
    : pnl(values), tail(values, lowest_level(settings), settings.confidence), moments(risk::moments(values)) {}

std::vector<Estimate> summarise(const Sample& sample, const Sample& unhedged,
                                const Settings& settings) {
  const double confidence = settings.confidence;
  const std::span<const double> pnl = sample.pnl;
  const bool is_yardstick = &sample == &unhedged;  // its effectiveness is 0 without error
  const MomentEstimates m = estimate_moments(pnl, sample.moments, confidence);
  std::vector<Estimate> out{m.mean, m.sd, m.skewness, m.excess_kurtosis};
  for (const double level : settings.levels) {
    out.push_back(sample.tail.value_at_risk(level, confidence));
    out.push_back(sample.tail.expected_shortfall(level, confidence));
    out.push_back(is_yardstick ? Estimate{} : shortfall_effectiveness(sample, unhedged, level, confidence));
  }
  out.push_back(sample.tail.worst(confidence));
  out.push_back(share(pnl.size(), confidence, [&](std::size_t i) { return pnl[i] < 0; }));
  for (const Limit& limit : settings.limits)
    out.push_back(share(pnl.size(), confidence,
                        [&](std::size_t i) { return -pnl[i] > limit.amount; }));
  out.push_back(is_yardstick ? Estimate{} : variance_effectiveness(sample, unhedged, confidence));
  out.push_back(share(pnl.size(), confidence,
                      [&](std::size_t i) { return pnl[i] < unhedged.pnl[i]; }));
  return out;
}

std::vector<MetricInfo> paired_table(const Settings& settings) {
  std::vector<MetricInfo> table{{"mean", kMoney, "difference of the mean P&L"}};
  for (const double level : settings.levels)
    table.push_back({level_name("es", level), kMoney, "difference of the expected shortfall"});
  return table;
}

std::vector<Estimate> paired_differences(const Sample& first, const Sample& second,
                                         const Settings& settings) {
  const std::size_t n = first.pnl.size();
  const double count = static_cast<double>(n), confidence = settings.confidence;
  const auto spread = [&](auto difference, double mean) {
    const double squares = blocked_sum(
        n, [&](std::size_t i) { return (difference(i) - mean) * (difference(i) - mean); });
    return std::sqrt(squares) / count;
  };
  const auto pnl_difference = [&](std::size_t i) { return first.pnl[i] - second.pnl[i]; };
  const double mean = blocked_sum(n, pnl_difference) / count;
  std::vector<Estimate> out{normal_interval(mean, spread(pnl_difference, mean), confidence)};
  for (const double level : settings.levels) {
    const double var1 = first.tail.value_at_risk(level, confidence).value;
    const double var2 = second.tail.value_at_risk(level, confidence).value;
    const double difference = first.tail.expected_shortfall(level, confidence).value -
                              second.tail.expected_shortfall(level, confidence).value;
    const auto influence = [&](std::size_t i) {
      return shortfall_influence(-first.pnl[i], var1, level) -
             shortfall_influence(-second.pnl[i], var2, level);
    };
    out.push_back(normal_interval(difference, spread(influence, difference), confidence));
  }
  return out;
}

}  // namespace unhedged::risk
