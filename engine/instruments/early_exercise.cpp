#include "engine/instruments/early_exercise.hpp"

#include <algorithm>
#include <cmath>

namespace unhedged::instruments {
namespace {

using math::Jet;

/// Volatilities of the table, equally spaced in the logarithm; beyond its ends what early exercise adds is
/// that at the end.
constexpr double kLowest = 0.01, kHighest = 3;
/// Points reach so many deviations of the whole life to both sides of the strike.
constexpr double kReach = 6;
/// Slices of a layer, of which any time is interpolated, and steps from one to the next.
constexpr std::size_t kSlicesOfLife = 49, kStepsOfLife = 5, kSlicesBetween = 5, kStepsBetween = 4;
/// Steps after a bend that are fully implicit. source  Rannacher, Numerische Mathematik 43 (1984)
constexpr std::size_t kImplicit = 4;
constexpr double kNever = -1e9;

double node_step(std::size_t nodes) {
  return scalar::log(kHighest / kLowest) / static_cast<double>(nodes - 1);
}

/// One volatility through all times, from the expiry backwards. Points y = -side log(spot / strike) ascend
/// from where it is exercised. source  Brennan and Schwartz, Journal of Finance 32 (1977)
class BackwardSweep {
 public:
  BackwardSweep(const EarlyExerciseTerms& terms, double volatility)
      : terms_(terms),
        sign_(sign_of(terms.side)),
        variance_(volatility * volatility),
        step_(2 * kReach * volatility * std::sqrt(terms.expiry_years) / (kPoints - 1)),
        now_(kPoints),
        european_(kPoints),
        payoff_(kPoints),
        inverse_(kPoints),
        factor_(kPoints),
        right_(kPoints) {
    for (std::size_t k = 0; k < kPoints; ++k)
      payoff_[k] = std::max(sign_ * scalar::expm1(-sign_ * at(k)), 0.0);
    now_ = european_ = payoff_;
  }

  /// To an earlier time; `held`: how long it cannot be exercised once that is reached, 0: it can always.
  void step(double dt, double implicit, double tau, double held, bool any_time) {
    const double half = 0.5 * variance_ / (step_ * step_);
    const double drift = -sign_ * (terms_.rate - terms_.yield - 0.5 * variance_) / (2 * step_);
    const Band band{half - drift, -2 * half - terms_.rate, half + drift};
    eliminate(band, dt, implicit);
    solve(band, deep(tau), european_, false);
    solve(band, any_time ? payoff_.front() : deep(held), now_, any_time);
  }

  /// A date of exercise: where the option is worth what it pays, in points.
  double exercise() {
    double crossing = kNever;
    for (std::size_t k = 0; k < kPoints; ++k) {
      const double gain = payoff_[k] - now_[k];
      if (payoff_[k] <= 0 || gain < 0) {
        if (k > 0) crossing = static_cast<double>(k - 1) + last_gain_ / (last_gain_ - gain);
        break;
      }
      last_gain_ = gain;
    }
    for (std::size_t k = 0; k < kPoints; ++k) now_[k] = std::max(now_[k], payoff_[k]);
    return crossing;
  }

  /// Where it leaves its payoff, in points: by the root of the excess, which is a square there.
  double touches() const {
    constexpr double same = 1e-13;
    std::size_t k = 0;
    while (k < kPoints && payoff_[k] > 0 && now_[k] - payoff_[k] <= same) ++k;
    if (k == 0 || k + 1 >= kPoints) return kNever;
    const double one = std::sqrt(std::max(now_[k] - payoff_[k], 0.0)),
                 two = std::sqrt(std::max(now_[k + 1] - payoff_[k + 1], 0.0));
    const double back = two > one ? std::min(one / (two - one), 1.0) : 1.0;
    return static_cast<double>(k) - back;
  }

  void keep(double* premium) const {
    for (std::size_t k = 0; k < kPoints; ++k) premium[k] = now_[k] - european_[k];
  }

 private:
  struct Band {
    double below, here, above;
  };

