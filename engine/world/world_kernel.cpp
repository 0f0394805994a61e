#include "engine/market/quotes.hpp"
#include "engine/math/elementary.hpp"
#include "engine/world/kernels.hpp"

namespace unhedged::world::UNHEDGED_ISA {
namespace {

/// Above this ratio of variance to squared mean the exponential branch takes over (Andersen's choice).
constexpr double kSwitch = 1.5;
constexpr double kTiny = 1e-100;

void gbm(double drift, double sd, const Lanes& shock, Lanes& log_spot) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) log_spot[lane] += math::fma(sd, shock[lane], drift);
}

/// Prices out of range, which hardly ever are there, are made in a second pass.
void spot(double today, const Lanes& log_spot, Lanes& out) {
  std::uint64_t beyond = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double x = log_spot[lane];
    beyond |= __builtin_fabs(x) <= math::kPlainExponent ? 0 : 1;
    out[lane] = today * math::plain_exp(x);
  }
  if (beyond == 0) return;
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] = today * math::exp(log_spot[lane]);
}

void mix(double a, const Lanes& x, double b, const Lanes& y, Lanes& out) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] = math::fma(b, y[lane], a * x[lane]);
}

void bachelier(const NormalMove& c, const Lanes& shock, Lanes& log_spot, Lanes& anchor, Lanes& variance) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double price = math::fma(c.growth * anchor[lane], math::exp(log_spot[lane]), c.sd * shock[lane]);
    const double square = price * price;
    const double quote = c.deviation_squared / (square > kTiny ? square : kTiny);
    anchor[lane] = price;
    log_spot[lane] = 0.0;
    variance[lane] = quote < c.largest_quote ? quote : c.largest_quote;
  }
}

void signed_spot(double today, const Lanes& anchor, const Lanes& log_spot, Lanes& spot, Lanes& shown) {
  const double inverse = 1.0 / today;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double price = anchor[lane] * math::exp(log_spot[lane]);
    const double ratio = price * inverse;
    const double log_ratio = math::log(ratio > 1e-17 ? ratio : 1e-17);
    spot[lane] = price;
    shown[lane] = ratio > 1e-17 ? log_ratio : market::kLogOfNothing;
  }
}

void blend(const LaneIndex& mask, std::uint8_t code, const Lanes& other, Lanes& kept) {
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    kept[lane] = mask.value[lane] == code ? other[lane] : kept[lane];
}

/// Moments of the next variance, lane by lane.
struct VarianceMoments {
  Lanes mean, psi;
};

bool moments(const HestonCoefficients& c, const Lanes& v, VarianceMoments& out) {
  int exponential = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double raw = math::fma(v[lane] - c.long_run, c.decay, c.long_run);
    const double mean = raw > kTiny ? raw : kTiny;
    const double psi = math::fma(c.s2_v, v[lane], c.s2_constant) / (mean * mean);
    out.mean[lane] = mean;
    out.psi[lane] = psi;
    exponential += psi > kSwitch ? 1 : 0;
  }
  return exponential > 0;
}

struct Next {
  double variance;
  double log_moment;  ///< log E[exp(A v')], or what makes the correction vanish where it is infinite
};

/// v' = a (b + Z)^2, equations (27)-(28) and proposition 7.
UNHEDGED_INLINE Next quadratic(const HestonCoefficients& c, double mean, double psi, double z,
                               double uncorrected) {
  const double bounded = psi < kSwitch ? psi : kSwitch;
  const double ratio = 2.0 / (bounded > 1e-14 ? bounded : 1e-14);
  const double b2 = ratio - 1.0 + __builtin_sqrt(ratio) * __builtin_sqrt(ratio - 1.0);
  const double a = mean / (1.0 + b2);
  const double root = __builtin_sqrt(b2) + z;
  const double left = math::fma(-2.0 * c.a, a, 1.0);
  const double safe = left > 1e-6 ? left : 1.0;
  const double moment = c.a * b2 * a / safe - 0.5 * math::log(safe);
  return {a * root * root, left > 1e-6 ? moment : uncorrected};
}

