#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include "engine/config/resolve.hpp"
#include "engine/core/utf8.hpp"
#include "engine/math/correlation.hpp"
#include "engine/math/scalar.hpp"
#include "engine/world/factor.hpp"
#include "engine/world/tradable_sources.hpp"

namespace unhedged::config {
namespace {

constexpr double kSemidefinite = -1e-10;
constexpr std::size_t kMostSteps = 10'000'000;

/// By how much of itself a time may change on its way to the nearest step without a word.
constexpr double kWorthAWarning = 0.25 + 1e-6;

/// A grid of sessions with nights; the horizon is a close.
TimeGrid resolve_sessions(const SimulationSpec& spec, const SessionsSpec& sessions,
                          const std::optional<Date>& today, Findings& findings) {
  const double days = spec.horizon.years(kTrading) * kTrading.days_per_year, whole_days = std::round(days);
  const double per_day = spec.step ? 1 / (spec.step->years(kTrading) * kTrading.days_per_year) : 0;
  const double whole = std::round(per_day);
  if (!spec.step)
    findings.add_at("simulation.steps", "cannot be used with market.sessions: `step` divides a session");
  if (whole_days < 1 || std::abs(days - whole_days) > kGridTolerance * std::max(1.0, days))
    findings.add_at("simulation.horizon", to_string(spec.horizon) + " is " + format_number(days) +
                                              " sessions; it must be a whole number of them");
  if (spec.step && (whole < 1 || std::abs(per_day - whole) > kGridTolerance * whole))
    findings.add_at("simulation.step", "a session of 6.5 h is " + format_number(per_day) +
                                           " steps; it must be a whole number of them");
  if (!(whole_days * (whole + 1) < static_cast<double>(kMostSteps))) {
    findings.add_at("simulation.step", "makes more than 10 million steps");
    return {1, 1e-6};
  }
  TimeGrid grid;
  const double day = 1 / kTrading.days_per_year, share = sessions.overnight_variance;
  grid.sessions.steps = static_cast<std::size_t>(std::max(1.0, whole));
  grid.dt_years = (1 - share) * day / static_cast<double>(grid.sessions.steps);
  grid.sessions.night_years = 5 * share * day / (4 + sessions.weekend);
  grid.sessions.weekend_years = sessions.weekend * grid.sessions.night_years;
  if (today) grid.sessions.weekday = std::min(4u, std::chrono::weekday(*today).iso_encoding() - 1);
  grid.steps = static_cast<std::size_t>(std::max(1.0, whole_days)) * grid.steps_per_day() - 1;
  return grid;
}

TimeGrid resolve_grid(const SimulationSpec& spec, const Calendar& calendar, Findings& findings) {
  const double horizon = spec.horizon.years(calendar);
  if (spec.step.has_value() == spec.steps.has_value()) {
    findings.add_at("simulation", "either `step` or `steps` is needed, and not both");
    return {1, std::max(horizon, 1e-6)};
  }
  if (spec.steps)
    return {std::max<std::size_t>(1, *spec.steps),
            horizon / static_cast<double>(std::max<std::uint64_t>(1, *spec.steps))};
  const double count = horizon / spec.step->years(calendar);
  const double whole = std::round(count);
  if (!(count < static_cast<double>(kMostSteps))) {
    findings.add_at("simulation.step", "makes more than 10 million steps");
    return {1, std::max(horizon, 1e-6)};
  }
  if (whole < 1 || std::abs(count - whole) > kGridTolerance * std::max(1.0, whole))
    findings.add_at("simulation.step", "the horizon of " + to_string(spec.horizon) + " is " +
                                           format_number(count) +
                                           " steps; it must be a whole number of them");
  const double steps = std::max(1.0, whole);
  return {static_cast<std::size_t>(steps), horizon / steps};
}

}  // namespace

std::optional<std::size_t> MarketContext::index_of(const std::string& asset) const {
  const auto found = places.find(asset);
  if (found == places.end()) return {};
  return found->second;
}

void apply_pairs(const std::vector<PairSpec>& pairs, const MarketContext& market, const std::string& path,
                 math::SquareMatrix& matrix, Findings& findings) {
  std::set<std::pair<std::size_t, std::size_t>> seen;
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    const std::string key = element(path, k) + ".between";
    if (pairs[k].between.size() != 2) {
      findings.add_at(key, "names " + std::to_string(pairs[k].between.size()) + " assets, must be two");
      continue;
    }
    std::optional<std::size_t> index[2];
    for (std::size_t side = 0; side < 2; ++side) {
      index[side] = market.index_of(pairs[k].between[side]);
      if (!index[side])
        findings.add_at(element(key, side), "unknown asset " + in_quotes(pairs[k].between[side]) +
                                                suggestion(pairs[k].between[side], market.names));
    }
    if (!index[0] || !index[1]) continue;
    const std::pair<std::size_t, std::size_t> pair = std::minmax(*index[0], *index[1]);
    if (pair.first == pair.second) findings.add_at(key, "an asset with itself");
    if (!seen.insert(pair).second) findings.add_at(key, "this pair is given twice");
    matrix.set_both(pair.first, pair.second, pair.first == pair.second ? 1.0 : pairs[k].value);
  }
}

