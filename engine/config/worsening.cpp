#include "engine/config/worsening.hpp"

#include <cmath>

#include "engine/math/scalar.hpp"

namespace unhedged::config {

/// One overload per process.
struct WorsenDynamics {
  Worsening& worsening;
  const AssetContext& today;

  void drift(double& drift) { drift = worsening.from(today.default_drift, drift); }
  void variance(double& variance) { worsening.variance(variance, today.implied_volatility); }
  void jumps(models::LognormalJumps& jumps) {
    jumps.mean = worsening.from(0, jumps.mean);
    jumps.deviation = worsening.from(0, jumps.deviation);
  }

  void operator()(models::GbmParams& p) {
    drift(p.drift);
    variance(p.variance);
  }
  void operator()(models::BachelierParams& p) {
    drift(p.drift);
    p.deviation = worsening.above(today.implied_volatility * today.spot, p.deviation);
  }
  void operator()(models::MertonParams& p) {
    drift(p.drift);
    variance(p.variance);
    jumps(p.jumps);
  }
  void operator()(models::KouParams& p) {
    drift(p.drift);
    variance(p.variance);
    p.jumps.up_mean = worsening.from(0, p.jumps.up_mean);
    p.jumps.down_mean = worsening.from(0, p.jumps.down_mean);
  }
  void operator()(models::HestonParams& p) {
    drift(p.drift);
    variance(p.initial_variance);
    variance(p.long_run_variance);
  }
  void operator()(models::BatesParams& p) {
    (*this)(p.heston);
    jumps(p.jumps);
  }
  /// Jumps of the variance go with the square; what of them the price follows, with the factor.
  void operator()(models::SvcjParams& p) {
    (*this)(p.heston);
    p.jumps.mean = worsening.from(0, p.jumps.mean);
    p.jumps.deviation = worsening.from(0, p.jumps.deviation);
    p.jumps.variance_mean = worsening.from(0, worsening.from(0, p.jumps.variance_mean));
    p.jumps.correlation /= worsening.factor_;
  }
};

double Worsening::from(double base, double x) {
  if (x == base || factor_ == 1) return x;
  changed_ = true;
  return base + factor_ * (x - base);
}

double Worsening::share(double x) {
  if (x == 0 || factor_ == 1) return x;
  changed_ = true;
  return -scalar::expm1(factor_ * scalar::log1p(-x));
}

void Worsening::variance(double& variance, double quote) {
  const double volatility = std::sqrt(variance), worse = above(quote, volatility);
  if (worse != volatility) variance = worse * worse;
}

models::Dynamics Worsening::worsened(models::Dynamics dynamics, const AssetContext& today) {
  std::visit(WorsenDynamics{*this, today}, dynamics);
  return dynamics;
}

void Worsening::worsen(world::AssetRegime& regime, const AssetSpec& today) {
  for (double* x : {&regime.gap.mean, &regime.gap.deviation, &regime.gap.shift, &regime.gap.shift_deviation})
    *x = from(0, *x);
  if (regime.bubble) {
    regime.bubble->crash_mean = from(0, regime.bubble->crash_mean);
    regime.bubble->crash_deviation = from(0, regime.bubble->crash_deviation);
  }
  if (regime.sentiment) {
    regime.sentiment->drift = from(0, regime.sentiment->drift);
    regime.sentiment->volatility = from(0, regime.sentiment->volatility);
  }
  if (!today.perpetual) return;
  regime.perpetual.funding = from(today.perpetual->funding, regime.perpetual.funding);
  regime.perpetual.basis = from(today.perpetual->basis, regime.perpetual.basis);
  regime.perpetual.basis_deviation = above(today.perpetual->basis_vol, regime.perpetual.basis_deviation);
}

void Worsening::worsen(world::Liquidity& liquidity, const AssetSpec& today) {
  liquidity.half_spread = above(today.half_spread, liquidity.half_spread);
  if (const double volume = today.daily_volume.value_or(0); volume > 0 && liquidity.daily_volume < volume)
    liquidity.daily_volume = volume / from(1, volume / liquidity.daily_volume);
  liquidity.withdrawn_by_jump = share(liquidity.withdrawn_by_jump);
  liquidity.noise = from(0, liquidity.noise);
  liquidity.outages = above(1, liquidity.outages);
}

void Worsening::worsen(world::CommonJumps& jumps) {
  jumps.mean = from(0, jumps.mean);
  jumps.deviation = from(0, jumps.deviation);
}

void Worsening::worsen(RegimeCorrelationSpec& correlation) { correlation.spike = share(correlation.spike); }

}  // namespace unhedged::config
