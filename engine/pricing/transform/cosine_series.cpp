#include "engine/pricing/transform/cosine_series.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "engine/core/recent.hpp"
#include "engine/math/fourier.hpp"

namespace unhedged::pricing {
namespace {

using math::Complex;

constexpr double kDeviations = 10;  ///< of the range, on each side
constexpr double kNothing = 35;     ///< exp(-35) = 6e-16 of a characteristic function is left out
constexpr double kFiner = 1.3;      ///< between the frequencies that are tried for it
constexpr int kMostWidenings = 24;
/// Of the mass, at the ends of the range, over its width.
constexpr double kMassAtEnds = 1e-11;
/// Products of unit numbers are begun anew after so many.
constexpr std::size_t kRestart = 32;
/// By each thread.
constexpr std::size_t kTablesKept = 16;

Complex frequency(double u, Weighted how) { return {how == Weighted::by_price ? 1.0 : 0.5, u}; }

/// Mean and width of a law.
struct LawSpread {
  double mean, half;
};

/// Cumulants from the exponent near zero: Im = c1 u, -2 Re / u^2 = c2 - c4 u^2 / 12.
LawSpread spread_of(const AffineLaw& law, double v, double variance, Weighted how) {
  const double u = 0.25 / std::sqrt(variance);
  const Complex at_zero = law.exponent(frequency(0, how)).at(v),
                near = law.exponent(frequency(u, how)).at(v) - at_zero,
                far = law.exponent(frequency(2 * u, how)).at(v) - at_zero;
  const double a = -2 * near.re / (u * u), b = -0.5 * far.re / (u * u);
  const double c2 = std::max(0.0, (4 * a - b) / 3), c4 = std::max(0.0, 4 * (a - b) / (u * u));
  return {near.im / u, kDeviations * std::sqrt(c2 + std::sqrt(c4))};
}

/// The frequency beyond which nothing is left of the characteristic function.
double highest_frequency(const AffineLaw& law, double v, double variance, Weighted how) {
  const double at_zero = law.exponent(frequency(0, how)).at(v).re;
  double u = 6 / std::sqrt(variance);
  for (int seen = 0; seen < 2 && u * std::sqrt(variance) < 1e7; u *= kFiner)
    seen = law.exponent(frequency(u, how)).at(v).re - at_zero < -kNothing ? seen + 1 : 0;
  return u / kFiner;
}

}  // namespace

ExponentTable::ExponentTable(const AffineLaw& law) : law_(law) {
  static std::atomic<std::uint64_t> made{0};
  number_ = ++made;
}

ExponentTable::Exponents ExponentTable::at(int scale, Weighted how, std::size_t count) const {
  struct Key {
    std::uint64_t number = 0;
    int scale = 0;
    Weighted how = Weighted::by_price;
    bool operator==(const Key&) const = default;
  };
  static thread_local Recent<Key, Exponents, kTablesKept> recent;
  Exponents& made = recent.get({number_, scale, how}, [] { return nullptr; });
  if (made && made->size() >= count) return made;
  std::vector<AffineExponent> more;
  if (made) more = *made;
  const double step = M_PI / scalar::power(2, 0.5 * scale);
  for (std::size_t k = more.size(); k < count; ++k)
    more.push_back(law_.exponent(frequency(step * static_cast<double>(k), how)));
  return made = std::make_shared<const std::vector<AffineExponent>>(std::move(more));
}

CosineRange cosine_range(const AffineLaw& law, double v, Weighted how, int widening) {
  const market::AffineVariance mean = law.mean_variance();
  const double variance = (mean.constant + mean.slope * v) * law.life_years();
  const LawSpread spread = spread_of(law, v, variance, how);
  CosineRange out;
  out.scale = static_cast<int>(std::ceil(2 * scalar::log(2 * spread.half) / M_LN2)) + widening;
  out.width = scalar::power(2, 0.5 * out.scale);
  out.low = spread.mean - 0.5 * out.width;
  const double most = static_cast<double>(kMostTerms - 1) * M_PI / out.width;
  double highest = highest_frequency(law, v, variance, how);
  if (highest > most) out.blur = 2 * kNothing / (most * most), highest = most;
  out.terms = static_cast<std::size_t>(highest * out.width / M_PI) + 1;
  return out;
}

namespace {

/// Cosine coefficients of densities of the log return, weighted at each frequency.
struct Densities {
  const ExponentTable& table;
  const CosineRange& range;
  double v;
  Weighted how;