math::SquareMatrix repaired(const math::SquareMatrix& matrix, const std::string& path, Repair policy,
                            std::vector<CorrelationRepair>& repairs, Findings& findings) {
  if (matrix.size() < 2 || math::smallest_eigenvalue(matrix) >= kSemidefinite) return matrix;
  math::SquareMatrix nearest = math::nearest_correlation(matrix);
  const double distance = math::distance(nearest, matrix);
  const std::string message = "is not positive semidefinite (smallest eigenvalue " +
                              format_number(math::smallest_eigenvalue(matrix)) +
                              "); the nearest correlation matrix is " + format_number(distance) +
                              " away (Frobenius norm)";
  if (policy == Repair::refuse) {
    findings.add_at(path, message + "; --strict refuses the repair");
  } else {
    findings.warn_at(path, message + " and is used instead");
    repairs.push_back({path, distance});
  }
  return nearest;
}

namespace {

double days_of(const Duration& time, const MarketContext& market) {
  return time.years(market.calendar) * market.calendar.days_per_year;
}

}  // namespace

double place_of(const Duration& time, const MarketContext& market) {
  return market.grid.closes() ? market.grid.place_after(days_of(time, market))
                              : time.years(market.calendar) / market.grid.dt_years;
}

double years_of(const Duration& time, const MarketContext& market) {
  return market.grid.closes() ? market.grid.time_after(days_of(time, market)) : time.years(market.calendar);
}

double steps_in(const Duration& time, const MarketContext& market) {
  return market.grid.closes() ? days_of(time, market) * static_cast<double>(market.grid.sessions.steps)
                              : time.years(market.calendar) / market.grid.dt_years;
}

double span_of(const Duration& time, const MarketContext& market) {
  return market.grid.closes() ? market.grid.span(days_of(time, market)) : time.years(market.calendar);
}

double decay_of(const Duration& half_life, const MarketContext& market) {
  return scalar::log(2.0) / span_of(half_life, market);
}

std::size_t whole_steps(const Duration& time, const MarketContext& market, const std::string& path,
                        Findings& findings) {
  const double place = std::min(kFarthest, steps_in(time, market)),
               nearest = std::max(1.0, std::round(place));
  if (std::abs(place - nearest) > kGridTolerance * nearest)
    findings.add_at(path, to_string(time) + " is " + format_number(place) +
                              " steps; it must be a whole number of simulation steps, at least one");
  return static_cast<std::size_t>(nearest);
}

std::size_t nearest_step(const Duration& time, Counted counted, const MarketContext& market,
                         const std::string& path, Findings& findings) {
  const double place =
      std::min(kFarthest, counted == Counted::from_entry ? steps_in(time, market) : place_of(time, market));
  const double nearest = std::max(1.0, std::round(place));
  if (counted == Counted::from_entry && place < 0.5)
    findings.add_at(path,
                    to_string(time) + " is " + format_number(place) +
                        " steps: a stay this short needs a simulation step of at most twice its length");
  else if (std::abs(place - nearest) > kWorthAWarning * place)
    findings.warn_at(path, to_string(time) + " is " + format_number(place) + " steps; " +
                               format_number(nearest) + (nearest == 1 ? " is used" : " are used"));
  return static_cast<std::size_t>(nearest);
}

