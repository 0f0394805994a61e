#include "engine/risk/comparison.hpp"

#include <algorithm>
#include <cmath>

#include "engine/core/errors.hpp"
#include "engine/risk/contrast.hpp"
#include "engine/risk/intervals.hpp"

namespace unhedged::risk {
namespace {

double square(double x) { return x * x; }

double lowest_level(const Settings& settings) { return *std::ranges::min_element(settings.levels); }

/// P&L of both in a unit common to them.
struct Pair {
  explicit Pair(const Comparison& of)
      : first(of.hedger),
        second(of.reference),
        unit(std::max(first.moments.unit, second.moments.unit)),
        per_unit(1 / unit) {
    UNHEDGED_EXPECT(first.sample.has_weights_of(second.sample));
  }

  const Sample& sample() const { return first.sample; }
  /// Losses in the tail that carries less.
  double points(double level) const { return std::min(first.tail.points(level), second.tail.points(level)); }
  bool has_enough_points(double level) const {
    return first.tail.has_enough_points(level) && second.tail.has_enough_points(level);
  }

  const Digest &first, &second;
  double unit, per_unit;
};

/// Influences on the shortfall of a sample at a level, in the unit of its pair.
class ShortfallInfluence {
 public:
  ShortfallInfluence(const Digest& of, double per_unit, const Settings& settings, double level)
      : pnl_(of.sample.pnl().data()),
        per_unit_(per_unit),
        level_(level),
        quantile_(of.tail.value_at_risk(level, settings.confidence).value * per_unit),
        shortfall_(of.tail.expected_shortfall(level, settings.confidence).value * per_unit) {}

  double operator()(std::size_t i) const {
    return shortfall_influence(-pnl_[i] * per_unit_, quantile_, level_);
  }
  double shortfall() const { return shortfall_; }

 private:
  const double* pnl_;
  double per_unit_, level_, quantile_, shortfall_;
};

}  // namespace

Digest::Digest(const Sample& of, const Settings& settings)
    : sample(of), tail(of, lowest_level(settings), settings.confidence), moments(risk::moments(of)) {}

Estimate variance_effectiveness(const Comparison& comparison) {
  const Pair pair(comparison);
  const double n = pair.sample().effective(), per_unit = pair.per_unit;
  const double *h = pair.first.sample.pnl().data(), *u = pair.second.sample.pnl().data();
  const double mean_h = pair.first.moments.mean * per_unit, mean_u = pair.second.moments.mean * per_unit;
  const auto variance = [&](const Digest& s) { return square(s.moments.unit * per_unit) * s.moments.m2; };
  const JointSums sums = joint_sums(
      pair.sample(), variance(pair.first), variance(pair.second),
      [=](std::size_t i) { return square(h[i] * per_unit - mean_h); },
      [=](std::size_t i) { return square(u[i] * per_unit - mean_u); });
  const Estimate ratio = one_minus_ratio(sums, std::max(1.0, n - 1), comparison.settings.confidence);
  return n < kFewestPoints && ratio.known != Known::nothing ? without_interval(ratio.value) : ratio;
}

Estimate shortfall_effectiveness(const Comparison& comparison, double level) {
  const Pair pair(comparison);
  const ShortfallInfluence h(pair.first, pair.per_unit, comparison.settings, level);
  const ShortfallInfluence u(pair.second, pair.per_unit, comparison.settings, level);
  if (!pair.has_enough_points(level))
    return u.shortfall() > 0 ? without_interval(1 - h.shortfall() / u.shortfall()) : undefined();
  return one_minus_ratio(joint_sums(pair.sample(), h.shortfall(), u.shortfall(), h, u), pair.points(level),
                         comparison.settings.confidence);
}

Contrast shortfall_contrast(const Comparison& comparison, double level) {
  const Pair pair(comparison);
  const ShortfallInfluence first(pair.first, pair.per_unit, comparison.settings, level),
      second(pair.second, pair.per_unit, comparison.settings, level);
  Contrast out{first.shortfall() - second.shortfall(),
               {},
               pair.points(level),
               pair.unit,
               pair.has_enough_points(level)};
  if (out.enough)
    out.spread = spread(pair.sample(), out.value, [&](std::size_t i) { return first(i) - second(i); });
  return out;
}

Estimate shortfall_difference(const Comparison& comparison, double level) {
  return shortfall_contrast(comparison, level).interval(comparison.settings.confidence);
}

Estimate mean_difference(const Comparison& comparison) {
  const Pair pair(comparison);
  const Sample &a = pair.first.sample, &b = pair.second.sample;
  const double n = a.effective();
  const auto difference = [&](std::size_t i) { return a[i] * pair.per_unit - b[i] * pair.per_unit; };
  const double mean = a.with_weights([&](auto weight) {
    return blocked_sum(a.size(), [&](std::size_t i) { return weight(i) * difference(i); });
  }) / n;
  if (n < 2) return times(without_interval(mean), pair.unit);
  return times(widest_interval(mean, spread(a, mean, difference), n - 1, comparison.settings.confidence),
               pair.unit);
}

}  // namespace unhedged::risk