/// v' = 0 with probability p, exponential otherwise, equations (29)-(30) and proposition 8.
UNHEDGED_INLINE Next exponential(const HestonCoefficients& c, double mean, double psi, double z,
                                 double uncorrected) {
  const double bounded = psi > kSwitch ? psi : kSwitch;
  const double q = 2.0 / (bounded + 1.0);  // 1 - p
  const double p = 1.0 - q;
  const double beta = q / mean;
  const double upper = math::normal_cdf(-z);  // 1 - U
  const double positive = upper > kTiny ? upper : kTiny;
  const double drawn = (math::log(q) - math::log(positive)) / beta;
  const double gap = beta - c.a;
  const double safe = gap > 1e-6 * beta ? gap : beta;
  const double moment = math::log(p + beta * q / safe);
  return {upper >= q ? 0.0 : drawn, gap > 1e-6 * beta ? moment : uncorrected};
}

/// Log price given both variances; the martingale correction replaces K0.
UNHEDGED_INLINE double next_log_spot(const HestonCoefficients& c, double x, double v, const Next& next,
                                     double z) {
  const double k0 = -next.log_moment - math::fma(0.5, c.k3, c.k1) * v;
  const double spread = __builtin_sqrt(math::fma(c.k4, next.variance, c.k3 * v));
  const double drift = math::fma(c.k2, next.variance, math::fma(c.k1, v, k0 + c.drift_dt));
  return x + math::fma(spread, z, drift);
}

/// log E[exp(A v')] that gives back the uncorrected K0.
UNHEDGED_INLINE double uncorrected_moment(const HestonCoefficients& c, double v) {
  return -c.k0 - math::fma(0.5, c.k3, c.k1) * v;
}

template <bool WithExponential>
void heston_step(const HestonCoefficients& c, const VarianceMoments& m, const Lanes& shock,
                 const Lanes& variance_shock, Lanes& log_spot, Lanes& variance) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double w = shock[lane], b = variance_shock[lane], v = variance[lane];
    const double z_variance = math::fma(c.rho, w, c.rho_bar * b);
    const double z_spot = math::fma(c.rho_bar, w, -c.rho * b);
    const double uncorrected = uncorrected_moment(c, v);
    Next next = quadratic(c, m.mean[lane], m.psi[lane], z_variance, uncorrected);
    if constexpr (WithExponential) {
      const Next other = exponential(c, m.mean[lane], m.psi[lane], z_variance, uncorrected);
      const bool low = m.psi[lane] <= kSwitch;
      next = {low ? next.variance : other.variance, low ? next.log_moment : other.log_moment};
    }
    log_spot[lane] = next_log_spot(c, log_spot[lane], v, next, z_spot);
    variance[lane] = next.variance;
  }
}

void heston(const HestonCoefficients& c, const Lanes& shock, const Lanes& variance_shock, Lanes& log_spot,
            Lanes& variance) {
  VarianceMoments m;
  if (moments(c, variance, m)) heston_step<true>(c, m, shock, variance_shock, log_spot, variance);
  else heston_step<false>(c, m, shock, variance_shock, log_spot, variance);
}

void deterministic(const DeterministicVariance& c, const Lanes& shock, Lanes& log_spot, Lanes& variance) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double excess = variance[lane] - c.long_run;
    const double total = c.dt * math::fma(excess, c.mean_weight, c.long_run);
    log_spot[lane] += math::fma(__builtin_sqrt(total), shock[lane], c.drift_dt - 0.5 * total);
    variance[lane] = math::fma(excess, c.decay, c.long_run);
  }
}

}  // namespace

const WorldKernels world_kernels{gbm, heston, deterministic, bachelier, signed_spot, spot, mix, blend};

}  // namespace unhedged::world::UNHEDGED_ISA