std::vector<market::Venue> resolve_venues(const Named<VenueSpec>& venues, const MarketContext& market,
                                          const std::string& path, Findings& findings) {
  std::vector<market::Venue> out;
  double shares = 0;
  for (const auto& [name, spec] : venues) {
    const std::string here = join(path, name);
    market::Venue& venue = out.emplace_back();
    shares += venue.share = spec.share;
    venue.fee = spec.fee;
    venue.stale = spec.in_outage.value == OutageWords::Value::stale;
    venue.outage_rate = spec.outage_rate;
    if (spec.latency)  // what arrives after the horizon is not filled
      venue.latency = std::min(market.grid.steps + 1,
                               whole_steps(*spec.latency, market, join(here, "latency"), findings));
    if ((spec.outage_rate > 0) != spec.outage_length.has_value())
      findings.add_at(join(here, spec.outage_length ? "outage_rate" : "outage_length"),
                      "is missing: outages have a rate and a length");
    venue.outage_years = spec.outage_length ? span_of(*spec.outage_length, market) : 1;
    if (venue.stale && spec.outage_rate == 0)
      findings.add_at(join(here, "in_outage"), "has no effect: the venue has no outages");
  }
  if (!out.empty() && std::abs(shares - 1) > 1e-9)
    findings.add_at(path, "have shares that make " + format_number(100 * shares) + " %, must be 100 %");
  return out;
}

namespace {

void check_currency(const std::string& word, Findings& findings) {
  const auto sound = [](char c) {
    return std::isgraph(static_cast<unsigned char>(c)) != 0 || (c & 0x80) != 0;
  };
  if (word.empty() || word.size() > 12 || !std::ranges::all_of(word, sound))
    findings.add_at("market.currency", "is one word of at most 12 bytes, such as USD");
}

/// Of a market of which all else is resolved.
std::vector<world::AssetToday> resolve_world_today(const MarketContext& market, Findings& findings) {
  std::vector<world::AssetToday> today;
  for (std::size_t a = 0; a < market.assets.size(); ++a) {
    const AssetSpec& asset = market.assets[a];
    const std::string path = "market.assets." + market.names[a] + ".venues";
    today.push_back({.spot = asset.spot,
                     .implied_volatility = asset.implied_vol,
                     .half_spread = asset.half_spread,
                     .daily_volume = asset.daily_volume.value_or(0),
                     .carry = asset.rate - asset.yield,
                     .has_perpetual = asset.perpetual.has_value(),
                     .venues = resolve_venues(asset.venues, market, path, findings),
                     .surface = market.surfaces[a].surface});
  }
  return today;
}

}  // namespace

const Calendar& calendar_of(const MarketSpec& market) {
  return market.calendar.value == CalendarWords::Value::trading ? kTrading : kContinuous;
}

MarketContext resolve_market(const RunSpec& spec, Findings& findings) {
  if (spec.market.currency) check_currency(*spec.market.currency, findings);
  MarketContext market;
  market.calendar = calendar_of(spec.market);
  market.today = spec.market.date;
  market.paths = static_cast<double>(spec.simulation.paths);
  const bool closes = spec.market.sessions.has_value();
  if (closes && market.calendar.name != kTrading.name)
    findings.add_at("market.sessions", "needs calendar: trading; a continuous market never closes");
  market.grid = closes ? resolve_sessions(spec.simulation, *spec.market.sessions, market.today, findings)
                       : resolve_grid(spec.simulation, market.calendar, findings);
  for (const auto& [name, asset] : spec.market.assets) {
    if (name == "default") findings.add_at("market.assets.default", "`default` cannot name an asset");
    market.places.emplace(name, market.names.size());
    market.names.push_back(name);
    market.assets.push_back(asset);
  }
  if (market.assets.empty()) findings.add_at("market.assets", "at least one asset is needed");
  if (market.assets.size() > world::kMostAssets)
    findings.add_at("market.assets", std::to_string(market.assets.size()) + " assets; no more than " +
                                         std::to_string(world::kMostAssets) + " can be simulated");
  resolve_surfaces(market, findings);
  market.correlation = math::SquareMatrix::identity(market.assets.size());
  apply_pairs(spec.market.correlation, market, "market.correlation", market.correlation, findings);
  market.world_today = resolve_world_today(market, findings);
  market.tradables = world::tradables(market.world_today);
  return market;
}

}  // namespace unhedged::config
