#include "engine/math/elementary.hpp"
#include "engine/simulation/option_kernels.hpp"

namespace unhedged::simulation::UNHEDGED_ISA {
namespace {

void shift(const market::AssetQuotes& quotes, const Lanes& log_reference, const Lanes& inverse,
           Lanes& log_spot, Lanes& spot) {
  const double *x = quotes.log_spot->data(), *s = quotes.spot->data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    log_spot[lane] = x[lane] - log_reference[lane];
    spot[lane] = s[lane] * inverse[lane];
  }
}

void strike(const market::AssetQuotes& quotes, double per_today, Lanes& reference, Lanes& inverse,
            Lanes& log_reference) {
  const double *x = quotes.log_spot->data(), *s = quotes.spot->data();
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const bool there = s[lane] > 0.0;
    const double now = s[lane] * per_today;
    reference[lane] = there ? now : reference[lane];
    inverse[lane] = there ? 1.0 / now : inverse[lane];
    log_reference[lane] = there ? x[lane] : log_reference[lane];
  }
}

void half_spread(const QuotedSpread& of, const Lanes& vega, const Lanes& price, const Lanes& now,
                 Lanes& out) {
  const bool moves = of.today > 0.0;
  const double still = moves ? 0.0 : of.volatility, moving = moves ? of.volatility / of.today : 0.0;
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double quoted = math::fma(moving, now[lane], still);
    const double at = price[lane] > 0.0 ? price[lane] : 1.0;
    const double part = quoted * vega[lane] / at, most = part > 1.0 ? 1.0 : part;
    out[lane] = price[lane] > 0.0 ? most : 0.0;
  }
}

void scale(const Lanes& by, Lanes& x) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) x[lane] *= by[lane];
}

}  // namespace

const OptionKernels option_kernels{shift, strike, half_spread, scale};

}  // namespace unhedged::simulation::UNHEDGED_ISA
