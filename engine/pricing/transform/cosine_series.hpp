#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/pricing/greek.hpp"
#include "engine/pricing/transform/affine_law.hpp"

/// Prices of calls under an affine law by the cosine method: one characteristic function serves all strikes.
/// source  Fang and Oosterlee, SIAM J. Sci. Comput. 31 (2008)
namespace unhedged::pricing {

/// Laws of the log return X that differ by a weight: the price at expiry, or its root, which tames the tails
/// of what is counted in cash.
enum class Weighted { by_root, by_price };

/// Exponents of a law at equally spaced frequencies, which serve all variances. Each thread keeps a few.
class ExponentTable {
 public:
  explicit ExponentTable(const AffineLaw& law);

  const AffineLaw& law() const { return law_; }

  using Exponents = std::shared_ptr<const std::vector<AffineExponent>>;
  /// At i pi k / 2^(scale / 2) and 1 more, or 1/2, for at least k < count.
  Exponents at(int scale, Weighted how, std::size_t count) const;

 private:
  AffineLaw law_;
  std::uint64_t number_;  ///< no two tables of a process share it
};

/// Where the log return is looked for, and in how much detail.
struct CosineRange {
  int scale = 0;  ///< 2 log2 of the width
  double low = 0, width = 0;
  std::size_t terms = 0;
  double blur = 0;  ///< variance added to the log return; 0 unless there would be more than kMostTerms terms
};

inline constexpr std::size_t kMostTerms = std::size_t{1} << 15;

/// From the cumulants: mean +- 10 (c2 + c4^(1/2))^(1/2), wider for `widening` > 0.
/// expects  v > 0
CosineRange cosine_range(const AffineLaw& law, double v, Weighted how, int widening = 0);

/// A column of a call of quantity 1 and strike 1 without its discount factor, as a function of m =
/// log(forward / strike) at a variance v:
///   shares  P1, the chance of exercise counted in shares       cash  P2, that counted in cash
///   gamma   dP1/dm,   vega  dG/d(mean volatility),   decay  dG/d(life),   G = P1 - exp(-m) P2
///   hedge   what is held so that the variance of the position is least: with the rate L of jumps J
///             (v P1 + rho xi dG/dv + L E[(e^J - 1)(e^J G(m + J) - G(m))]) / (v + L E[(e^J - 1)^2])
/// accuracy  1e-10 of the greatest, where kMostTerms suffice
class CosineSeries {
 public:
  CosineSeries(const ExponentTable& table, double v, CallColumn column);

  /// Between its ends it changes with m; it is constant on either side.
  double m_low() const { return -range_.low - range_.width; }
  double m_high() const { return -range_.low; }
  const CosineRange& range() const { return range_; }

  double at(double m) const;

  /// At equal steps from m_high down to m_low. expects  intervals: a power of two >= the number of terms
  std::vector<double> nodes(std::size_t intervals) const;

 private:
  /// terms  of a function g of y = -m - low:  g(y) = constant + linear y + tail exp(y - width)
  ///        + exp(lift m) sum over k of Re(waves_k exp(i pi k y / width))
  std::vector<math::Complex> waves_;
  double constant_ = 0, linear_ = 0, tail_ = 0, lift_ = 0;
  CosineRange range_;

  bool build(const ExponentTable& table, double v, CallColumn column);
  void add_chance(const std::vector<double>& density, double factor);
  void add_gain(const std::vector<double>& density, double factor);
  void add_chance_in_cash(const std::vector<double>& density, double factor);
  double smooth_part(double y) const;
  double lifted(double y, double waves) const;
};

}  // namespace unhedged::pricing
