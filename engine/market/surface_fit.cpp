#include "engine/market/surface_fit.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/least_squares.hpp"
#include "engine/math/scalar.hpp"

namespace unhedged::market {
namespace {

constexpr double kRounding = 1e-11;  ///< of conditions that a fit without constraints meets with equality
constexpr double kSmallestSlope = 1e-10;
constexpr double kSteepest = 1.999;  ///< of a wing; 2 is Lee's bound

/// Quotes that no surface meets leave a sum of squares of which a billionth is nothing to look for.
constexpr math::Patience kPatience{1e-7, 40};
constexpr std::size_t kConditions = 6;
constexpr double kAway = 1e-5;  ///< from where a gradient vanishes

using Slices = std::vector<SurfaceSlice>;

/// Quotes of one expiry and their places in the list.
struct QuotedExpiry {
  double expiry_years;
  std::vector<std::size_t> index;
};

std::vector<QuotedExpiry> grouped(const std::vector<VolQuote>& quotes) {
  std::vector<QuotedExpiry> groups;
  for (std::size_t i = 0; i < quotes.size(); ++i) {
    auto found = std::ranges::find(groups, quotes[i].expiry_years, &QuotedExpiry::expiry_years);
    if (found == groups.end()) found = groups.insert(found, QuotedExpiry{quotes[i].expiry_years, {}});
    found->index.push_back(i);
  }
  std::ranges::sort(groups, {}, &QuotedExpiry::expiry_years);
  return groups;
}

SurfaceSlice slice_from_wings(double expiry_years, double theta, double left, double right) {
  return {expiry_years, theta, right + left, right - left};
}

// ------------------------------------------------------------------ one expiry by itself

/// Level, slope and half the second derivative at the money of the parabola nearest to the quotes.
struct Parabola {
  double level, slope, bend;
};

Parabola parabola(const std::vector<VolQuote>& quotes, const QuotedExpiry& group) {
  const math::Residuals distance = [&](const std::vector<double>& x, std::vector<double>& out) {
    for (std::size_t i = 0; i < group.index.size(); ++i) {
      const VolQuote& q = quotes[group.index[i]];
      out[i] = x[0] + q.k * (x[1] + q.k * x[2]) - q.volatility;
    }
  };
  const auto found = math::least_squares(distance, {0.3, 0, 0}, group.index.size());
  return {found.x[0], found.x[1], found.x[2]};
}

double nearest_volatility(const std::vector<VolQuote>& quotes, const QuotedExpiry& group) {
  const auto nearest =
      std::ranges::min_element(group.index, {}, [&](std::size_t i) { return std::abs(quotes[i].k); });
  return quotes[*nearest].volatility;
}

std::vector<SurfaceSlice> starts(const std::vector<VolQuote>& quotes, const QuotedExpiry& group) {
  const double tau = group.expiry_years, root = std::sqrt(tau), nearest = nearest_volatility(quotes, group);
  const Parabola p = parabola(quotes, group);
  Slices out{slice_at_the_money(tau, nearest, 0, 0.3 * nearest),
             slice_at_the_money(tau, nearest, -0.2 * nearest, 0.1 * nearest)};
  if (p.level > 0.2 * nearest && p.level < 5 * nearest)
    out.push_back(slice_at_the_money(tau, p.level, p.slope * root, std::max(0.01 * p.level, p.bend * tau)));
  return out;
}

/// x = (log theta, root of the left slope, root of the right one)
SurfaceSlice from_roots(double expiry_years, const std::vector<double>& x) {
  return slice_from_wings(expiry_years, scalar::exp(x[0]), x[1] * x[1], x[2] * x[2]);
}

SurfaceSlice fit_alone(const std::vector<VolQuote>& quotes, const QuotedExpiry& group) {
  const math::Residuals distance = [&](const std::vector<double>& x, std::vector<double>& out) {
    const SurfaceSlice slice = from_roots(group.expiry_years, x);
    for (std::size_t i = 0; i < group.index.size(); ++i)
      out[i] = slice.volatility(quotes[group.index[i]].k) - quotes[group.index[i]].volatility;
  };
  math::LeastSquares best{{}, INFINITY};
  for (const SurfaceSlice& start : starts(quotes, group)) {
    const double least = 1e-4 * start.theta;
    const math::LeastSquares found =
        math::least_squares(distance,
                            {scalar::log(start.theta), std::sqrt(std::max(least, start.left())),
                             std::sqrt(std::max(least, start.right()))},
                            group.index.size());
    if (found.sum_of_squares < best.sum_of_squares) best = found;
  }
  return from_roots(group.expiry_years, best.x);
}

// ------------------------------------------------------------------ all expiries under the conditions

/// Smallest theta of a slice of these wings after `before`.
double least_theta(const SurfaceSlice* before, double left, double right) {
  const double psi = left + right, butterfly = 0.5 * psi * std::max(left, right);
  return before == nullptr ? butterfly
                           : std::max({butterfly, before->theta * (psi / before->psi), before->theta});
}

/// Slices that meet the conditions whatever x is. Of each slice three numbers a, b, c: the left wing grows by
/// a^2 / (1 + a^2) of what it may still grow, the right one likewise, theta is c^2 units above its least.
Slices from_steps(const std::vector<QuotedExpiry>& groups, const std::vector<double>& unit,
                  const std::vector<double>& x) {
  Slices out;
  double left = kSmallestSlope, right = kSmallestSlope;
  const auto grown = [](double wing, double a) {
    return wing + std::max(0.0, kSteepest - wing) * (a * a / (1 + a * a));
  };
  for (std::size_t i = 0; i < groups.size(); ++i) {
    left = grown(left, x[3 * i]);
    right = grown(right, x[3 * i + 1]);
    const double theta =
        least_theta(i == 0 ? nullptr : &out.back(), left, right) + unit[i] * x[3 * i + 2] * x[3 * i + 2];
    out.push_back(slice_from_wings(groups[i].expiry_years, theta, left, right));
  }
  return out;
}

/// The x of slices near to `wanted`, away from where its gradient vanishes.
std::vector<double> steps_to(const Slices& wanted, const std::vector<double>& unit) {
  std::vector<double> x;
  double left = kSmallestSlope, right = kSmallestSlope;
  Slices made;
  const auto step = [](double from, double to) {
    const double part = std::clamp((to - from) / (kSteepest - from), kAway * std::max(1e-4, to), 0.999);
    return std::sqrt(part / (1 - part));
  };
  const auto grown = [](double wing, double a) { return wing + (kSteepest - wing) * (a * a / (1 + a * a)); };
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    x.push_back(step(left, wanted[i].left()));
    x.push_back(step(right, wanted[i].right()));
    left = grown(left, x[3 * i]);
    right = grown(right, x[3 * i + 1]);
    const double least = least_theta(i == 0 ? nullptr : &made.back(), left, right);
    x.push_back(std::sqrt(std::max(kAway, (wanted[i].theta - least) / unit[i])));
    made.push_back(
        slice_from_wings(wanted[i].expiry_years, least + unit[i] * x.back() * x.back(), left, right));
  }
  return x;
}

/// By how much neighbours break the conditions, each in the size of a volatility; all are 0 where they are
/// met.
void add_breaches(const Slices& slices, double weight, double* out) {
  const auto breach = [](double x) { return std::max(0.0, x); };
  for (std::size_t i = 0; i < slices.size(); ++i, out += kConditions) {
    const SurfaceSlice& s = slices[i];
    const double unit = weight * s.volatility(0), root = std::sqrt(s.theta),
                 steepest = std::max(s.left(), s.right());
    const SurfaceSlice& before = slices[i == 0 ? 0 : i - 1];
    out[0] = unit * breach(before.left() - s.left()) / root;
    out[1] = unit * breach(before.right() - s.right()) / root;
    out[2] = unit * breach(s.psi / s.theta - before.psi / before.theta) * root;
    out[3] = unit * breach(0.5 * s.psi * steepest / s.theta - 1);
    out[4] = unit * breach(steepest - kSteepest);
    out[5] = unit * breach(before.theta / s.theta - 1);
  }
}

/// All expiries at once, each in variables of its own, breaches of the conditions weighing more and more.
Slices nearly_together(const std::vector<VolQuote>& quotes, const std::vector<QuotedExpiry>& groups,
                       Slices slices) {
  std::vector<double> x;
  for (const SurfaceSlice& s : slices)
    for (const double value : {scalar::log(s.theta), std::sqrt(std::max(1e-4 * s.theta, s.left())),
                               std::sqrt(std::max(1e-4 * s.theta, s.right()))})
      x.push_back(value);
  for (double weight = 0.1; weight < 1e4; weight *= 4) {
    const math::Residuals distance = [&](const std::vector<double>& at, std::vector<double>& out) {
      for (std::size_t g = 0; g < groups.size(); ++g) {
        slices[g] = from_roots(groups[g].expiry_years, {at[3 * g], at[3 * g + 1], at[3 * g + 2]});
        for (const std::size_t i : groups[g].index)
          out[i] = slices[g].volatility(quotes[i].k) - quotes[i].volatility;
      }
      add_breaches(slices, weight, out.data() + quotes.size());
    };
    x = math::least_squares(distance, x, quotes.size() + kConditions * groups.size(), kPatience).x;
  }
  for (std::size_t g = 0; g < groups.size(); ++g)
    slices[g] = from_roots(groups[g].expiry_years, {x[3 * g], x[3 * g + 1], x[3 * g + 2]});
  return slices;
}

Slices fit_together(const std::vector<VolQuote>& quotes, const std::vector<QuotedExpiry>& groups,
                    const Slices& alone) {
  const Slices near = nearly_together(quotes, groups, alone);
  std::vector<double> unit;
  for (const SurfaceSlice& slice : near) unit.push_back(slice.theta);
  const math::Residuals distance = [&](const std::vector<double>& x, std::vector<double>& out) {
    const Slices slices = from_steps(groups, unit, x);
    for (std::size_t g = 0; g < groups.size(); ++g)
      for (const std::size_t i : groups[g].index)
        out[i] = slices[g].volatility(quotes[i].k) - quotes[i].volatility;
  };
  return from_steps(groups, unit,
                    math::least_squares(distance, steps_to(near, unit), quotes.size(), kPatience).x);
}

/// Takes away what rounding left of conditions met with equality.
void meet_exactly(Slices& slices) {
  for (std::size_t i = 0; i < slices.size(); ++i) {
    SurfaceSlice& s = slices[i];
    const SurfaceSlice before = i == 0 ? SurfaceSlice{} : slices[i - 1];
    const double theta = std::max({s.theta, before.theta, 0.5 * s.psi * std::max(s.left(), s.right())});
    const double most = i == 0 ? INFINITY : before.psi / before.theta * theta;  // psi
    const double scale = s.psi > most ? most / s.psi : 1.0;
    s = slice_from_wings(s.expiry_years, theta, std::max({0.0, before.left(), scale * s.left()}),
                         std::max({0.0, before.right(), scale * s.right()}));
  }
}

}  // namespace

