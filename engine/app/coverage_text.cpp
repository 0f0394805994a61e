#include "engine/app/coverage_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/app/table.hpp"

namespace unhedged::app {
namespace {

using simulation::Plan;
using simulation::Report;

std::string percent(double share) { return fmt::format("{:.3g}", 100 * share); }

enum class Shares { alone, with_intervals };

std::string share_text(const risk::Estimate& share, Shares form) {
  if (form == Shares::alone) return percent(share.value);
  return fmt::format("{} [{:.2g}, {:.2g}]", percent(share.value), 100 * share.lower, 100 * share.upper);
}

std::string days_text(const Plan& plan, double years) {
  return fmt::format("{:.6g} d", years * plan.calendar.days_per_year);
}

void add_lines(const Plan& plan, const Report& report, std::size_t scenario, std::size_t hedger, Shares form,
               TextTable& table) {
  for (std::size_t y = 0; y < plan.yardsticks.size(); ++y) {
    const simulation::YardstickPlan& one = plan.yardsticks[y];
    table.add({y == 0 ? plan.hedgers[hedger].name : "", one.name, days_text(plan, one.horizon_years),
               short_number(report.required[y][hedger]), percent(one.nominal),
               share_text(report.at(scenario, hedger, "p_uncovered_" + one.name), form),
               share_text(report.at(scenario, hedger, "p_uncovered_traded_" + one.name), form)});
  }
}

std::string table_text(const Plan& plan, const Report& report, std::size_t scenario, Shares form) {
  TextTable table(
      {plan.scenarios[scenario].name, "yardstick", "horizon", "required", "nominal", "held", "traded"});
  for (const std::size_t h : shown_hedgers(plan, report, scenario, plan.yardsticks.size()))
    add_lines(plan, report, scenario, h, form, table);
  return table.text();
}

/// Whether the first line fits: all are as long.
bool fits(const std::string& text, std::size_t width) {
  return screen_width(text.substr(0, text.find('\n'))) <= width;
}

/// Lines cut to a width.
std::string cut(const std::string& text, std::size_t width) {
  std::string out;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    out += shortened(text.substr(begin, end - begin), width) + "\n";
    begin = end + 1;
  }
  return out;
}

}  // namespace

std::string coverage_text(const Plan& plan, const Report& report, std::size_t width) {
  if (plan.yardsticks.empty()) return {};
  const bool all = shows_all_hedgers(plan, plan.yardsticks.size());
  std::string out =
      "\n" + wrapped(fmt::format("Share of paths in % on which more is lost by the end of a yardstick's "
                                 "horizon than it requires today{}. held: today's position; traded: as the "
                                 "desk goes on.",
                                 all ? "" : ", of the hedger with the least shortfall"),
                     width);
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s) {
    const std::string whole = table_text(plan, report, s, Shares::with_intervals);
    out += fits(whole, width) ? whole : cut(table_text(plan, report, s, Shares::alone), width);
  }
  return out;
}

}  // namespace unhedged::app
