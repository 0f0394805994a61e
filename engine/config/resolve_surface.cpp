#include <algorithm>
#include <cmath>
#include <set>

#include "engine/config/resolve.hpp"
#include "engine/market/quote_arbitrage.hpp"
#include "engine/math/elementary.hpp"
#include "engine/math/scalar.hpp"

namespace unhedged::config {
namespace {

constexpr double kSameExpiryYears = 1e-9, kSameStrike = 1e-9;
constexpr std::size_t kMostRows = 10'000, kMostExpiries = 100;
constexpr std::size_t kFewestQuotes = 3;  ///< of an expiry: level, slope and curvature
constexpr double kPoorFit = 0.01;         ///< a volatility missed by more is worth a warning

std::string points(double volatility) {
  return format_number(std::round(1e4 * volatility) / 100) + " vol points";
}

/// One asset's surface: from rows to slices, with all that can be wrong with them.
class SurfaceBuilder {
 public:
  SurfaceBuilder(const AssetSpec& asset, const MarketContext& market, std::string path, Findings& findings)
      : asset_(asset),
        market_(market),
        rows_(asset.surface->rows),
        path_(std::move(path)),
        findings_(findings) {}

  TodaysSurface build() {
    if (rows_.empty())
      return refused(path_, asset_.surface->file ? "names a file, which cannot be read here: list the quotes"
                                                 : "is empty");
    if (rows_.size() > kMostRows)
      return refused(path_, "has " + std::to_string(rows_.size()) + " rows, at most 10 000 are read");
    if (!check_shapes()) return {};
    read_expiries();
    if (const std::size_t count = expiries(); count > kMostExpiries)
      return refused(path_, "has " + std::to_string(count) + " expiries, at most " +
                                std::to_string(kMostExpiries) + " are fitted");
    return listed(rows_.front()) ? from_quotes() : from_term_structure();
  }

 private:
  static bool listed(const QuoteSpec& row) { return row.strike || row.delta; }
  std::string place(std::size_t row) const { return element(path_, row); }

  TodaysSurface refused(const std::string& path, const std::string& message) {
    findings_.add_at(path, message);
    return {};
  }

  bool check_shapes() {
    bool sound = true;
    const auto refuse = [&](std::size_t row, const char* key, const std::string& message) {
      findings_.add_at(join(place(row), key), message);
      sound = false;
    };
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const QuoteSpec& row = rows_[i];
      if (row.strike && row.delta) refuse(i, "delta", "stands beside a strike; a quote has one of them");
      if (listed(row) && row.skew) refuse(i, "skew", "belongs to a row without strike and delta");
      if (listed(row) && row.curvature) refuse(i, "curvature", "belongs to a row without strike and delta");
      if (listed(row) != listed(rows_.front()))
        refuse(i, "strike",
               "quotes (with strike or delta) and expiries of a term structure (without) cannot be mixed");
    }
    return sound;
  }

