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
      if (!complaint.empty())
        findings.warn_at(path_of(regime, assets[a].name, join(join(path, "regimes"), name)),
                         assets[a].name + " " + complaint);
    }
}

}  // namespace unhedged::config
