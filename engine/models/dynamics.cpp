#include "engine/models/dynamics.hpp"

#include <cmath>
#include <limits>

namespace unhedged::models {
namespace {

template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

market::ImpliedCurve square_root_curve(const HestonParams& heston, double jump_variance) {
  market::ImpliedCurve curve;
  curve.long_run = heston.long_run_variance;
  curve.mean_reversion = heston.mean_reversion;
  curve.jump_variance = jump_variance;
  curve.moves_with_level = true;
  return curve;
}

}  // namespace

double LognormalJumps::mean_relative_jump() const {
  return std::expm1(mean + 0.5 * deviation * deviation);
}

double HestonParams::feller_ratio() const {
  if (vol_of_variance == 0) return std::numeric_limits<double>::infinity();
  return 2 * mean_reversion * long_run_variance / (vol_of_variance * vol_of_variance);
}

std::string_view name_of(const Dynamics& dynamics) {
  constexpr std::string_view names[] = {"gbm", "merton", "heston", "bates"};
  return names[dynamics.index()];
}

double drift_of(const Dynamics& dynamics) {
  return std::visit(Overloaded{[](const BatesParams& p) { return p.heston.drift; },
                               [](const auto& p) { return p.drift; }},
                    dynamics);
}

double initial_variance(const Dynamics& dynamics) {
  return std::visit(Overloaded{[](const GbmParams& p) { return p.variance; },
                               [](const MertonParams& p) { return p.variance; },
                               [](const HestonParams& p) { return p.initial_variance; },
                               [](const BatesParams& p) { return p.heston.initial_variance; }},
                    dynamics);
}

bool has_stochastic_variance(const Dynamics& dynamics) {
  return std::holds_alternative<HestonParams>(dynamics) ||
         std::holds_alternative<BatesParams>(dynamics);
}

double jump_variance(const Dynamics& dynamics) {
  return std::visit(Overloaded{[](const MertonParams& p) { return p.jumps.variance(); },
                               [](const BatesParams& p) { return p.jumps.variance(); },
                               [](const auto&) { return 0.0; }},
                    dynamics);
}

market::ImpliedCurve implied_curve(const Dynamics& dynamics) {
  if (const auto* heston = std::get_if<HestonParams>(&dynamics)) return square_root_curve(*heston, 0);
  if (const auto* bates = std::get_if<BatesParams>(&dynamics))
    return square_root_curve(bates->heston, bates->jumps.variance());
  market::ImpliedCurve curve;
  curve.long_run = initial_variance(dynamics);
  curve.jump_variance = jump_variance(dynamics);
  return curve;
}

}  // namespace unhedged::models
