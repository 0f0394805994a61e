#include "engine/app/history_table.hpp"

#include <fmt/core.h>

#include <cmath>

#include "engine/app/text_table.hpp"

namespace unhedged::app {
namespace {

using simulation::HistoryMeasure;

/// Time as a user would say it; one that has not come before the horizon is infinite.
std::string span_text(double years, const world::Scenario& scenario) {
  if (std::isinf(years)) {
    const double days = static_cast<double>(scenario.grid.open_steps(scenario.grid.steps)) *
                        scenario.grid.day_share(scenario.days_per_year);
    return fmt::format("not in {}", span_text(days / scenario.days_per_year, scenario));
  }
  const bool trading = scenario.days_per_year == kTrading.days_per_year;
  const double hours = trading ? kTrading.hours_per_day : kContinuous.hours_per_day;
  const double minutes = years * scenario.days_per_year * hours * 60;
  if (minutes < 120) return fmt::format("{:.3g} min", minutes);
  if (minutes < 48 * 60) return fmt::format("{:.3g} h", minutes / 60);
  return fmt::format("{:.3g} d", years * scenario.days_per_year);
}

}  // namespace

std::string fact_text(const simulation::Fact& fact, double x, const world::Scenario& scenario) {
  switch (fact.measure) {
    case HistoryMeasure::lowest_price: return fmt::format("{:.4g}", x);
    case HistoryMeasure::correlation: return fixed(x, 2);
    case HistoryMeasure::volatility_multiple:
    case HistoryMeasure::implied_multiple:
    case HistoryMeasure::spread_multiple:
    case HistoryMeasure::spread_after:
    case HistoryMeasure::volume_after:
    case HistoryMeasure::volume_multiple: return fmt::format("{:.3g} x", x);
    case HistoryMeasure::spread_recovery:
    case HistoryMeasure::volume_recovery:
    case HistoryMeasure::time_halted:
    case HistoryMeasure::time_in_regime: return span_text(x, scenario);
    default: return short_number(100 * x) + " %";
  }
}

std::string history_table(const config::ScenarioSpec& spec, std::uint64_t paths) {
  config::Findings findings;
  const simulation::History history = config::resolve_history(spec, "", findings);
  if (findings.failed()) throw ConfigError(findings.report());
  if (history.facts.empty())
    return "  the file states no `history` with `facts`: there is no market to simulate it on and nothing to "
           "compare with\n";
  const std::vector<simulation::FactComparison> seen = simulation::compare(history, paths, 1);
  TextTable table({"", "what happened", "then", "median", "5 %", "95 %"});
  for (std::size_t f = 0; f < seen.size(); ++f) {
    const simulation::Fact& fact = history.facts[f];
    const auto text = [&](double x) { return fact_text(fact, x, *history.scenario); };
    const bool outside = fact.value && !seen[f].covers(*fact.value);
    table.add({outside ? "!" : " ", fact.what, fact.value ? text(*fact.value) : "-", text(seen[f].median),
               text(seen[f].low), text(seen[f].high)});
  }
  return fmt::format(
      "what happened, and what {} paths on the market of that day do (! outside 5-95 %, - no figure "
      "known)\n{}",
      paths, table.text());
}

}  // namespace unhedged::app
