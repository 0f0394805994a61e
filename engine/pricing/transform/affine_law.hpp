#pragma once
#include <optional>
#include <variant>

#include "engine/market/implied_curve.hpp"
#include "engine/math/complex.hpp"
#include "engine/models/jumps.hpp"

/// Laws of the log return of a price whose variance is a square-root process and which may jump: the prices
/// of Merton, Kou, Heston and Bates are cases of one.
namespace unhedged::pricing {

/// The parameters of a belief: dS/S = carry + sqrt(v) dW + jumps, dv = k (theta - v) dt + xi sqrt(v) dB,
/// d<W,B> = rho dt; of gbm with jumps k and xi are 0. A year; variances.
struct AffineParams {
  double mean_reversion = 0;
  std::optional<double> long_run_variance = 0;  ///< theta; absent: v itself
  double vol_of_variance = 0;
  double correlation = 0;
  std::variant<std::monostate, models::LognormalJumps, models::DoubleExponentialJumps> jumps;

  bool has_jumps() const;
  double jump_rate() const;
  /// E[exp(w J)] of a log jump J; 1 without jumps.
  math::Complex jump_moment(math::Complex w) const;
  double mean_relative_jump() const;    ///< E[exp(J) - 1]
  double relative_jump_square() const;  ///< E[(exp(J) - 1)^2]
  double jump_variance() const;         ///< a year, that jumps add to the log price: rate * E[J^2]
};

/// A function of v: constant + slope v.
struct AffineExponent {
  math::Complex constant, slope;

  math::Complex at(double v) const { return constant + v * slope; }
};

/// X = log(price at expiry / forward) after a life, by its exponent log E[exp(w X)], affine in the variance v
/// today.
/// source   Heston, RFS 6 (1993), in the stable form of Albrecher, Mayer, Schoutens and Tistaert, "The little
///          Heston trap", Wilmott (2007), written without differences that vanish with xi; Bates, RFS 9
///          (1996); Merton, JFE 3 (1976); Kou, Management Science 48 (2002)
/// accuracy 1e-14 of the exponent, down to xi = 0
class AffineLaw {
 public:
  /// expects  life_years > 0
  AffineLaw(const AffineParams& params, double life_years) : params_(params), life_(life_years) {}

  const AffineParams& params() const { return params_; }
  double life_years() const { return life_; }

  /// w = i u of the law under which cash is counted, 1 + i u of that under which shares are.
  AffineExponent exponent(math::Complex w) const;

  /// Its derivative in the life.
  AffineExponent in_life(math::Complex w) const;

  /// Mean expected variance over the life a year, jumps included, in v.
  market::AffineVariance mean_variance() const;

 private:
  AffineExponent diffusion(math::Complex w) const;
  math::Complex jumps(math::Complex w) const;  ///< a year

  AffineParams params_;
  double life_;
};

}  // namespace unhedged::pricing
