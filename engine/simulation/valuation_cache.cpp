#include "engine/simulation/valuation_cache.hpp"

namespace unhedged::simulation {
namespace {

/// Surfaces of two configurations that say the same are not one object.
bool quote_the_same(market::ImpliedCurve one, market::ImpliedCurve other) {
  const bool both = one.surface != nullptr && other.surface != nullptr;
  if (both ? *one.surface != *other.surface : one.surface != other.surface) return false;
  one.surface = other.surface = nullptr;
  return one == other;
}

}  // namespace

bool BookOrigin::operator==(const BookOrigin& other) const {
  return believed == other.believed && greeks == other.greeks && settings == other.settings &&
         times_years == other.times_years && used == other.used && book == other.book &&
         std::ranges::equal(quotes, other.quotes, quote_the_same);
}

bool ContractOrigin::operator==(const ContractOrigin& other) const {
  const auto &one = priced, &two = other.priced;
  return contract == other.contract && used == other.used &&
         one.quoted.volatility_ratio == two.quoted.volatility_ratio && one.quoted.carry == two.quoted.carry &&
         one.spot_today == two.spot_today && one.follows_quotes == two.follows_quotes &&
         one.times_years == two.times_years && one.greeks == two.greeks && one.settings == two.settings &&
         std::ranges::equal(one.curves, two.curves, quote_the_same);
}

std::shared_ptr<pricing::Valuation> ValuationCache::make(const pricing::Believed& believed,
                                                         const pricing::Valued& what) {
  return books_.make(
      {believed, *what.book, *what.quotes, *what.used, what.times_years, what.greeks, what.settings},
      [](const BookOrigin& from) {
        return pricing::make_valuation(from.believed, {&from.book, &from.quotes, &from.used, from.times_years,
                                                       from.greeks, from.settings});
      });
}

std::shared_ptr<pricing::ContractValuation> ValuationCache::make(
    const std::shared_ptr<const instruments::Contract>& contract,
    pricing::ContractValuation::PricedContract what) {
  return contracts_.make({contract, *what.used, std::move(what)}, [](ContractOrigin& from) {
    from.priced.used = &from.used;
    return std::make_shared<pricing::ContractValuation>(from.priced);
  });
}

}  // namespace unhedged::simulation
