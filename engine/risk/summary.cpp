#include "engine/risk/summary.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "engine/risk/intervals.hpp"

namespace unhedged::risk {
namespace {

constexpr const char* kMoney = "account currency";

double square(double x) { return x * x; }

/// P&L of two hedgers on the same paths, in a unit common to both.
struct Pair {
  Pair(const Sample& a, const Sample& b)
      : first(a), second(b), unit(std::max(a.moments.unit, b.moments.unit)), per_unit(1 / unit) {}

  std::size_t size() const { return first.pnl.size(); }

  const Sample &first, &second;
  double unit, per_unit;
};

/// Influences on the shortfall of a sample at a level, in the unit of its pair.
class ShortfallInfluence {
 public:
  ShortfallInfluence(const Sample& sample, double per_unit, const Settings& settings, double level)
      : pnl_(sample.pnl.data()),
        per_unit_(per_unit),
        level_(level),
        quantile_(sample.tail.value_at_risk(level, settings.confidence).value * per_unit),
        shortfall_(sample.tail.expected_shortfall(level, settings.confidence).value * per_unit) {}

  double operator()(std::size_t i) const {
    return shortfall_influence(-pnl_[i] * per_unit_, quantile_, level_);
  }
  double shortfall() const { return shortfall_; }

 private:
  const double* pnl_;
  double per_unit_, level_, quantile_, shortfall_;
};

Estimate variance_effectiveness(const Sample& hedged, const Sample& unhedged, double confidence) {
  const Pair pair(hedged, unhedged);
  const double n = static_cast<double>(pair.size()), per_unit = pair.per_unit;
  const double *h = hedged.pnl.data(), *u = unhedged.pnl.data();
  const double mean_h = hedged.moments.mean * per_unit, mean_u = unhedged.moments.mean * per_unit;
  const auto variance = [&](const Sample& s) { return square(s.moments.unit * per_unit) * s.moments.m2; };
  const JointSums sums = joint_sums(
      pair.size(), variance(hedged), variance(unhedged),
      [=](std::size_t i) { return square(h[i] * per_unit - mean_h); },
      [=](std::size_t i) { return square(u[i] * per_unit - mean_u); });
  const Estimate ratio = one_minus_ratio(sums, std::max(1.0, n - 1), confidence);
  return n < kFewestPoints && ratio.known == Known::interval ? without_interval(ratio.value) : ratio;
}

Estimate shortfall_effectiveness(const Sample& hedged, const Sample& unhedged, double level,
                                 const Settings& settings) {
  const Pair pair(hedged, unhedged);
  const ShortfallInfluence h(hedged, pair.per_unit, settings, level);
  const ShortfallInfluence u(unhedged, pair.per_unit, settings, level);
  const Tail& tail = hedged.tail;
  if (!tail.has_enough_points(level))
    return u.shortfall() > 0 ? without_interval(1 - h.shortfall() / u.shortfall()) : undefined();
  return one_minus_ratio(joint_sums(pair.size(), h.shortfall(), u.shortfall(), h, u), tail.points(level),
                         settings.confidence);
}

Estimate shortfall_difference(const Pair& pair, double level, const Settings& settings) {
  const ShortfallInfluence first(pair.first, pair.per_unit, settings, level),
      second(pair.second, pair.per_unit, settings, level);
  const Tail& tail = pair.first.tail;
  const double difference = first.shortfall() - second.shortfall();
  if (!tail.has_enough_points(level)) return without_interval(difference);
  const Spread errors = spread(pair.size(), difference, [&](std::size_t i) { return first(i) - second(i); });
  return widest_interval(difference, errors, tail.points(level), settings.confidence);
}

Estimate mean_difference(const Pair& pair, double confidence) {
  const double n = static_cast<double>(pair.size());
  const auto difference = [&](std::size_t i) {
    return pair.first.pnl[i] * pair.per_unit - pair.second.pnl[i] * pair.per_unit;
  };
  const double mean = blocked_sum(pair.size(), difference) / n;
  if (n < 2) return without_interval(mean);
  return widest_interval(mean, spread(pair.size(), mean, difference), n - 1, confidence);
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
                                {"sd", kMoney, "standard deviation of the P&L, divisor n"},
                                {"skewness", "1", "skewness of the P&L; standard error, no interval"},
                                {"excess_kurtosis", "1",
                                 "kurtosis of the P&L less 3; standard error, no interval"}};
  for (const double level : settings.levels) {
    table.push_back({level_name("var", level), kMoney, "value at risk of the loss"});
    table.push_back({level_name("es", level), kMoney, "expected shortfall of the loss"});
    table.push_back({level_name("es_effectiveness", level), "1", "1 - ES(hedged) / ES(unhedged)"});
  }
  table.push_back({"worst_loss", kMoney, "largest loss of the sample; no interval"});
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
  const bool is_yardstick = &sample == &unhedged;  // compared with itself it is 0 without error
  const MomentEstimates m = estimate_moments(pnl, sample.moments, confidence);
  std::vector<Estimate> out{m.mean, m.sd, m.skewness, m.excess_kurtosis};
  for (const double level : settings.levels) {
    out.push_back(sample.tail.value_at_risk(level, confidence));
    out.push_back(sample.tail.expected_shortfall(level, confidence));
    out.push_back(is_yardstick ? Estimate{} : shortfall_effectiveness(sample, unhedged, level, settings));
  }
  out.push_back(without_interval(sample.tail.largest()));
  out.push_back(share(pnl.size(), confidence, [&](std::size_t i) { return pnl[i] < 0; }));
  for (const Limit& limit : settings.limits)
    out.push_back(share(pnl.size(), confidence,
                        [&](std::size_t i) { return -pnl[i] > limit.amount; }));
  out.push_back(is_yardstick ? Estimate{} : variance_effectiveness(sample, unhedged, confidence));
  out.push_back(is_yardstick ? Estimate{} : share(pnl.size(), confidence, [&](std::size_t i) {
    return pnl[i] < unhedged.pnl[i];
  }));
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
  const Pair pair(first, second);
  std::vector<Estimate> out{mean_difference(pair, settings.confidence)};
  for (const double level : settings.levels) out.push_back(shortfall_difference(pair, level, settings));
  for (Estimate& estimate : out) estimate = times(estimate, pair.unit);
  return out;
}

}  // namespace unhedged::risk
