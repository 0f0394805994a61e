#include "engine/hedging/strategy_kernels.hpp"
#include "engine/math/elementary.hpp"

namespace unhedged::hedging::UNHEDGED_ISA {
namespace {

void quote(const QuoteLaw& law, const market::AssetQuotes& quotes, Lanes& volatility) {
  const double* level = quotes.quote_level->data();
  const std::uint8_t* curve = quotes.curve->value;
  double* out = volatility.data();
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const std::size_t k = curve[lane] % QuoteLaw::kMost;
    const double variance = law.constant[k] + law.slope[k] * level[lane];
    const double quoted = law.factor[k] * __builtin_sqrt(variance > 0.0 ? variance : 0.0);
    out[lane] = quoted > market::kSmallestVolatility ? quoted : market::kSmallestVolatility;
  }
}

void exposure(const Lanes& units, const Lanes& spot, const Lanes& volatility, Lanes& out) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] = units[lane] * (spot[lane] * volatility[lane]);
}

void add(double weight, const Lanes& x, Lanes& sum) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) sum[lane] = math::fma(weight, x[lane], sum[lane]);
}

void in_units(const Lanes& delta, const Lanes& exposure, const Lanes& spot, const Lanes& volatility,
              Lanes& out) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double unit = spot[lane] * volatility[lane];
    const double more = exposure[lane] / (unit > 0.0 ? unit : 1.0);
    out[lane] = unit > 0.0 ? delta[lane] + more : delta[lane];
  }
}

void average(double keep, double add, const Lanes& log_spot, Lanes& last, Lanes& variance) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double move = log_spot[lane] - last[lane];
    variance[lane] = math::fma(keep, variance[lane], add * (move * move));
    last[lane] = log_spot[lane];
  }
}

void root(const Lanes& variance, Lanes& volatility) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) volatility[lane] = __builtin_sqrt(variance[lane]);
}

void limit(const PositionLimit& law, const Lanes& volatility, const Lanes& delta, Lanes& out) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double above = volatility[lane] > law.reference ? volatility[lane] : law.reference;
    const double ratio = law.reference / above;
    const double cut = law.power == 1.0 ? ratio : math::exp(law.power * math::log(ratio));
    const double most = law.most * cut, wanted = -delta[lane];
    const double below = wanted > most ? most : wanted;
    out[lane] = below < -most ? -most : below;
  }
}

UNHEDGED_INLINE double within(double x, double most) {
  const double below = x > most ? most : x;
  return below < -most ? -most : below;
}

void against(const Lanes& book, const Lanes& option, double most, Lanes& units) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const bool any = option[lane] != 0.0;
    const double ratio = -book[lane] / (any ? option[lane] : 1.0);
    units[lane] = any ? within(ratio, most) : 0.0;
  }
}

void against_both(const GammaVega& book, const GammaVega& one, const GammaVega& other, double most,
                  Lanes& units, Lanes& of_other) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double gamma = (*book.gamma)[lane], vega = (*book.vega)[lane];
    const double gamma_1 = (*one.gamma)[lane], vega_1 = (*one.vega)[lane];
    const double gamma_2 = (*other.gamma)[lane], vega_2 = (*other.vega)[lane];
    const double left = gamma_1 * vega_2, right = gamma_2 * vega_1, determinant = left - right;
    const double least = kLeastDeterminant * (__builtin_fabs(left) + __builtin_fabs(right));
    const bool two = __builtin_fabs(determinant) > least, any = vega_1 != 0.0;
    const double over = two ? determinant : 1.0;
    const double first = (gamma_2 * vega - vega_2 * gamma) / over;
    const double second = (vega_1 * gamma - gamma_1 * vega) / over;
    const double alone = any ? -vega / (any ? vega_1 : 1.0) : 0.0;
    units[lane] = within(two ? first : alone, most);
    of_other[lane] = two ? within(second, most) : 0.0;
  }
}

void add_product(const Lanes& x, const Lanes& y, Lanes& sum) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) sum[lane] = math::fma(x[lane], y[lane], sum[lane]);
}

}  // namespace

const StrategyKernels strategy_kernels{quote, exposure, add,     in_units,     average,
                                       root,  limit,    against, against_both, add_product};

}  // namespace unhedged::hedging::UNHEDGED_ISA
