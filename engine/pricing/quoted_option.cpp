#include "engine/pricing/quoted_option.hpp"

#include <bit>

#include "engine/math/scalar.hpp"

namespace unhedged::pricing {

QuotedOption::QuotedOption(const PricedBook& book, const std::vector<market::ImpliedCurve>& curves,
                           const std::vector<std::vector<bool>>& used, const std::vector<double>& times_years)
    : calls_(book.expiries.front()) {
  for (std::size_t step = 0; step < times_years.size(); ++step) {
    const double tau = calls_.expiry_years - times_years[step];
    auto& row = slices_.emplace_back(curves.size());
    for (std::size_t curve = 0; curve < curves.size(); ++curve)
      if (used[step][curve])
        row[curve] = Slice{bucket_of(calls_, tau, book.carry, curves[curve]),
                           calls_.units * scalar::exp(-book.carry.yield * tau),
                           calls_.cash * scalar::exp(-book.carry.rate * tau)};
  }
}

void QuotedOption::evaluate(std::size_t step, const market::AssetQuotes& quotes, Sensitivities& out) const {
  const auto of_curve = [&](std::size_t curve, Sensitivities& to) {
    const Slice& slice = *slices_[step][curve];
    slice_kernels().whole_option(slice.call, {slice.units, slice.cash},
                                 {quotes.spot, quotes.log_spot, quotes.quote_level},
                                 {to.value.data(), to.delta.data(), to.gamma.data(), to.vega.data()});
  };
  if (std::has_single_bit(quotes.curves_present))
    return of_curve(static_cast<std::size_t>(std::countr_zero(quotes.curves_present)), out);
  Sensitivities one;
  for (std::size_t curve = 0; curve < slices_[step].size(); ++curve) {
    if ((quotes.curves_present >> curve & 1) == 0) continue;
    of_curve(curve, one);
    for (Lanes Sensitivities::*greek :
         {&Sensitivities::value, &Sensitivities::delta, &Sensitivities::gamma, &Sensitivities::vega})
      for (std::size_t lane = 0; lane < kLanes; ++lane)
        if (quotes.curve->value[lane] == curve) (out.*greek)[lane] = (one.*greek)[lane];
  }
}

}  // namespace unhedged::pricing