std::vector<SliceError> errors_of(const Slices& slices, const std::vector<VolQuote>& quotes) {
  std::vector<SliceError> out;
  const std::vector<QuotedExpiry> groups = grouped(quotes);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    SliceError& error = out.emplace_back();
    error.expiry_years = groups[g].expiry_years;
    error.quotes = groups[g].index.size();
    error.worst_quote = groups[g].index.front();
    for (const std::size_t i : groups[g].index) {
      const double miss = slices[g].volatility(quotes[i].k) - quotes[i].volatility;
      error.root_mean_square += miss * miss / static_cast<double>(error.quotes);
      if (std::abs(miss) <= std::abs(error.worst)) continue;
      error.worst = miss;
      error.worst_quote = i;
    }
    error.root_mean_square = std::sqrt(error.root_mean_square);
  }
  return out;
}

SurfaceFit fit_surface(const std::vector<VolQuote>& quotes) {
  const std::vector<QuotedExpiry> groups = grouped(quotes);
  SurfaceFit fit;
  for (const QuotedExpiry& group : groups) fit.slices.push_back(fit_alone(quotes, group));
  fit.constrained = !free_of_arbitrage(fit.slices, kRounding);
  if (fit.constrained) fit.slices = fit_together(quotes, groups, fit.slices);
  else meet_exactly(fit.slices);
  fit.errors = errors_of(fit.slices, quotes);
  return fit;
}

SurfaceFit without_arbitrage(const Slices& slices) {
  std::vector<VolQuote> quotes;
  for (const SurfaceSlice& slice : slices)
    for (const double deviations : {-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0}) {
      const double k = deviations * std::sqrt(slice.theta);
      quotes.push_back({slice.expiry_years, k, slice.volatility(k)});
    }
  SurfaceFit fit;
  fit.slices = slices;
  fit.constrained = !free_of_arbitrage(slices);
  if (fit.constrained) fit.slices = fit_together(quotes, grouped(quotes), slices);
  fit.errors = errors_of(fit.slices, quotes);
  return fit;
}

}  // namespace unhedged::market
