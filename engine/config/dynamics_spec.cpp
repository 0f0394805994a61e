#include "engine/config/dynamics_spec.hpp"

namespace unhedged::config {
namespace {

double square(double x) { return x * x; }

models::LognormalJumps jumps_of(const JumpKeys& s) { return {s.jump_rate, s.jump_mean, s.jump_vol}; }

struct Resolve {
  const AssetContext& asset;

  double variance(const Level& volatility) const {
    return square(volatility.resolve(asset.implied_volatility));
  }
  double drift(const DriftKey& s) const { return s.drift.value_or(asset.default_drift); }

  models::HestonParams heston(const HestonSpec& s) const {
    return {drift(s), s.volatility ? variance(*s.volatility) : asset.carried_variance,
            variance(s.long_run_volatility), s.mean_reversion, s.vol_of_variance, s.correlation};
  }

  models::Dynamics operator()(const GbmSpec& s) const {
    return models::GbmParams{drift(s), variance(s.volatility)};
  }
  models::Dynamics operator()(const MertonSpec& s) const {
    return models::MertonParams{drift(s), variance(s.volatility), jumps_of(s)};
  }
  models::Dynamics operator()(const HestonSpec& s) const { return heston(s); }
  models::Dynamics operator()(const BatesSpec& s) const {
    return models::BatesParams{heston(s), jumps_of(s)};
  }
};

}  // namespace

models::Dynamics resolve(const DynamicsSpec& spec, const AssetContext& asset) {
  return std::visit(Resolve{asset}, spec.value);
}

bool states_volatility(const DynamicsSpec& spec) {
  if (const auto* heston = std::get_if<HestonSpec>(&spec.value)) return heston->volatility.has_value();
  if (const auto* bates = std::get_if<BatesSpec>(&spec.value)) return bates->volatility.has_value();
  return true;
}

}  // namespace unhedged::config