  void read_expiries() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const double years = expiry_years(rows_[i].expiry, market_, join(place(i), "expiry"), findings_);
      const auto same =
          std::ranges::find_if(expiry_, [years](double e) { return std::abs(e - years) < kSameExpiryYears; });
      expiry_.push_back(same == expiry_.end() ? years : *same);
    }
  }

  std::size_t expiries() const { return std::set<double>(expiry_.begin(), expiry_.end()).size(); }

  /// log(strike / forward)
  double moneyness(std::size_t row) const {
    const QuoteSpec& quote = rows_[row];
    const double sd = quote.volatility * std::sqrt(expiry_[row]);
    if (quote.delta) return sd * (0.5 * sd - math::normal_quantile(*quote.delta));
    const double strike = quote.strike->is_relative ? quote.strike->value : quote.strike->value / asset_.spot;
    return scalar::log(strike) - (asset_.rate - asset_.yield) * expiry_[row];
  }

  bool check_quotes(const std::vector<market::VolQuote>& quotes) {
    bool sound = true;
    for (std::size_t i = 0; i < quotes.size(); ++i) {
      std::size_t count = 0;
      bool first = true;
      for (std::size_t j = 0; j < quotes.size(); ++j) {
        if (quotes[j].expiry_years != quotes[i].expiry_years) continue;
        first = first && j >= i;
        const bool same = std::abs(quotes[j].k - quotes[i].k) < kSameStrike;
        if (same && j < i) {
          findings_.add_at(place(i), "the same expiry and strike as in " + place(j) + " again");
          sound = false;
        }
        count += same && j != i ? 0 : 1;
      }
      if (!first || count >= kFewestQuotes) continue;
      findings_.add_at(join(place(i), "expiry"),
                       "this expiry has " + std::to_string(count) + (count == 1 ? " quote" : " quotes") +
                           "; three strikes are needed for level, slope and curvature");
      sound = false;
    }
    return sound;
  }

  TodaysSurface from_quotes() {
    std::vector<market::VolQuote> quotes;
    for (std::size_t i = 0; i < rows_.size(); ++i)
      quotes.push_back({expiry_[i], moneyness(i), rows_[i].volatility});
    if (findings_.failed() || !check_quotes(quotes)) return {};
    const market::SurfaceFit fit = market::fit_surface(quotes);
    warn_of_arbitrage(market::arbitrage_in(quotes));
    warn_of_misfit(fit, [&](const market::SliceError& error) {
      return place(error.worst_quote) + " asks " + format_number(100 * quotes[error.worst_quote].volatility) +
             " %";
    });
    return finished(fit);
  }

  TodaysSurface from_term_structure() {
    std::vector<market::SurfaceSlice> slices;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      slices.push_back(market::slice_at_the_money(expiry_[i], rows_[i].volatility, rows_[i].skew.value_or(0),
                                                  rows_[i].curvature.value_or(0)));
      for (std::size_t j = 0; j < i; ++j)
        if (expiry_[j] == expiry_[i])
          return refused(join(place(i), "expiry"), "the same expiry as in " + place(j) + " again");
    }
    if (findings_.failed()) return {};
    std::ranges::sort(slices, {}, &market::SurfaceSlice::expiry_years);
    const market::SurfaceFit fit = market::without_arbitrage(slices);
    warn_of_misfit(fit, [&](const market::SliceError& error) {
      return "the expiry in " + format_number(error.expiry_years * market_.calendar.days_per_year) + " d";
    });
    return finished(fit);
  }

  void warn_of_arbitrage(const std::vector<market::Arbitrage>& found) {
    using market::Arbitrage;
    const auto first = std::ranges::find_if(found, [](Arbitrage a) { return a != Arbitrage::none; });
    if (first == found.end()) return;
    const auto count = found.size() - static_cast<std::size_t>(std::ranges::count(found, Arbitrage::none));
    const char* what = *first == Arbitrage::butterfly  ? "it is dearer than its neighbours in strike allow"
                       : *first == Arbitrage::calendar ? "it is cheaper than the expiry before allows"
                                                       : "its price does not fall with the strike as it must";
    findings_.warn_at(place(static_cast<std::size_t>(first - found.begin())),
                      std::to_string(count) + " of " + std::to_string(found.size()) +
                          " quotes leave room for arbitrage, this one first: " + what +
                          "; the fitted surface leaves none");
  }

  template <class Words>
  void warn_of_misfit(const market::SurfaceFit& fit, Words words) {
    const auto worst =
        std::ranges::max_element(fit.errors, {}, [](const auto& e) { return std::abs(e.worst); });
    if (std::abs(worst->worst) <= kPoorFit) return;
    const std::string where = listed(rows_.front()) ? place(worst->worst_quote) : path_;
    findings_.warn_at(where, "the surface misses the quotes by up to " + points(std::abs(worst->worst)) +
                                 ": " + words(*worst) + ", the surface is " +
                                 (worst->worst > 0 ? "above" : "below") +
                                 (fit.constrained ? "; without arbitrage there is none nearer" : ""));
  }

  static TodaysSurface finished(const market::SurfaceFit& fit) {
    return {std::make_shared<const market::VolSurface>(fit.slices), fit.errors};
  }

  const AssetSpec& asset_;
  const MarketContext& market_;
  const std::vector<QuoteSpec>& rows_;
  std::string path_;
  Findings& findings_;
  std::vector<double> expiry_;  // [row], years
};

}  // namespace

void resolve_surfaces(MarketContext& market, Findings& findings) {
  market.surfaces.resize(market.assets.size());
  for (std::size_t a = 0; a < market.assets.size(); ++a) {
    AssetSpec& asset = market.assets[a];
    const std::string path = join("market.assets", market.names[a]);
    if (asset.surface)
      market.surfaces[a] = SurfaceBuilder(asset, market, join(path, "surface"), findings).build();
    else if (asset.implied_vol <= 0)
      findings.add_at(join(path, "implied_vol"),
                      "is missing: today's implied volatility, or a surface of them");
    if (asset.implied_vol > 0) continue;
    const auto& surface = market.surfaces[a].surface;
    asset.implied_vol = surface ? surface->volatility(kQuotedLife, 0) : 1;
  }
}

double quote_today(const MarketContext& market, std::size_t asset, double strike, double years) {
  const AssetSpec& today = market.assets[asset];
  const auto& surface = market.surfaces[asset].surface;
  if (!surface) return today.implied_vol;
  return surface->volatility(years, scalar::log(strike / today.spot) - (today.rate - today.yield) * years);
}

}  // namespace unhedged::config
