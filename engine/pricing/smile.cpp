#include "engine/pricing/smile.hpp"

#include <algorithm>
#include <cmath>

namespace unhedged::pricing {
namespace {

constexpr double kDead = 8;   ///< beyond so many deviations nothing changes
constexpr double kPanel = 1;  ///< of d
constexpr int kMostPanels = 4000;

struct Interval {
  double low, high;
};

/// d at moneyness k and standard deviation s; `sign`: +1 for d1, -1 for d2.
double d_of(double k, double s, double sign) { return -k / s + sign * 0.5 * s; }

/// All values of d over moneynesses of one sign and standard deviations in an interval.
Interval enclosure(const Interval& k, const Interval& s, double sign) {
  const double corner[4] = {d_of(k.low, s.low, sign), d_of(k.low, s.high, sign), d_of(k.high, s.low, sign),
                            d_of(k.high, s.high, sign)};
  Interval out{*std::min_element(corner, corner + 4), *std::max_element(corner, corner + 4)};
  // at fixed k, d turns where s^2 = -2 k sign
  for (const double at : {k.low, k.high}) {
    const double turn = std::sqrt(std::max(0.0, -2 * sign * at));
    if (turn <= s.low || turn >= s.high) continue;
    out.low = std::min(out.low, d_of(at, turn, sign));
    out.high = std::max(out.high, d_of(at, turn, sign));
  }
  return out;
}

/// Fourth root of the largest fourth derivative of Phi at or beyond d, over its largest anywhere.
double weight(double d) {
  const double u = std::abs(d);
  if (u < 0.742) return 1;
  const double here = std::abs(u * u * u - 3 * u) * 0.3989422804014327 * std::exp(-0.5 * u * u);
  return std::pow((u < 2.334 ? std::max(here, 0.1495) : here) / 0.5506, 0.25);
}

double smallest_magnitude(const Interval& d) {
  return d.low <= 0 && d.high >= 0 ? 0 : std::min(std::abs(d.low), std::abs(d.high));
}

std::vector<Interval> monotone_pieces(const Smile& smile, double low, double high) {
  std::vector<double> cuts = smile.bends();
  cuts.push_back(0);
  std::erase_if(cuts, [&](double k) { return !(k > low && k < high); });
  cuts.push_back(low);
  cuts.push_back(high);
  std::ranges::sort(cuts);
  std::vector<Interval> pieces;
  pieces.reserve(64);
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i)
    if (cuts[i] < cuts[i + 1]) pieces.push_back({cuts[i], cuts[i + 1]});
  return pieces;
}

}  // namespace

bool has_smile(const SliceBucket& bucket) { return bucket.skew != 0 || bucket.curvature != 0; }

double sd_at_the_money(const SliceBucket& bucket, double level) {
  const double variance = bucket.variance_constant + bucket.variance_slope * level;
  return std::max(bucket.smallest_sd, std::sqrt(std::max(0.0, variance)));
}

Smile::Smile(const SliceBucket& bucket, double level)
    : at_the_money(sd_at_the_money(bucket, level)), skew(bucket.skew), curvature(bucket.curvature),
      smallest(bucket.smallest_sd) {}

double Smile::sd(double k) const { return std::max(smallest, at_the_money + (skew + curvature * k) * k); }

std::vector<double> Smile::bends() const {
  const double c = at_the_money - smallest;
  if (curvature == 0) return skew == 0 ? std::vector<double>{} : std::vector{-c / skew};
  std::vector<double> out{-skew / (2 * curvature)};
  const double discriminant = skew * skew - 4 * curvature * c;
  if (discriminant <= 0) return out;
  const double q = -0.5 * (skew + std::copysign(std::sqrt(discriminant), skew));  // no cancellation
  if (q != 0) out.push_back(c / q);
  out.push_back(q / curvature);
  return out;
}

double steepest(const Smile& smile, Part part, double low, double high, double enough) {
  const double sign = part == Part::shares ? 1 : -1;
  std::vector<Interval> left = monotone_pieces(smile, low, high);
  double steepest = 0;
  for (int panel = 0; !left.empty(); ++panel) {
    const Interval k = left.back();
    left.pop_back();
    const double s_low = smile.sd(k.low), s_high = smile.sd(k.high);
    const Interval d = enclosure(k, {std::min(s_low, s_high), std::max(s_low, s_high)}, sign);
    if (d.low > kDead || d.high < -kDead) continue;
    const double middle = 0.5 * (k.low + k.high);
    if (d.high - d.low > kPanel && middle > k.low && middle < k.high && panel < kMostPanels) {
      left.push_back({k.low, middle});
      left.push_back({middle, k.high});
      continue;
    }
    const double slope = std::abs(d_of(k.high, s_high, sign) - d_of(k.low, s_low, sign)) / (k.high - k.low);
    if (slope > steepest) steepest = std::max(steepest, slope * weight(smallest_magnitude(d)));
    if (steepest > enough || panel >= kMostPanels) return INFINITY;
  }
  return steepest;
}

}  // namespace unhedged::pricing
