#include "engine/simulation/history.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/core/errors.hpp"
#include "engine/math/scalar.hpp"
#include "engine/simulation/watch.hpp"
#include "engine/world/tradable_sources.hpp"

namespace unhedged::simulation {
namespace {

/// What one path showed, by grid time.
struct PathSeries {
  std::vector<std::vector<double>> spot, half_spread, inverse_volume, perpetual, funding,
      implied;  // [asset][time]
  std::vector<std::size_t> regime;
};

using world::Scenario;

double safe_log_ratio(double to, double from) { return from > 0 && to > 0 ? scalar::log(to / from) : 0; }

/// Squared moves (or products of moves) of the steps, summed from the start.
std::vector<double> cumulated(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> sum{0};
  for (std::size_t t = 1; t < a.size(); ++t)
    sum.push_back(sum.back() + safe_log_ratio(a[t], a[t - 1]) * safe_log_ratio(b[t], b[t - 1]));
  return sum;
}

/// The extreme of of(from, to) over all windows that fit; `end` gives the end of a window.
template <class End, class Of>
double over_windows(std::size_t times, End end, Of of, bool largest) {
  double best = of(std::size_t{0}, std::min(end(0), times - 1));
  for (std::size_t from = 1; end(from) < times; ++from) {
    const double here = of(from, end(from));
    best = largest ? std::max(best, here) : std::min(best, here);
  }
  return best;
}

/// Ends of windows of so many steps of sessions on the grid.
auto ends(const Scenario& scenario, std::size_t window) {
  return [&grid = scenario.grid, window](std::size_t from) { return grid.after(from, window); };
}

/// Steps of a day where the window has at least five of them, else 0.
std::size_t daily(const Scenario& scenario, std::size_t window) {
  const TimeGrid& grid = scenario.grid;
  const auto steps =
      grid.closes() ? grid.sessions.steps
                    : static_cast<std::size_t>(std::lround(1 / (scenario.days_per_year * grid.dt_years)));
  return steps > (grid.closes() ? 0u : 1u) && window >= 5 * steps ? steps : 0;
}

/// Of daily closes: those of the sessions, or every day at the time of today.
double highest_volatility_of_closes(const Scenario& scenario, const std::vector<double>& spot,
                                    std::size_t days) {
  const TimeGrid& grid = scenario.grid;
  const std::size_t every = grid.closes() ? grid.steps_per_day() : daily(scenario, grid.steps);
  std::vector<double> closes;
  for (std::size_t t = grid.closes() ? every - 1 : 0; t < spot.size(); t += every) closes.push_back(spot[t]);
  const std::vector<double> sum = cumulated(closes, closes);
  const std::size_t fits = std::min(days, closes.size() - 1);
  const double years = static_cast<double>(fits) / scenario.days_per_year;
  return over_windows(
      closes.size(), [fits](std::size_t from) { return from + fits; },
      [&](std::size_t from, std::size_t to) { return std::sqrt((sum[to] - sum[from]) / years); }, true);
}

double highest_volatility(const Scenario& scenario, const std::vector<double>& spot, std::size_t window) {
  if (const std::size_t day = daily(scenario, window))
    return highest_volatility_of_closes(scenario, spot, window / day);
  const std::vector<double> sum = cumulated(spot, spot);
  return over_windows(
      spot.size(), ends(scenario, window),
      [&](std::size_t from, std::size_t to) {
        return std::sqrt((sum[to] - sum[from]) / (scenario.grid.time(to) - scenario.grid.time(from)));
      },
      true);
}

double correlation(const Scenario& scenario, const std::vector<double>& a, const std::vector<double>& b,
                   std::size_t window) {
  const std::vector<double> aa = cumulated(a, a), bb = cumulated(b, b), ab = cumulated(a, b);
  const auto end = ends(scenario, window);
  std::size_t busiest = 0;
  for (std::size_t from = 0; end(from) < a.size(); ++from)
    if (aa[end(from)] - aa[from] > aa[end(busiest)] - aa[busiest]) busiest = from;
  const auto over = [&](const std::vector<double>& sum) { return sum[end(busiest)] - sum[busiest]; };
  const double scale = std::sqrt(over(aa) * over(bb));
  return scale > 0 ? over(ab) / scale : 0;
}

double drawdown(const std::vector<double>& spot) {
  double high = spot[0], worst = 0;
  for (const double s : spot) {
    high = std::max(high, s);
    worst = std::max(worst, 1 - s / high);
  }
  return worst;
}

double run_up(const std::vector<double>& spot) {
  double low = spot[0], best = 0;
  for (const double s : spot) {
    low = std::min(low, s);
    if (low > 0) best = std::max(best, s / low - 1);
  }
  return best;
}

double furthest(const std::vector<double>& values) {
  return *std::ranges::max_element(values, {}, [](double x) { return std::abs(x); });
}

/// Years of the calendar's own time, of which nights take none.
double years_of_steps(const Scenario& scenario, std::size_t session_steps) {
  return static_cast<double>(session_steps) * scenario.grid.day_share(scenario.days_per_year) /
         scenario.days_per_year;
}

template <class Counts>
double time_where(const Scenario& scenario, const PathSeries& path, Counts counts) {
  std::size_t steps = 0;
  for (std::size_t t = 0; t < scenario.grid.steps; ++t)
    steps += scenario.grid.kind(t) == StepKind::session && counts(path.regime[t]) ? 1 : 0;
  return years_of_steps(scenario, steps);
}

/// Value one window after the largest one.
double after_highest(const Scenario& scenario, const std::vector<double>& values, std::size_t window) {
  const auto highest = static_cast<std::size_t>(std::ranges::max_element(values) - values.begin());
  return values[std::min(scenario.grid.after(highest, window), values.size() - 1)];
}

/// Years from the highest value until a share of the way from it back to today's is done; infinity where it
/// is not.
double years_back(const Scenario& scenario, const std::vector<double>& values, double today, double share) {
  const auto highest = std::ranges::max_element(values);
  if (*highest <= today) return 0;
  const double goal = *highest - share * (*highest - today), rounding = 1e-12 * std::abs(*highest);
  const auto back = std::find_if(highest, values.end(), [&](double x) { return x <= goal + rounding; });
  if (back == values.end()) return std::numeric_limits<double>::infinity();
  const auto open_steps = [&](auto at) {
    return scenario.grid.open_steps(static_cast<std::size_t>(at - values.begin()));
  };
  return years_of_steps(scenario, open_steps(back) - open_steps(highest));
}

/// Highest where the volume is smallest.
std::vector<double> negative_volume(const std::vector<double>& inverse_volume) {
  std::vector<double> out;
  for (const double x : inverse_volume) out.push_back(-1 / x);
  return out;
}

double measure(const Fact& fact, const Scenario& scenario, const PathSeries& path) {
  const std::vector<double>& spot = path.spot[fact.asset];
  const auto returns = [&](std::size_t from, std::size_t to) { return spot[to] / spot[from] - 1; };
  const auto end = ends(scenario, fact.window);
  switch (fact.measure) {
    case HistoryMeasure::move: return returns(0, end(0));
    case HistoryMeasure::worst_move: return over_windows(spot.size(), end, returns, false);
    case HistoryMeasure::best_move: return over_windows(spot.size(), end, returns, true);
    case HistoryMeasure::drawdown: return drawdown(spot);
    case HistoryMeasure::run_up: return run_up(spot);
    case HistoryMeasure::lowest_price: return *std::ranges::min_element(spot);
    case HistoryMeasure::realised_volatility: return highest_volatility(scenario, spot, fact.window);
    case HistoryMeasure::volatility_multiple:
      return highest_volatility(scenario, spot, fact.window) / scenario.today[fact.asset].implied_volatility;
    case HistoryMeasure::implied_multiple:
      return *std::ranges::max_element(path.implied[fact.asset]) / path.implied[fact.asset].front();
    case HistoryMeasure::correlation: return correlation(scenario, spot, path.spot[fact.other], fact.window);
    case HistoryMeasure::spread_multiple: {
      const auto& spread = path.half_spread[fact.asset];
      return *std::ranges::max_element(spread) / scenario.today[fact.asset].half_spread;
    }
    case HistoryMeasure::volume_multiple: {
      const auto& inverse = path.inverse_volume[fact.asset];
      return 1 / (*std::ranges::max_element(inverse) * scenario.today[fact.asset].daily_volume);
    }
    case HistoryMeasure::spread_after:
      return after_highest(scenario, path.half_spread[fact.asset], fact.window) /
             scenario.today[fact.asset].half_spread;
    case HistoryMeasure::volume_after:
      return 1 / (after_highest(scenario, path.inverse_volume[fact.asset], fact.window) *
                  scenario.today[fact.asset].daily_volume);
    case HistoryMeasure::spread_recovery:
      return years_back(scenario, path.half_spread[fact.asset], scenario.today[fact.asset].half_spread,
                        fact.share);
    case HistoryMeasure::volume_recovery:
      return years_back(scenario, negative_volume(path.inverse_volume[fact.asset]),
                        -scenario.today[fact.asset].daily_volume, fact.share);
    case HistoryMeasure::time_halted:
      return time_where(scenario, path, [&](std::size_t r) { return scenario.regimes[r].halted; });
    case HistoryMeasure::time_in_regime:
      return time_where(scenario, path, [&](std::size_t r) { return r == fact.regime; });
    case HistoryMeasure::basis: {
      std::vector<double> basis;
      for (std::size_t t = 0; t < spot.size(); ++t)
        basis.push_back(path.perpetual[fact.asset][t] / spot[t] - 1);
      return furthest(basis);
    }
    case HistoryMeasure::funding: return furthest(path.funding[fact.asset]);
  }
  return 0;
}

/// Series of all paths of a block, filled step by step.
class BlockSeries final : public WorldSink {
 public:
  explicit BlockSeries(const Scenario& scenario) : tradables_(scenario.tradables), paths_(kLanes) {
    for (PathSeries& path : paths_)
      for (auto* series : {&path.spot, &path.half_spread, &path.inverse_volume, &path.perpetual,
                           &path.funding, &path.implied})
        series->resize(scenario.today.size());
  }

