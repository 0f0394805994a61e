#include "engine/config/smile_warnings.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/scalar.hpp"

namespace unhedged::config {
namespace {

constexpr double kDeviations = 5;
constexpr int kPoints = 400;          ///< moneynesses that are looked at
constexpr double kDifference = 1e-3;  ///< of the numerical derivatives, in units of the root of the life
constexpr double kNegligible = 1e-9;  ///< arbitrage smaller than this is rounding
/// Of today's quote: VIX, VXO, OVX and their like went to less than six times in the crises of the scenario
/// library (docs/methods/quotes.md).
constexpr double kMostOfToday = 6;

/// An expiry at one instant.
struct View {
  double expiry_years, tau_years;
  double low, high;  ///< moneynesses log(strike / forward) of its strikes, wherever the spot may be
  double low_strike, high_strike;
};

/// A place that a message names.
struct SmilePoint {
  View view;
  double k;
};

class SmileReader {
 public:
  SmileReader(const market::ImpliedCurve& curve, const simulation::AssetPlan& asset, const TimeGrid& grid,
              const Calendar& calendar)
      : curve_(curve), asset_(asset), grid_(grid), calendar_(calendar) {}

  /// What is wrong with the quotes, empty if nothing is.
  std::string complaint() const {
    // without a smile total variance grows with life, whatever the level
    if (!curve_.surface && curve_.skew == 0 && curve_.curvature == 0) return "";
    std::optional<SmilePoint> floor, butterfly;
    std::string calendar;
    const double horizon = grid_.horizon_years();
    for (const double time : {0.0, 0.5 * horizon, horizon}) {
      const std::vector<View> views = views_at(time);
      for (const View& view : views) {
        if (!has_smile(view.tau_years)) continue;
        if (!floor) floor = find(view, [&](double k) { return is_smallest(view.tau_years, k); });
        // A surface that a regime only scales is what was asked for; a smile that it states is looked at.
        const bool states_smile = curve_.skew != 0 || curve_.curvature != 0;
        if (states_smile && !butterfly)
          butterfly = find(view, [&](double k) { return density_is_negative(view.tau_years, k); });
      }
      for (std::size_t i = 0; calendar.empty() && i + 1 < views.size(); ++i)
        calendar = calendar_between(views[i], views[i + 1]);
    }
    std::string out;
    const auto add = [&](const std::string& text) { out += (out.empty() ? "" : "; ") + text; };
    if (floor)
      add("quotes " + format_number(100 * market::kSmallestVolatility) + " %, the smallest volatility, at " +
          text_of(*floor) + " because the smile falls to zero there");
    if (butterfly) add("allows butterfly arbitrage (a negative density) at " + text_of(*butterfly));
    if (!calendar.empty()) add(calendar);
    return out;
  }

 private:
  double level() const { return curve_.long_run; }
  double volatility(double tau, double k) const { return curve_.volatility(tau, level(), k); }
  double variance(double tau, double k) const { return volatility(tau, k) * volatility(tau, k) * tau; }
  bool is_smallest(double tau, double k) const { return volatility(tau, k) <= market::kSmallestVolatility; }

  bool has_smile(double tau) const {
    const double root = std::sqrt(tau), centre = volatility(tau, 0);
    for (const double y : {-1.0, 0.1, 1.0})
      if (volatility(tau, y * root) != centre) return true;
    return false;
  }

  /// The expiries alive at a time; those that end before the horizon at the last grid time of their life.
  std::vector<View> views_at(double time) const {
    std::vector<View> out;
    for (const instruments::ExpiryBucket& bucket : asset_.book.buckets) {
      const double seen = std::min(time, bucket.expiry_years - grid_.dt_years);
      const double tau = bucket.expiry_years - seen;
      if (bucket.calls.empty() || seen < 0 || (time > 0 && seen < 0.5 * time)) continue;
      const double forward = asset_.spot * scalar::exp((asset_.carry.rate - asset_.carry.yield) * tau);
      const double reach = kDeviations * volatility(std::max(seen, grid_.dt_years), 0) * std::sqrt(seen);
      const double first = bucket.calls.front().strike, last = bucket.calls.back().strike;
      const double low = scalar::log(first / forward) - reach, high = scalar::log(last / forward) + reach;
      out.push_back({bucket.expiry_years, tau, low, high, first, last});
    }
    return out;
  }

  /// The place nearest to the money where `wrong` holds.
  template <class Wrong>
  static std::optional<SmilePoint> find(const View& view, Wrong wrong) {
    std::optional<SmilePoint> found;
    for (int i = 0; i <= kPoints; ++i) {
      const double k = view.low + (view.high - view.low) * i / kPoints;
      if ((!found || std::abs(k) < std::abs(found->k)) && wrong(k)) found = SmilePoint{view, k};
    }
    return found;
  }

  /// g(k) = (1 - k w' / 2w)^2 - w'^2 / 4 (1 / w + 1 / 4) + w'' / 2 below zero, w the total variance.
  bool density_is_negative(double tau, double k) const {
    const double h = kDifference * std::sqrt(tau);
    if (is_smallest(tau, k) || is_smallest(tau, k - h) || is_smallest(tau, k + h)) return false;
    const double w = variance(tau, k), below = variance(tau, k - h), above = variance(tau, k + h);
    const double slope = (above - below) / (2 * h), bend = (above - 2 * w + below) / (h * h);
    const double root = 1 - k * slope / (2 * w);
    return root * root - 0.25 * slope * slope * (1 / w + 0.25) + 0.5 * bend < -1e-6;
  }

