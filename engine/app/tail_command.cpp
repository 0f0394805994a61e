#include "engine/app/tail_command.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "engine/app/cost.hpp"
#include "engine/app/json_numbers.hpp"
#include "engine/app/messages.hpp"
#include "engine/app/text_table.hpp"
#include "engine/config/scalar.hpp"
#include "engine/core/utf8.hpp"
#include "engine/output/stored_pnl.hpp"
#include "engine/risk/metric.hpp"

namespace unhedged::app {
namespace {

constexpr double kGib = 0x1p30;

std::vector<double> levels_of(const TailArguments& arguments, const output::ResultFile& result) {
  std::vector<double> out;
  for (std::string text : arguments.levels) {
    text.erase(0, text.find_first_not_of(' '));
    std::string why;
    const auto level = config::parse_quantity(text, Unit::ratio, why);
    if (!level || !(*level > 0 && *level < 1))
      throw UsageError("--level: " + in_quotes(text) + " is no level between 0 and 1, as 99.9 % or 0.999");
    out.push_back(*level);
  }
  if (out.empty()) out = result.levels();
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

/// Of one scenario and hedger.
struct TailRow {
  std::string scenario, hedger;
  std::vector<risk::Estimate> value_at_risk, expected_shortfall;  // [level]
};

std::string tail_json(const output::ResultFile& result, const std::vector<double>& levels,
                      const std::vector<TailRow>& rows) {
  nlohmann::ordered_json out{{"file", result.path()},
                             {"paths", result.paths()},
                             {"currency", result.text("currency")},
                             {"confidence", result.number("confidence")}};
  for (const TailRow& row : rows) {
    nlohmann::ordered_json cell{{"scenario", row.scenario}, {"hedger", row.hedger}};
    for (std::size_t k = 0; k < levels.size(); ++k) {
      cell[risk::metric_at_level("var", levels[k])] = json_of(row.value_at_risk[k]);
      cell[risk::metric_at_level("es", levels[k])] = json_of(row.expected_shortfall[k]);
    }
    out["cells"].push_back(cell);
  }
  return out.dump(2) + "\n";
}

std::string with_interval(const risk::Estimate& e) {
  if (!std::isfinite(e.lower)) return short_number(e.value);
  return short_number(e.value) + " [" + short_number(e.lower) + ", " + short_number(e.upper) + "]";
}

std::string tail_table(const std::vector<double>& levels, const std::vector<TailRow>& rows) {
  std::vector<std::string> header{"scenario", "hedger"};
  for (const double level : levels)
    for (const char* measure : {"var", "es"}) header.push_back(risk::metric_at_level(measure, level));
  TextTable table(header);
  for (const TailRow& row : rows) {
    std::vector<std::string> cells{row.scenario, row.hedger};
    for (std::size_t k = 0; k < levels.size(); ++k) {
      cells.push_back(with_interval(row.value_at_risk[k]));
      cells.push_back(with_interval(row.expected_shortfall[k]));
    }
    table.add(cells);
  }
  return table.text();
}

}  // namespace

int tail_command(const TailArguments& arguments) {
  const output::ResultFile result(arguments.result);
  const std::vector<double> levels = levels_of(arguments, result);
  const double allowed = arguments.memory_gib > 0 ? arguments.memory_gib * kGib : 0.25 * available_bytes();
  const auto memory = static_cast<std::size_t>(std::min(allowed, 0x1p60));
  std::vector<TailRow> rows;
  std::uint64_t reads = 0;
  for (std::size_t s = 0; s < result.scenarios().size(); ++s)
    for (std::size_t h = 0; h < result.hedgers().size(); ++h) {
      const output::StoredPnl pnl(result, s, h);
      const risk::StreamedTail tail(pnl, levels, result.number("confidence"), memory);
      rows.push_back(
          {result.scenarios()[s], result.hedgers()[h], tail.value_at_risk(), tail.expected_shortfall()});
      reads += tail.reads();
    }
  const std::string text = arguments.json ? tail_json(result, levels, rows) : tail_table(levels, rows);
  std::fputs(text.c_str(), stdout);
  if (!arguments.quiet)
    note(fmt::format("the P&L was read {:.3g} times",
                     static_cast<double>(reads) / static_cast<double>(rows.size())));
  return kDone;
}

}  // namespace unhedged::app
