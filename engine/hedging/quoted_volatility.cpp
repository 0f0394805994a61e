#include <bit>
#include <cmath>

#include "engine/core/calendar.hpp"
#include "engine/hedging/strategy_kernels.hpp"

namespace unhedged::hedging {

void quoted_volatility(const market::AssetQuotes& quotes, Lanes& out) {
  QuoteLaw law;
  for (std::uint64_t left = quotes.curves_present; left != 0; left &= left - 1) {
    const auto k = static_cast<std::size_t>(std::countr_zero(left));
    const market::ImpliedCurve& curve = quotes.curves[k];
    const market::AffineVariance variance = curve.variance(kQuotedLife);
    law.constant[k] = variance.constant;
    law.slope[k] = variance.slope;
    law.factor[k] = 1 + curve.premium;
    if (curve.surface) law.factor[k] *= curve.surface->volatility(kQuotedLife, 0) / curve.reference;
  }
  strategy_kernels().quote(law, quotes, out);
}

}  // namespace unhedged::hedging
