#include "engine/app/causes_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/app/table.hpp"

namespace unhedged::app {
namespace {

using simulation::Plan;
using simulation::Report;

constexpr std::size_t kMostNamed = 5;
constexpr double kWorthNaming = 0.02;  ///< of what all causes take

std::string cause_name(std::size_t bucket) { return simulation::buckets()[bucket].name; }

/// The parts that matter, what takes most first.
template <class NameOf>
std::string named(const std::vector<risk::Estimate>& tail, const NameOf& name_of) {
  double lost = 0;
  for (const risk::Estimate& one : tail) lost += std::max(0.0, -one.value);
  std::vector<std::size_t> order;
  for (std::size_t b = 0; b < tail.size(); ++b)
    if (std::abs(tail[b].value) > kWorthNaming * lost) order.push_back(b);
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t b) { return std::abs(tail[b].value); });
  if (order.size() > kMostNamed) order.resize(kMostNamed);
  std::ranges::stable_sort(order, {}, [&](std::size_t b) { return tail[b].value; });
  std::string out;
  for (const std::size_t b : order)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", name_of(b), short_number(tail[b].value));
  return out;
}

/// A line for each hedger under the name of its scenario: its part of the tail in words.
template <class Words>
std::string lines_of(const Plan& plan, const Report& report, std::size_t width, const Words& words) {
  std::string out;
  std::size_t widest = 0;
  for (const hedging::Hedger& hedger : plan.hedgers) widest = std::max(widest, screen_width(hedger.name));
  widest = std::min(widest, width / 3);
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s) {
    out += "  " + shortened(plan.scenarios[s].name, width - 2) + "\n";
    for (const std::size_t h : shown_hedgers(plan, report, s))
      out += shortened("    " + left_aligned(shortened(plan.hedgers[h].name, widest), widest) + "  " +
                           words(report.explained[s][h]),
                       width) +
             "\n";
  }
  return out;
}

std::string groups_text(const Plan& plan, const Report& report, std::size_t width) {
  const std::vector<std::string> parts = simulation::parts_by_group(plan);
  if (parts.empty()) return {};
  return "\n" + wrapped("The same by group of positions, unhedged, and what hedging them made:", width) +
         lines_of(plan, report, width, [&](const simulation::Explanation& one) {
           return named(one.tail_by_group, [&](std::size_t g) { return parts[g]; });
         });
}

}  // namespace

std::string causes_text(const Plan& plan, const Report& report, std::size_t width) {
  if (plan.explained == simulation::Explained::nothing) return {};
  const std::string head = fmt::format(
      "Largest causes of the mean P&L of the worst {:g} % of paths{}; all sum to -{}:",
      100 * (1 - plan.risk.levels.back()), shows_all_hedgers(plan) ? "" : ", of the hedger with the least",
      risk::metric_at_level("es", plan.risk.levels.back()));
  return "\n" + wrapped(head, width) +
         lines_of(plan, report, width,
                  [](const simulation::Explanation& one) { return named(one.tail, cause_name); }) +
         groups_text(plan, report, width);
}

}  // namespace unhedged::app