  double at(std::size_t k) const { return step_ * (static_cast<double>(k) - 0.5 * (kPoints - 1)); }
  /// Deep in the money, paid after a time.
  double deep(double wait) const {
    return sign_ * (scalar::exp(-sign_ * at(0) - terms_.yield * wait) - scalar::exp(-terms_.rate * wait));
  }

  /// (1 - implicit dt L) new = (1 + (1 - implicit) dt L) old, eliminated from above.
  void eliminate(const Band& band, double dt, double implicit) {
    if (dt == dt_ && implicit == implicit_) return;
    dt_ = dt;
    implicit_ = implicit;
    const double next = implicit * dt, a = -next * band.below, b = 1 - next * band.here,
                 c = -next * band.above;
    inverse_[kPoints - 2] = 1 / b;
    for (std::size_t k = kPoints - 2; k-- > 1;) {
      factor_[k] = c * inverse_[k + 1];
      inverse_[k] = 1 / (b - factor_[k] * a);
    }
  }

  /// From below, where it is exercised.
  void solve(const Band& band, double lowest, std::vector<double>& v, bool exercised) {
    const double now = (1 - implicit_) * dt_, a = -implicit_ * dt_ * band.below;
    for (std::size_t k = 1; k + 1 < kPoints; ++k)
      right_[k] = v[k] + now * (band.below * v[k - 1] + band.here * v[k] + band.above * v[k + 1]);
    for (std::size_t k = kPoints - 2; k-- > 1;) right_[k] -= factor_[k] * right_[k + 1];
    v.front() = lowest;
    v.back() = 0;
    for (std::size_t k = 1; k + 1 < kPoints; ++k) {
      const double free = (right_[k] - a * v[k - 1]) * inverse_[k];
      v[k] = exercised ? std::max(free, payoff_[k]) : free;
    }
  }

