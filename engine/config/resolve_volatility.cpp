#include <algorithm>

#include "engine/config/resolve_hedgers.hpp"
#include "engine/pricing/own_level.hpp"

namespace unhedged::config {
namespace {

using pricing::RealisedVolatility;

/// Moves of a window are kept on every path.
constexpr double kMostMoves = 10'000;

/// Grid times that are apart by an interval, as those of rebalance.every; all of them without one.
std::vector<char> looks_of(const std::optional<Duration>& every, const MarketContext& market,
                           const std::string& path, Findings& findings) {
  hedging::RebalanceRule rule;
  if (every) resolve_interval(*every, market, path, findings, rule);
  std::vector<char> looks;
  for (std::size_t step = 0; step <= market.grid.steps; ++step)
    looks.push_back(rule.looks_at(step, market.grid) ? 1 : 0);
  return looks;
}

double longest_between(const std::vector<char>& looks, const TimeGrid& grid) {
  double last = 0, longest = 0;
  for (std::size_t step = 1; step < looks.size(); ++step)
    if (looks[step] != 0) longest = std::max(longest, grid.time(step) - last), last = grid.time(step);
  return longest;
}

RealisedVolatility resolve_realised(const RealisedSpec& spec, const MarketContext& market,
                                    const std::string& path, Findings& findings) {
  RealisedVolatility out;
  const int given = (spec.window ? 1 : 0) + (spec.half_life ? 1 : 0) + (spec.lambda ? 1 : 0);
  if (given != 1) findings.add_at(path, "needs one of `window`, `half_life` and `lambda`");
  using Weights = RealisedVolatility::Weights;
  out.weights = spec.window ? Weights::window : spec.half_life ? Weights::half_life : Weights::lambda;
  if (spec.window) out.of_weights = span_of(*spec.window, market);
  if (spec.half_life) out.of_weights = span_of(*spec.half_life, market);
  if (spec.lambda) out.of_weights = *spec.lambda;
  out.looks = looks_of(spec.every, market, join(path, "every"), findings);
  if (spec.window && out.of_weights < longest_between(out.looks, market.grid) * (1 - kGridTolerance))
    findings.add_at(join(path, "window"),
                    to_string(*spec.window) + " is shorter than the time between two looks at the price");
  const double share = std::min(1.0, out.of_weights / market.grid.horizon_years());
  if (spec.window && share * static_cast<double>(std::ranges::count(out.looks, 1)) > kMostMoves)
    findings.add_at(join(path, "window"),
                    "holds more than 10 000 moves, all of which are kept: a longer `every` is needed");
  out.prior = spec.prior;
  return out;
}

/// A day, unless steps are longer or do not make one.
std::vector<char> every_day(const MarketContext& market) {
  Findings ignored;
  std::vector<char> days = looks_of(Duration{1, Duration::TimeUnit::day}, market, "", ignored);
  return ignored.failed() ? std::vector<char>(days.size(), 1) : days;
}

pricing::Recalibration resolve_recalibration(const RecalibrateSpec& spec, const MarketContext& market,
                                             const std::string& path, Findings& findings) {
  pricing::Recalibration out;
  out.life_years = spec.expiry ? span_of(*spec.expiry, market) : kQuotedLife;
  out.looks = spec.every ? looks_of(spec.every, market, join(path, "every"), findings) : every_day(market);
  out.looks[0] = 1;
  return out;
}

}  // namespace

std::shared_ptr<const pricing::Belief> resolve_belief(const ActiveSpec& spec, const MarketContext& market,
                                                      const std::string& path, Findings& findings) {
  std::shared_ptr<const pricing::Belief> belief = spec.belief.make();
  const std::string recalibrate = join(path, "recalibrate");
  const bool recalibrated = std::ranges::any_of(spec.belief.values, &ParameterSpec::recalibrated);
  if (recalibrated)
    belief = pricing::with_own_level(
        belief,
        resolve_recalibration(spec.recalibrate.value_or(RecalibrateSpec{}), market, recalibrate, findings));
  else if (spec.recalibrate) findings.add_at(recalibrate, "has no effect without `volatility: recalibrated`");
  for (std::size_t k = 0; k < spec.belief.values.size(); ++k)
    if (const auto& realised = spec.belief.values[k].realised) {
      const std::string here = join(join(path, spec.belief.kind->parameters[k].name), "realised");
      belief = pricing::with_own_level(belief, resolve_realised(*realised, market, here, findings));
    }
  return belief;
}

}  // namespace unhedged::config
