#include "engine/models/dynamics.hpp"

#include <algorithm>
#include <limits>

#include "engine/core/overloaded.hpp"

namespace unhedged::models {
namespace {

template <class T>
concept HasHeston = requires(const T& p) {
  p.heston;
};
template <class T>
concept HasJumps = requires(const T& p) {
  p.jumps;
};

}  // namespace

const HestonParams* heston_of(const Dynamics& dynamics) {
  return std::visit(
      Overloaded{[](const HestonParams& p) { return &p; }, []<HasHeston T>(const T& p) { return &p.heston; },
                 [](const auto&) { return static_cast<const HestonParams*>(nullptr); }},
      dynamics);
}

double BachelierParams::quoted_variance(double price) const {
  const double ratio = deviation / price;
  return std::min(kLargestQuotedVariance, ratio * ratio);  // a price of 0 gives the largest
}

double initial_variance(const Dynamics& dynamics) {
  return std::visit(Overloaded{[](const HestonParams& p) { return p.initial_variance; },
                               [](const BachelierParams& p) { return p.quoted_variance(p.price_today); },
                               []<HasHeston T>(const T& p) { return p.heston.initial_variance; },
                               [](const auto& p) { return p.variance; }},
                    dynamics);
}

bool has_stochastic_variance(const Dynamics& dynamics) { return heston_of(dynamics) != nullptr; }

std::optional<Jumps> jumps_of(const Dynamics& dynamics) {
  return std::visit(Overloaded{[]<HasJumps T>(const T& p) { return std::optional<Jumps>(p.jumps); },
                               [](const auto&) { return std::optional<Jumps>(); }},
                    dynamics);
}

double jump_variance(const Dynamics& dynamics) {
  const std::optional<Jumps> jumps = jumps_of(dynamics);
  return jumps ? variance_of(*jumps) : 0.0;
}

market::ImpliedCurve implied_curve(const Dynamics& dynamics, const Surroundings& around) {
  market::ImpliedCurve curve;
  curve.jump_variance = jump_variance(dynamics) / (1 - around.branching);
  const HestonParams* heston = heston_of(dynamics);
  if (heston == nullptr) {
    curve.long_run = initial_variance(dynamics) * around.diffusion_variance;
    curve.moves_with_level = std::holds_alternative<BachelierParams>(dynamics);  // and stays where it is
    return curve;
  }
  curve.long_run = heston->long_run_variance * around.diffusion_variance;
  curve.mean_reversion = heston->mean_reversion;
  curve.moves_with_level = true;
  if (const auto* svcj = std::get_if<SvcjParams>(&dynamics))  // its variance is also pushed up by jumps
    curve.long_run +=
        svcj->jumps.rate * svcj->jumps.variance_mean / heston->mean_reversion / (1 - around.branching);
  return curve;
}

}  // namespace unhedged::models
