#pragma once
#include <algorithm>
#include <cstring>
#include <vector>

#include "engine/instruments/multi_asset.hpp"
#include "engine/market/quotes.hpp"
#include "engine/simulation/attribution_kernels.hpp"

/// What an attribution remembers from one grid time to the next, and its sums.
namespace unhedged::simulation {

/// to += factor * x
inline void add(double factor, const Lanes& x, Lanes& to) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) to[lane] += factor * x[lane];
}

/// Whether all numbers are the same.
inline bool are_same(const Lanes& a, const Lanes& b) {
  int differ = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) differ |= a[lane] != b[lane] ? 1 : 0;
  return differ == 0;
}

/// Quotes that outlive their moment.
struct KeptQuotes {
  Lanes log_spot{}, spot{}, quote_level{};
  LaneIndex curve{};
  std::uint64_t curves_present = 1;

  void keep(const market::AssetQuotes& quotes) {
    log_spot = *quotes.log_spot;
    spot = *quotes.spot;
    if (std::ranges::any_of(quotes.curves, &market::ImpliedCurve::moves_with_level))
      quote_level = *quotes.quote_level;
    curve = *quotes.curve;
    curves_present = quotes.curves_present;
  }
  /// Prices of one moment under the quotes of another.
  static market::AssetQuotes mixed(const market::AssetQuotes& prices, market::AssetQuotes quotes) {
    quotes.log_spot = prices.log_spot;
    quotes.spot = prices.spot;
    return quotes;
  }
  market::AssetQuotes as(const market::AssetQuotes& like) const {
    market::AssetQuotes out = like;
    out.log_spot = &log_spot;
    out.spot = &spot;
    out.quote_level = &quote_level;
    out.curve = &curve;
    out.curves_present = curves_present;
    return out;
  }
  bool has_quotes_of(const market::AssetQuotes& now) const {
    if (std::memcmp(&curve, now.curve, sizeof curve) != 0) return false;
    return std::ranges::none_of(now.curves, &market::ImpliedCurve::moves_with_level) ||
           are_same(quote_level, *now.quote_level);
  }
};

/// What is remembered of an asset from one grid time to the next, and what its book has come to.
struct AssetTrack {
  BookSums sums{};
  KeptQuotes quotes{};
  Lanes cash{}, value{}, delta{};  // of all
  bool has_extras = false;         // something besides the netted book
  bool is_of_several = false;      // some option on it has other assets as well
  Lanes netted{}, netted_delta{};  // the same as of all where there are no extras
  Lanes coins{}, margin_delta{}, perpetual{}, funding{};
  Lanes extra_theta{}, extra_gamma{};
};

/// Of an option on several assets: deltas of the time before.
struct MultiAssetTrack {
  const instruments::MultiAssetOption* option;
  std::vector<Lanes> delta;  // [leg]
};

/// The same of the lines of a hedger in an asset.
struct DeskTrack {
  struct LineTrack {
    std::size_t line;
    Lanes units{}, price{}, funding{}, delta{};
  };
  HedgeSums sums{};
  std::vector<LineTrack> lines;
  Exposure open{};
  Lanes gap{};  // of the belief, at its last look
  bool has_gap = false;
};

}  // namespace unhedged::simulation