  const EarlyExerciseTerms& terms_;
  double sign_, variance_, step_, last_gain_ = 0, dt_ = 0, implicit_ = 0;
  std::vector<double> now_, european_, payoff_, inverse_, factor_, right_;
};

}  // namespace

CubicWeights::CubicWeights(double at, std::size_t count) {
  const double last = static_cast<double>(count) - 4;
  first = static_cast<std::size_t>(std::clamp(std::floor(at) - 1, 0.0, last));
  const double a = at - static_cast<double>(first), b = a - 1, c = a - 2, d = a - 3;
  const double weights[] = {-b * c * d / 6, a * c * d / 2, -a * b * d / 2, a * b * c / 6};
  const double slopes[] = {-(c * d + b * d + b * c) / 6, (c * d + a * d + a * c) / 2,
                           -(b * d + a * d + a * b) / 2, (b * c + a * c + a * b) / 6};
  const double bends[] = {-(b + c + d) / 3, a + c + d, -(a + b + d), (a + b + c) / 3};
  for (std::size_t k = 0; k < 4; ++k) weight[k] = weights[k], slope[k] = slopes[k], bend[k] = bends[k];
}

EarlyExercise::EarlyExercise(EarlyExerciseTerms terms) : terms_(std::move(terms)) {
  const bool never = terms_.side == Side::call ? terms_.yield <= 0 : terms_.rate <= 0;
  if (never || terms_.dates.size() == 1) return;
  lay_out();
  premium_.resize(slices_ * kNodesOfVolatility * kPoints);
  critical_.assign(slices_ * kNodesOfVolatility, kNever);
  for (std::size_t node = 0; node < kNodesOfVolatility; ++node) sweep(node);
}

/// From the expiry backwards. After the last date but one it is European.
void EarlyExercise::lay_out() {
  if (at_any_time()) {
    layers_.push_back({0, terms_.expiry_years, 0});
    slices_ = kSlicesOfLife;
    return;
  }
  for (std::size_t k = terms_.dates.size() - 1; k-- > 0;) {
    const double early = k > 0 ? terms_.dates[k - 1] : 0;
    layers_.push_back({terms_.expiry_years - terms_.dates[k], terms_.expiry_years - early, slices_});
    slices_ += kSlicesBetween;
  }
}

double EarlyExercise::slice_time(const Layer& layer, std::size_t slice) const {
  if (at_any_time()) {
    const double root = static_cast<double>(slice) / (kSlicesOfLife - 1);
    return layer.early * root * root;
  }
  return layer.late + (layer.early - layer.late) * static_cast<double>(slice) / (kSlicesBetween - 1);
}

void EarlyExercise::sweep(std::size_t node) {
  BackwardSweep sweep(terms_,
                      kLowest * scalar::exp(static_cast<double>(node) * node_step(kNodesOfVolatility)));
  const std::size_t slices = at_any_time() ? kSlicesOfLife : kSlicesBetween;
  double tau = 0, exercised = 0;
  const auto go = [&](double to, std::size_t steps, std::size_t implicit) {
    const double from = tau;
    for (std::size_t k = 1; k <= steps; ++k) {
      // steps grow as the root of time where it may be exercised at any
      const double share = static_cast<double>(k) / static_cast<double>(steps);
      const double root = std::sqrt(from) + (std::sqrt(to) - std::sqrt(from)) * share;
      const double next = at_any_time() ? root * root : from + (to - from) * share;
      sweep.step(next - tau, k <= implicit ? 1.0 : 0.5, next, next - exercised, at_any_time());
      tau = next;
    }
  };
  for (const Layer& layer : layers_) {
    if (!at_any_time()) {
      if (layer.first == 0) go(layer.late, kSlicesOfLife, kImplicit);
      critical_[layer.first * kNodesOfVolatility + node] = sweep.exercise();
      exercised = tau;
    }
    for (std::size_t k = 0; k < slices; ++k) {
      if (k > 0)
        go(slice_time(layer, k), at_any_time() ? kStepsOfLife : kStepsBetween, k == 1 ? kImplicit : 0);
      sweep.keep(slice(layer.first + k, node));
      if (at_any_time()) critical_[(layer.first + k) * kNodesOfVolatility + node] = sweep.touches();
    }
  }
}

/// The later one at a date: there it has not been exercised.
const EarlyExercise::Layer* EarlyExercise::layer_at(double tau) const {
  if (at_any_time()) return layers_.data();
  for (const Layer& layer : layers_)
    if (tau > layer.late + kExpiredYears && tau <= layer.early + kExpiredYears) return &layer;
  return nullptr;
}

EarlyExercise::Lookup EarlyExercise::look_up(double tau, double volatility) const {
  const Layer* const layer = layer_at(tau);
  const std::size_t slices = at_any_time() ? kSlicesOfLife : kSlicesBetween;
  const double span = layer->early - layer->late, share = std::clamp((tau - layer->late) / span, 0.0, 1.0);
  const double along = (at_any_time() ? std::sqrt(share) : share) * static_cast<double>(slices - 1);
  const double sigma = std::clamp(volatility, kLowest, kHighest);
  const double node = scalar::log(sigma / kLowest) / node_step(kNodesOfVolatility);
  return {layer, CubicWeights(along, slices), CubicWeights(node, kNodesOfVolatility),
          sigma * std::sqrt(terms_.expiry_years), sigma == volatility};
}

/// In points.
double EarlyExercise::critical(const Lookup& look) const {
  double sum = 0;
  for (std::size_t t = 0; t < 4; ++t)
    for (std::size_t v = 0; v < 4; ++v) {
      const std::size_t slice = look.layer->first + look.time.first + t;
      const double at = critical_[slice * kNodesOfVolatility + look.node.first + v];
      if (at == kNever) return kNever;
      sum += look.time.weight[t] * look.node.weight[v] * at;
    }
  return sum;
}

bool EarlyExercise::exercises(double time_years, double x, double volatility) const {
  if (!is_worth_something()) return false;
  const double tau = terms_.expiry_years - time_years, sign = sign_of(terms_.side);
  if (sign * x <= 0) return false;
  const auto points = [&](double deviation) {
    return (-sign * x / (2 * kReach * deviation) + 0.5) * (kPoints - 1);
  };
  if (at_any_time()) {
    const Lookup at = look_up(tau, volatility);
    return points(at.deviation) <= critical(at);
  }
  if (!is_one_of(terms_.dates, time_years)) return false;
  for (const Layer& layer : layers_) {
    if (std::abs(layer.late - tau) > kExpiredYears) continue;
    const Lookup at = look_up(0.5 * (layer.late + layer.early), volatility);
    double critical = 0;
    for (std::size_t v = 0; v < 4; ++v) {
      const double one = critical_[layer.first * kNodesOfVolatility + at.node.first + v];
      if (one == kNever) return false;
      critical += at.node.weight[v] * one;
    }
    return points(at.deviation) <= critical;
  }
  return false;
}

/// Deep in the money it is exercised at the next date.
Jet EarlyExercise::in_the_money(const Lookup& look, double tau, const Jet& x) const {
  const double wait = at_any_time() ? 0 : tau - look.layer->late;
  const Jet spot =
      math::exponential(x) * Jet(scalar::exp(-terms_.yield * wait) - scalar::exp(-terms_.yield * tau));
  return Jet(sign_of(terms_.side)) *
         (spot - Jet(scalar::exp(-terms_.rate * wait) - scalar::exp(-terms_.rate * tau)));
}

Jet EarlyExercise::premium(const Lookup& look, const Jet& x, const Jet& volatility) const {
  const double sign = sign_of(terms_.side), scale = (kPoints - 1) / (2 * kReach * look.deviation);
  const double at = -sign * x.value * scale + 0.5 * (kPoints - 1);
  if (at > kPoints - 1) return 0.0;
  const CubicWeights point(at, kPoints);
  double value = 0, dp = 0, dpp = 0, dn = 0;
  for (std::size_t t = 0; t < 4; ++t)
    for (std::size_t v = 0; v < 4; ++v) {
      const double* const row =
          slice(look.layer->first + look.time.first + t, look.node.first + v) + point.first;
      double f = 0, slope = 0, bend = 0;
      for (std::size_t k = 0; k < 4; ++k) {
        f += point.weight[k] * row[k];
        slope += point.slope[k] * row[k];
        bend += point.bend[k] * row[k];
      }
      const double w = look.time.weight[t] * look.node.weight[v];
      value += w * f;
      dp += w * slope;
      dpp += w * bend;
      dn += look.time.weight[t] * look.node.slope[v] * f;
    }
  const double away = at - 0.5 * (kPoints - 1), per_log = 1 / node_step(kNodesOfVolatility);
  const double ds = look.inside ? (dn * per_log - dp * away) / volatility.value : 0;
  const double dx = -sign * scale * dp, dxx = scale * scale * dpp;
  return {value, dx * x.dx, dxx * x.dx * x.dx + dx * x.dxx, ds * volatility.ds};
}

Jet EarlyExercise::price(const LognormalMarket& market) const {
  const Jet european = vanilla(Lognormal(market, terms_.expiry_years), terms_.side);
  const double tau = terms_.expiry_years - market.time_years, sign = sign_of(terms_.side);
  if (!is_worth_something() || layer_at(tau) == nullptr) return european;
  const Lookup at = look_up(tau, market.volatility.value);
  const double points = (-sign * market.x.value / (2 * kReach * at.deviation) + 0.5) * (kPoints - 1);
  if (at_any_time() && points <= critical(at)) return Jet(sign) * (math::exponential(market.x) - Jet(1));
  if (points < 0) return european + in_the_money(at, tau, market.x);
  const Jet value = european + premium(at, market.x, market.volatility);
  const Jet intrinsic = Jet(sign) * (math::exponential(market.x) - Jet(1));
  return at_any_time() && value.value < intrinsic.value ? intrinsic : value;
}

std::shared_ptr<const EarlyExercise> EarlyExerciseTables::of(const EarlyExerciseTerms& terms) {
  const auto found = std::ranges::find_if(made_, [&](const auto& one) { return one->terms() == terms; });
  if (found != made_.end()) return *found;
  return made_.emplace_back(std::make_shared<EarlyExercise>(terms));
}

}  // namespace unhedged::instruments