  /// weight(k, w): what the characteristic function is multiplied by. returns  the first halved
  template <class Weight>
  std::vector<double> density(Weight weight) const {
    const auto exponents = table.at(range.scale, how, range.terms);
    const double zero = at_zero();
    std::vector<double> out(range.terms);
    for (std::size_t k = 0; k < range.terms; ++k) {
      const double u = M_PI * static_cast<double>(k) / range.width;
      const Complex w = frequency(u, how);
      Complex exponent = (*exponents)[k].at(v);
      if (range.blur > 0) exponent += -0.5 * range.blur * (w - w * w);
      exponent.re -= zero;
      exponent.im -= u * range.low;
      out[k] = 2 / range.width * (weight((*exponents)[k], w) * math::complex_exp(exponent)).re;
    }
    out[0] *= 0.5;
    return out;
  }

  std::vector<double> density() const {
    return density([](const AffineExponent&, Complex) { return Complex{1, 0}; });
  }
  std::vector<double> by_variance() const {
    return density([](const AffineExponent& at, Complex) { return at.slope; });
  }
  std::vector<double> by_life() const {
    return density([&](const AffineExponent&, Complex w) { return table.law().in_life(w).at(v); });
  }
  /// E[(e^J - 1) (e^J f(x - J) - f(x))]
  std::vector<double> jumped() const {
    const AffineParams& params = table.law().params();
    const double mean = params.mean_relative_jump();
    return density([&](const AffineExponent&, Complex w) {
      return params.jump_moment(1 + w) - params.jump_moment(w) - Complex{mean, 0};
    });
  }

  /// The logarithm of E[exp(X / 2)], or of 1.
  double at_zero() const {
    const Complex w = frequency(0, how);
    return table.at(range.scale, how, 1)->front().at(v).re - 0.5 * range.blur * (w - w * w).re;
  }

