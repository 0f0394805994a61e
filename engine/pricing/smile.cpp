#include "engine/pricing/smile.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/scalar.hpp"

namespace unhedged::pricing {
namespace {

constexpr double kDead = 8;   ///< beyond so many deviations nothing changes
constexpr double kPanel = 1;  ///< of d
constexpr int kMostPanels = 4000;
/// The interpolant of a normal distribution leaves so much of the bound that a slope this much steeper
/// needs no finer steps.
constexpr double kLenience = 1.25;

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
  const double here = std::abs(u * u * u - 3 * u) * 0.3989422804014327 * scalar::exp(-0.5 * u * u);
  return scalar::power((u < 2.334 ? std::max(here, 0.1495) : here) / 0.5506, 0.25);
}

double smallest_magnitude(const Interval& d) {
  return d.low <= 0 && d.high >= 0 ? 0 : std::min(std::abs(d.low), std::abs(d.high));
}

std::vector<Interval> pieces_between_turns(const Smile& smile, double low, double high) {
  std::vector<double> cuts = smile.turns();
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

Smile::Smile(const SliceBucket& bucket, double quote_level, double ratio, double charge)
    : skew_(bucket.skew),
      curvature_(bucket.curvature),
      smallest_(bucket.smallest_sd),
      ratio_(ratio),
      charge_(charge),
      surface_level_(bucket.surface_level),
      surface_slope_(bucket.surface_slope),
      surface_wings_(bucket.surface_wings) {
  at_the_money_ =
      floored(std::sqrt(std::max(0.0, bucket.variance_constant + bucket.variance_slope * quote_level)));
}

double Smile::floored(double sd) const { return std::max(smallest_, sd); }

double Smile::shaped(double k) const {
  if (surface_level_ <= 0) return at_the_money_;
  const double line = surface_level_ + surface_slope_ * k;
  return at_the_money_ * std::sqrt(0.5 * (line + std::sqrt(line * line + surface_wings_ * k * k)));
}

double Smile::parabola(double k) const { return (skew_ + curvature_ * k) * k; }

double Smile::sd(double k) const {
  return charged_sd(floored(ratio_ * floored(shaped(k) + parabola(k))), charge_, smallest_);
}

std::vector<double> Smile::turns() const {
  std::vector<double> out;
  if (curvature_ != 0) out.push_back(-skew_ / (2 * curvature_));
  const double bend = surface_wings_ + surface_slope_ * surface_slope_;
  if (surface_level_ > 0 && bend > 0) out.push_back(-2 * surface_slope_ * surface_level_ / bend);
  return out;
}

Interval Smile::sds(const Interval& k) const {
  const auto [shaped_low, shaped_high] = std::minmax({shaped(k.low), shaped(k.high)});
  const auto [bent_low, bent_high] = std::minmax({parabola(k.low), parabola(k.high)});
  return {charged_sd(floored(ratio_ * floored(shaped_low + bent_low)), charge_, smallest_),
          charged_sd(floored(ratio_ * floored(shaped_high + bent_high)), charge_, smallest_)};
}

double steepest(const Smile& smile, CallColumn column, double low, double high, double enough) {
  const double sign = column == CallColumn::cash ? -1 : 1;
  std::vector<Interval> left = pieces_between_turns(smile, low, high);
  double steepest = 0;
  for (int panel = 0; !left.empty(); ++panel) {
    const Interval k = left.back();
    left.pop_back();
    const Interval d = enclosure(k, smile.sds(k), sign);
    if (d.low > kDead || d.high < -kDead) continue;
    const double middle = 0.5 * (k.low + k.high);
    if (d.high - d.low > kPanel && middle > k.low && middle < k.high && panel < kMostPanels) {
      left.push_back({k.low, middle});
      left.push_back({middle, k.high});
      continue;
    }
    const double moved = d_of(k.high, smile.sd(k.high), sign) - d_of(k.low, smile.sd(k.low), sign);
    const double slope = std::abs(moved) / (k.high - k.low);
    if (slope > steepest) steepest = std::max(steepest, slope * weight(smallest_magnitude(d)));
    if (steepest > enough || panel >= kMostPanels) return INFINITY;
  }
  return steepest;
}

Interval ratios(const SliceBucket& bucket) {
  if (bucket.ratio == nullptr) return {1, 1};
  const auto [least, most] = std::ranges::minmax(bucket.calls->ratio);
  return {least, most};
}

double narrowest_bend(const SliceBucket& bucket, CallColumn column, double quote_level,
                      const Interval& log_spot) {
  const double sd = narrowest_sd(bucket, quote_level), enough = kFinest * kLenience / sd;
  if (!bucket.has_smile()) return sd;
  const auto [first, last] = std::ranges::minmax(bucket.calls->log_strike);
  const double low = first - bucket.carry - log_spot.high, high = last - bucket.carry - log_spot.low;
  const auto [least, most] = ratios(bucket);
  double slope = 0;
  for (const double charge : {-bucket.charge, bucket.charge}) {
    for (const double ratio : {least, most}) {
      slope = std::max(slope, steepest(Smile(bucket, quote_level, ratio, charge), column, low, high, enough));
      if (least == most || slope > enough) break;
    }
    if (bucket.charge == 0 || slope > enough) break;
  }
  return slope > enough ? 0 : std::min(sd, kLenience / slope);
}

}  // namespace unhedged::pricing
