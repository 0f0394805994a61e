#include "engine/market/quote_arbitrage.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/elementary.hpp"
#include "engine/math/scalar.hpp"

namespace unhedged::market {
namespace {

constexpr double kRounding = 2e-4;  ///< of a volatility, for two quotes rounded to 0.01 %

/// A call over the forward, at a strike over the forward.
struct QuotedPrice {
  double strike, value;
  double slack;  ///< what rounding may change
  std::size_t quote;
};

QuotedPrice price_of(const VolQuote& quote, std::size_t index) {
  const double root = std::sqrt(quote.expiry_years), sd = quote.volatility * root;
  const double d1 = -quote.k / sd + 0.5 * sd, strike = scalar::exp(quote.k);
  const double density = scalar::exp(-0.5 * d1 * d1) / std::sqrt(2 * M_PI);
  return {strike, math::normal_cdf(d1) - strike * math::normal_cdf(d1 - sd),
          kRounding * root * density + 1e-12, index};
}

using Prices = std::vector<QuotedPrice>;

double line(const QuotedPrice& a, const QuotedPrice& b, double strike) {
  return a.value + (b.value - a.value) / (b.strike - a.strike) * (strike - a.strike);
}

void within(const Prices& p, std::vector<Arbitrage>& out) {
  for (std::size_t i = 0; i + 1 < p.size(); ++i) {
    const double fall = p[i].value - p[i + 1].value, slack = p[i].slack + p[i + 1].slack;
    if (fall < -slack || fall > p[i + 1].strike - p[i].strike + slack)
      out[p[i + 1].quote] = Arbitrage::spread;
  }
  for (std::size_t i = 1; i + 1 < p.size(); ++i)
    if (p[i].value >
        line(p[i - 1], p[i + 1], p[i].strike) + p[i].slack + std::max(p[i - 1].slack, p[i + 1].slack))
      out[p[i].quote] = Arbitrage::butterfly;
}

/// The least that a convex price through these may be at a strike within them; 0 where nothing is known.
double least(const Prices& p, double strike) {
  double out = std::max(0.0, 1 - strike);
  for (std::size_t i = 0; i + 1 < p.size(); ++i)
    if (strike <= p[i].strike || strike >= p[i + 1].strike) out = std::max(out, line(p[i], p[i + 1], strike));
  return strike < p.front().strike || strike > p.back().strike ? 0 : out;
}

double slack_near(const Prices& p, double strike) {
  const auto nearest =
      std::ranges::min_element(p, {}, [&](const QuotedPrice& x) { return std::abs(x.strike - strike); });
  return 4 * nearest->slack;
}

}  // namespace

std::vector<Arbitrage> arbitrage_in(const std::vector<VolQuote>& quotes) {
  std::vector<Arbitrage> out(quotes.size(), Arbitrage::none);
  std::vector<double> expiries;
  for (const VolQuote& quote : quotes) expiries.push_back(quote.expiry_years);
  std::ranges::sort(expiries);
  expiries.erase(std::unique(expiries.begin(), expiries.end()), expiries.end());
  Prices before;
  for (const double expiry : expiries) {
    Prices now;
    for (std::size_t i = 0; i < quotes.size(); ++i)
      if (quotes[i].expiry_years == expiry) now.push_back(price_of(quotes[i], i));
    std::ranges::sort(now, {}, &QuotedPrice::strike);
    within(now, out);
    for (const QuotedPrice& price : now)
      if (!before.empty() &&
          price.value < least(before, price.strike) - price.slack - slack_near(before, price.strike))
        out[price.quote] = Arbitrage::calendar;
    before = std::move(now);
  }
  return out;
}

}  // namespace unhedged::market