  std::string calendar_between(const View& near, const View& far) const {
    if (near.tau_years >= far.tau_years) return "";
    View both = near;
    both.low = std::max(near.low, far.low), both.high = std::min(near.high, far.high);
    if (both.low > both.high) return "";
    const auto place = find(both, [&](double k) {
      return variance(near.tau_years, k) > variance(far.tau_years, k) * (1 + kNegligible);
    });
    if (!place) return "";
    return "allows calendar arbitrage (total variance falls up to the expiry of " + days(far.expiry_years) +
           ") at " + text_of(*place);
  }

  std::string days(double years) const {
    return format_number(rounded(years * calendar_.days_per_year)) + " d";
  }
  static double rounded(double x) { return std::round(x * 100) / 100; }

  /// Expiry and life, the moneyness, and a strike that is there at some spot.
  std::string text_of(const SmilePoint& place) const {
    const View& v = place.view;
    const double forward_factor = scalar::exp((asset_.carry.rate - asset_.carry.yield) * v.tau_years);
    const double moneyness = scalar::exp(place.k);
    const double strike = std::clamp(asset_.spot * forward_factor * moneyness, v.low_strike, v.high_strike);
    const double spot = strike / moneyness / forward_factor;
    return "expiry " + days(v.expiry_years) + ", strike " + format_number(rounded(strike)) + " (" +
           format_number(rounded(100 * moneyness)) + " % of the forward, a spot of " +
           format_number(rounded(spot)) + ", " + days(v.tau_years) + " to live)";
  }

  const market::ImpliedCurve& curve_;
  const simulation::AssetPlan& asset_;
  const TimeGrid& grid_;
  const Calendar& calendar_;
};

/// Quote at the money over today's for what lives so long, where it is highest: at the variance the regime is
/// entered with or at the one it returns to.
double multiple_of_today(const world::AssetRegime& regime, double tau_years, double today) {
  double level = regime.curve.long_run;
  if (regime.resets_variance) level = std::max(level, models::initial_variance(regime.dynamics));
  const market::AffineVariance v = regime.curve.variance(tau_years);
  return (1 + regime.curve.premium) * std::sqrt(v.constant + v.slope * level) / today;
}

/// Says of the expiry that is quoted at the highest multiple of today's, if that is too high.
std::string high_quote(const world::AssetRegime& regime, const simulation::AssetPlan& asset,
                       const Calendar& calendar) {
  double most = 0, expiry = 0;
  for (const instruments::ExpiryBucket& bucket : asset.book.buckets) {
    if (bucket.calls.empty()) continue;
    const double multiple = multiple_of_today(regime, bucket.expiry_years, asset.implied_volatility);
    if (multiple > most) most = multiple, expiry = bucket.expiry_years;
  }
  if (most <= kMostOfToday * (1 + kNegligible)) return "";
  const auto rounded = [](double x, double to) { return format_number(std::round(x * to) / to); };
  const double premium = (1 + regime.curve.premium) * kMostOfToday / most - 1;
  const double today = asset.surface ? asset.surface->volatility(expiry, 0) : asset.implied_volatility;
  return asset.name + " is quoted " + rounded(100 * most * today, 1) + " % at the money for the expiry of " +
         rounded(expiry * calendar.days_per_year, 100) + " d, " + rounded(most, 10) + " times today's " +
         rounded(100 * today, 10) + " %: quotes take the regime as lasting; set implied_vol." + asset.name +
         ".premium to what the market would believe (" + rounded(std::floor(1000 * premium) / 10, 10) +
         " % quotes " + format_number(kMostOfToday) + " times)";
}

/// Where the quotes of an asset are stated.
std::string path_of(const RegimeSpec& regime, const std::string& asset, const std::string& path) {
  const bool own =
      std::ranges::any_of(regime.implied_vol, [&](const auto& entry) { return entry.first == asset; });
  return join(join(path, "implied_vol"), own ? asset : "default");
}

}  // namespace

void warn_of_smiles(const ScenarioSpec& spec, const world::Scenario& scenario,
                    const std::vector<simulation::AssetPlan>& assets, const Calendar& calendar,
                    const std::string& path, Findings& findings) {
  for (std::size_t r = 0; r < scenario.regimes.size(); ++r)
    for (std::size_t a = 0; a < assets.size(); ++a) {
      const SmileReader reader(scenario.regimes[r].assets[a].curve, assets[a], scenario.grid, calendar);
      const std::string complaint = reader.complaint();
      const auto& [name, regime] = spec.regimes[r];
      const std::string where = path_of(regime, assets[a].name, join(join(path, "regimes"), name));
      if (!complaint.empty()) findings.warn_at(where, assets[a].name + " " + complaint);
      const std::string high = high_quote(scenario.regimes[r].assets[a], assets[a], calendar);
      if (!high.empty()) findings.warn_at(where, high);
    }
}

}  // namespace unhedged::config
