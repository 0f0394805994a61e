#include "engine/pricing/transform/affine_law.hpp"

#include "engine/core/overloaded.hpp"
#include "engine/math/scalar.hpp"

namespace unhedged::pricing {

using math::Complex;

bool AffineParams::has_jumps() const { return jump_rate() > 0; }

double AffineParams::jump_rate() const {
  return std::visit(Overloaded{[](std::monostate) { return 0.0; }, [](const auto& j) { return j.rate; }},
                    jumps);
}

Complex AffineParams::jump_moment(Complex w) const {
  return std::visit(
      Overloaded{[](std::monostate) {
                   return Complex{1, 0};
                 },
                 [&](const models::LognormalJumps& j) {
                   return math::complex_exp(w * (j.mean + 0.5 * j.deviation * j.deviation * w));
                 },
                 [&](const models::DoubleExponentialJumps& j) {
                   const double p = j.up_probability;
                   return Complex{p, 0} / (1 - j.up_mean * w) + Complex{1 - p, 0} / (1 + j.down_mean * w);
                 }},
      jumps);
}

double AffineParams::mean_relative_jump() const {
  return std::visit(Overloaded{[](std::monostate) { return 0.0; },
                               [](const auto& j) { return models::mean_relative_jump(j); }},
                    jumps);
}

double AffineParams::relative_jump_square() const {
  return jump_moment({2, 0}).re - 2 * mean_relative_jump() - 1;
}

double AffineParams::jump_variance() const {
  return std::visit(
      Overloaded{[](std::monostate) { return 0.0; }, [](const auto& j) { return models::variance_of(j); }},
      jumps);
}

/// With q = w - w^2, b = k - rho xi w, d = (b^2 + xi^2 q)^(1/2), s = b + d, g = -xi^2 q / s^2 and
/// e = exp(-d tau):
///   slope = -q / s (1 - e) / (1 - g e),   constant = k theta (-q tau / s - 2 / xi^2 log((1 - g e) / (1 -
///   g)))
/// where the logarithm is that of 1 + xi^2 z with z = -q / s^2 (1 - e) / (1 - g).
AffineExponent AffineLaw::diffusion(Complex w) const {
  const double k = params_.mean_reversion, xi = params_.vol_of_variance, tau = life_;
  const Complex q = w - w * w;
  if (squared_modulus(q) == 0) return {};
  Complex slope, integral;  // the latter of the slope over the life
  if (xi == 0) {
    const double x = k * tau, part = x > 0 ? -scalar::expm1(-x) / k : tau;
    slope = -0.5 * part * q;
    integral = (x > 1e-9 ? -0.5 * (tau - part) / k : -0.25 * tau * tau) * q;
  } else {
    const Complex b = k - params_.correlation * xi * w, d = math::complex_sqrt(b * b + xi * xi * q);
    const Complex s = b.re >= 0 ? b + d : xi * xi * q / (d - b);
    const Complex r = -q / s, g = xi * xi * r / s, less = -math::complex_expm1(-tau * d), e = 1 - less;
    slope = r * less / (1 - g * e);
    const Complex z = xi * xi * (r / s) * less / (1 - g);
    const Complex grown =
        squared_modulus(z) < 1e-32 ? r / s * less / (1 - g) : 1 / (xi * xi) * math::complex_log1p(z);
    integral = tau * r - 2 * grown;
  }
  if (params_.long_run_variance) return {k * *params_.long_run_variance * integral, slope};
  return {{}, slope + k * integral};
}

Complex AffineLaw::jumps(Complex w) const {
  if (!params_.has_jumps()) return {};
  return params_.jump_rate() * (params_.jump_moment(w) - Complex{1, 0} - params_.mean_relative_jump() * w);
}

AffineExponent AffineLaw::exponent(Complex w) const {
  AffineExponent out = diffusion(w);
  out.constant += life_ * jumps(w);
  return out;
}

/// The variance moves into the life by its drift: by Riccati's equations
///   slope' = -q / 2 - b slope + xi^2 / 2 slope^2,   constant' = k theta slope
AffineExponent AffineLaw::in_life(Complex w) const {
  const double k = params_.mean_reversion, xi = params_.vol_of_variance;
  AffineParams fixed = params_;
  fixed.long_run_variance = 0;
  const Complex slope = AffineLaw(fixed, life_).diffusion(w).slope;
  const Complex q = w - w * w, b = k - params_.correlation * xi * w;
  const Complex steeper = -0.5 * q - b * slope + 0.5 * xi * xi * slope * slope;
  if (params_.long_run_variance) return {k * *params_.long_run_variance * slope + jumps(w), steeper};
  return {jumps(w), steeper + k * slope};
}

market::AffineVariance AffineLaw::mean_variance() const {
  const double x = params_.mean_reversion * life_;
  const double decay = x > 1e-12 ? -scalar::expm1(-x) / x : 1.0;
  if (!params_.long_run_variance) return {params_.jump_variance(), 1.0};
  return {params_.jump_variance() + *params_.long_run_variance * (1 - decay), decay};
}

}  // namespace unhedged::pricing