  void at(const world::BlockWorld& world, std::uint32_t) override {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      paths_[lane].regime.push_back(world.regimes().value[lane]);
    for (market::TradableId id = 0; id < tradables_.size(); ++id) {
      const market::Tape& tape = world.tape(id);
      const std::size_t a = tradables_[id].asset;
      if (id < paths_[0].spot.size()) add_asset(world.quotes(a), tape, a);
      else if (tradables_[id].kind == perpetual_) add_perpetual(tape, a);
    }
  }

  const PathSeries& operator[](std::size_t lane) const { return paths_[lane]; }

 private:
  void add_asset(const market::AssetQuotes& quotes, const market::Tape& tape, std::size_t a) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      PathSeries& path = paths_[lane];
      path.spot[a].push_back((*quotes.spot)[lane]);
      path.half_spread[a].push_back((*tape.half_spread)[lane]);
      path.inverse_volume[a].push_back((*tape.inverse_volume)[lane]);
      path.implied[a].push_back(
          quotes.curves[quotes.curve->value[lane]].volatility(kQuotedLife, (*quotes.quote_level)[lane], 0));
    }
  }

  void add_perpetual(const market::Tape& tape, std::size_t a) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      paths_[lane].perpetual[a].push_back((*tape.price)[lane]);
      paths_[lane].funding[a].push_back((*tape.funding)[lane]);
    }
  }

  std::vector<market::Tradable> tradables_;
  market::TradableKind perpetual_ = world::tradable_kind("perpetual");
  std::vector<PathSeries> paths_;
};

double quantile(const std::vector<double>& sorted, double level) {
  return sorted[static_cast<std::size_t>(level * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

std::vector<FactComparison> compare(const History& history, std::uint64_t paths, std::uint64_t seed) {
  UNHEDGED_EXPECT(paths >= 100);
  const Scenario& scenario = *history.scenario;
  const world::ScenarioEngine engine(scenario);
  std::vector<std::vector<double>> seen(history.facts.size());
  for (std::uint64_t first = 0; first < paths; first += kLanes) {
    PathIds ids;
    for (std::size_t lane = 0; lane < kLanes; ++lane) ids.value[lane] = first + lane;
    BlockSeries series(scenario);
    watch(engine, seed, ids, series);
    for (std::size_t lane = 0; lane < std::min<std::uint64_t>(kLanes, paths - first); ++lane)
      for (std::size_t f = 0; f < history.facts.size(); ++f)
        seen[f].push_back(measure(history.facts[f], scenario, series[lane]));
  }
  std::vector<FactComparison> out;
  for (std::vector<double>& values : seen) {
    std::ranges::sort(values);
    out.push_back({quantile(values, 0.05), quantile(values, 0.5), quantile(values, 0.95)});
  }
  return out;
}

}  // namespace unhedged::simulation