  /// Whether a density has come to nothing at both ends.
  bool ends(const std::vector<double>& density) const {
    double low = 0, high = 0;
    for (std::size_t k = 0; k < density.size(); ++k)
      low += density[k], high += k % 2 ? -density[k] : density[k];
    return std::max(std::abs(low), std::abs(high)) * range.width < kMassAtEnds;
  }
};

}  // namespace

CosineSeries::CosineSeries(const ExponentTable& table, double v, CallColumn column) {
  const Weighted how = column == CallColumn::cash ? Weighted::by_root : Weighted::by_price;
  range_ = cosine_range(table.law(), v, how);
  for (int widening = 2; !build(table, v, column) && widening <= kMostWidenings; widening += 2) {
    const CosineRange wider = cosine_range(table.law(), v, how, widening);
    if (wider.blur > 0) return;  // tails are cut sooner than detail
    range_ = wider;
  }
}

/// returns  whether the range is wide enough
bool CosineSeries::build(const ExponentTable& table, double v, CallColumn column) {
  const AffineParams& params = table.law().params();
  const bool in_cash = column == CallColumn::cash;
  const Densities weights{table, range_, v, in_cash ? Weighted::by_root : Weighted::by_price};
  waves_.assign(range_.terms, {});
  constant_ = linear_ = tail_ = lift_ = 0;
  const std::vector<double> density = weights.density();
  bool wide = weights.ends(density);
  switch (column) {
    case CallColumn::shares: add_chance(density, 1); break;
    case CallColumn::cash: add_chance_in_cash(density, scalar::exp(weights.at_zero())); break;
    case CallColumn::gamma:
      for (std::size_t k = 0; k < density.size(); ++k) waves_[k].re = density[k];
      break;
    case CallColumn::vega: {
      const market::AffineVariance mean = table.law().mean_variance();
      const double volatility = std::sqrt(mean.constant + mean.slope * v);
      add_gain(weights.by_variance(), 2 * volatility / mean.slope);
      break;
    }
    case CallColumn::decay: add_gain(weights.by_life(), 1); break;
    case CallColumn::hedge: {
      const double rate = params.jump_rate(), all = v + rate * params.relative_jump_square();
      add_chance(density, v / all);
      const double leverage = params.correlation * params.vol_of_variance;
      if (leverage != 0) add_gain(weights.by_variance(), v * leverage / all);
      if (rate == 0) break;
      const std::vector<double> jumped = weights.jumped();
      wide = wide && weights.ends(jumped);
      add_gain(jumped, rate / all);
    }
  }
  return wide;
}

/// The integral of a density from y on.
void CosineSeries::add_chance(const std::vector<double>& density, double factor) {
  constant_ += factor * density[0] * range_.width;
  linear_ -= factor * density[0];
  for (std::size_t k = 1; k < density.size(); ++k)
    waves_[k].im += factor * density[k] * range_.width / (M_PI * static_cast<double>(k));
}

/// The integral of a density times 1 - exp(y - z) over z from y on.
void CosineSeries::add_gain(const std::vector<double>& density, double factor) {
  constant_ += factor * density[0] * (range_.width - 1);
  linear_ -= factor * density[0];
  double tail = density[0];
  for (std::size_t k = 1; k < density.size(); ++k) {
    const double u = M_PI * static_cast<double>(k) / range_.width, part = density[k] / (1 + u * u);
    waves_[k] += factor * part * Complex{-1, 1 / u};
    tail += k % 2 ? -part : part;
  }
  tail_ += factor * tail;
}

/// The integral of a density times exp(-x / 2) from y on.
void CosineSeries::add_chance_in_cash(const std::vector<double>& density, double factor) {
  double above = 0;
  for (std::size_t k = 0; k < density.size(); ++k) {
    const double u = M_PI * static_cast<double>(k) / range_.width,
                 part = factor * density[k] / (0.25 + u * u);
    waves_[k] += part * Complex{0.5, u};
    above += 0.5 * (k % 2 ? -part : part);
  }
  constant_ -= above * scalar::exp(-0.5 * (range_.low + range_.width));
  lift_ = 0.5;
}

double CosineSeries::smooth_part(double y) const {
  return constant_ + linear_ * y + (tail_ != 0 ? tail_ * scalar::exp(y - range_.width) : 0);
}

double CosineSeries::lifted(double y, double waves) const {
  return lift_ == 0 ? waves : scalar::exp(-lift_ * (y + range_.low)) * waves;
}

double CosineSeries::at(double m) const {
  const double y = std::clamp(-m - range_.low, 0.0, range_.width), turns = 0.5 * y / range_.width;
  const Complex step = math::unit_of_turns(turns);
  Complex unit{1, 0};
  double sum = 0;
  for (std::size_t k = 0; k < waves_.size(); ++k) {
    if (k % kRestart == 0) unit = math::unit_of_turns(turns * static_cast<double>(k));
    sum += waves_[k].re * unit.re - waves_[k].im * unit.im;
    unit = unit * step;
  }
  return smooth_part(y) + lifted(y, sum);
}

std::vector<double> CosineSeries::nodes(std::size_t intervals) const {
  std::vector<double> out = math::half_period(waves_, intervals);
  for (std::size_t j = 0; j <= intervals; ++j) {
    const double y = range_.width * static_cast<double>(j) / static_cast<double>(intervals);
    out[j] = smooth_part(y) + lifted(y, out[j]);
  }
  return out;
}

}  // namespace unhedged::pricing
