#include <algorithm>
#include <cmath>
#include <set>

#include "engine/config/resolve_regime.hpp"
#include "engine/world/arrivals.hpp"
#include "engine/world/factor.hpp"

/// Events that are gone through one by one: bounds on how many, with the arithmetic.
namespace unhedged::config {
namespace {

constexpr double kMostInStep = 1e5;  // on average; a path goes through them in some milliseconds
constexpr double kMostInPast = 1e6;  // of a stationary start
constexpr double kSecondsPerEvent = 1e-7;
constexpr double kLongRun = 3600;  // seconds of one processor

std::string rounded(double x) {
  const double unit = std::pow(10, std::floor(std::log10(x)) - 2);
  return format_number(std::round(x / unit) * unit);
}

class EventCheck {
 public:
  EventCheck(const MarketContext& market, Findings& findings) : market_(market), findings_(findings) {
    for (std::size_t kind = 0; kind < (market.grid.closes() ? kStepKinds : 1); ++kind)
      step_ = std::max(step_, market.grid.length(static_cast<StepKind>(kind)));
  }

  /// what: "orders"; stationary: whether a past is gone through first.
  void look_at(const world::SelfExciting& law, bool stationary, const std::string& what,
               const std::string& path) {
    const double mean = law.mean_rate();
    const std::string rate = law.branching > 0
                                 ? format_number(law.base) + " / (1 - " + format_number(law.branching) + ")"
                                 : format_number(law.base);
    refuse_above(mean * step_, kMostInStep,
                 what + " a step on average (" + rate + " a year, steps of " + rounded(step_) + " years)",
                 "a lower rate or shorter steps are needed", path);
    if (stationary)
      refuse_above(mean * law.past(), kMostInPast,
                   what + " before today for a stationary start (" + rate + " a year, " +
                       rounded(law.past()) + " years until it has forgotten where it began)",
                   "start: quiet needs none", path);
    const double seconds = mean * market_.grid.horizon_years() * market_.paths * kSecondsPerEvent;
    if (seconds > kLongRun && !findings_.failed())
      findings_.warn_at(path, "brings about " + rounded(mean * market_.grid.horizon_years()) + " " + what +
                                  " a path if it lasts " + "to the horizon, on " +
                                  format_number(market_.paths) + " paths: about " + rounded(seconds / 3600) +
                                  " hours of one processor");
  }

 private:
  void refuse_above(double count, double most, const std::string& what, const std::string& advice,
                    const std::string& path) {
    if (count > most)
      findings_.add_at(path, "means about " + rounded(count) + " " + what + "; at most " +
                                 format_number(most) + " are gone through: " + advice);
  }

  const MarketContext& market_;
  Findings& findings_;
  double step_ = 0;
};

void look_at_asset(EventCheck& check, const RegimeSpec& spec, const world::AssetRegime& regime,
                   const std::string& name, const std::string& path) {
  const std::string dynamics = path_of(spec.dynamics, name, join(path, "dynamics"));
  const auto jumps = models::jumps_of(regime.dynamics);
  if (regime.excitation)
    check.look_at(world::self_exciting(models::rate_of(*jumps), regime.excitation),
                  regime.excitation->stationary, "jumps", join(dynamics, "excitation"));
  else if (jumps && regime.liquidity.withdrawn_by_jump > 0)
    check.look_at({models::rate_of(*jumps), 0, 0}, false, "jumps that withdraw depth",
                  join(dynamics, "jump_rate"));
  if (const auto& flow = regime.order_flow)
    check.look_at({flow->rate, flow->same + flow->opposite, flow->decay}, flow->stationary, "orders",
                  path_of(spec.order_flow, name, join(path, "order_flow")));
  if (regime.bubble)
    check.look_at({regime.bubble->ceiling, 0, 0}, false, "crashes at the ceiling",
                  join(path_of(spec.bubble, name, join(path, "bubble")), "ceiling"));
}

}  // namespace

void check_events(const ScenarioSpec& spec, const MarketContext& market, const world::Scenario& scenario,
                  const std::string& path, Findings& findings) {
  if (findings.failed()) return;
  std::set<std::string> streams;
  for (const world::Regime& regime : scenario.regimes)
    for (const world::CommonJumps& jumps : regime.common_jumps) streams.insert(jumps.name);
  if (streams.size() > world::kMostStreams)
    findings.add_at(join(path, "regimes"),
                    "name " + std::to_string(streams.size()) + " streams of common jumps; at most " +
                        std::to_string(world::kMostStreams) + " have random numbers of their own");
  EventCheck check(market, findings);
  for (std::size_t r = 0; r < spec.regimes.size(); ++r) {
    const auto& [name, regime] = spec.regimes[r];
    const std::string here = join(join(path, "regimes"), name);
    for (std::size_t a = 0; a < market.names.size(); ++a)
      look_at_asset(check, regime, scenario.regimes[r].assets[a], market.names[a], here);
    for (const world::CommonJumps& jumps : scenario.regimes[r].common_jumps)
      check.look_at(world::self_exciting(jumps.rate, jumps.excitation),
                    jumps.excitation && jumps.excitation->stationary, "jumps",
                    join(join(here, "common_jumps"), jumps.name));
  }
}

}  // namespace unhedged::config
