#include "engine/app/causes_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/app/text_table.hpp"

namespace unhedged::app {
namespace {

using simulation::Plan;
using simulation::Report;

constexpr std::size_t kMostLines = 24, kMostNamed = 5;
constexpr double kWorthNaming = 0.02;  ///< of what all causes take

/// The causes that matter, what takes most first.
std::string named(const std::vector<risk::Estimate>& tail) {
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
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", simulation::buckets()[b].name,
                       short_number(tail[b].value));
  return out;
}

}  // namespace

std::string causes_text(const Plan& plan, const Report& report, std::size_t width) {
  if (plan.explained == simulation::Explained::nothing) return {};
  const bool all = plan.scenarios.size() * plan.hedgers.size() <= kMostLines;
  std::string out =
      "\n" +
      wrapped(fmt::format("Mean P&L of the worst {:g} % of paths by cause{}; its sum is -{}:",
                          100 * (1 - plan.risk.levels.back()), all ? "" : ", of the hedger with the least",
                          risk::metric_at_level("es", plan.risk.levels.back())),
              width);
  std::size_t widest = 0;
  for (const hedging::Hedger& hedger : plan.hedgers) widest = std::max(widest, screen_width(hedger.name));
  widest = std::min(widest, width / 3);
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s) {
    out += "  " + shortened(plan.scenarios[s].name, width - 2) + "\n";
    for (std::size_t h = 0; h < plan.hedgers.size(); ++h)
      if (all || h == simulation::best_hedger(report, plan, s))
        out += shortened("    " + left_aligned(shortened(plan.hedgers[h].name, widest), widest) + "  " +
                             named(report.explained[s][h].tail),
                         width) +
               "\n";
  }
  return out;
}

}  // namespace unhedged::app
