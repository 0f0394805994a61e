#include "engine/app/table.hpp"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/app/causes_text.hpp"
#include "engine/app/commands.hpp"
#include "engine/app/coverage_text.hpp"
#include "engine/app/table_columns.hpp"
#include "engine/config/field.hpp"
#include "engine/core/errors.hpp"
#include "engine/core/utf8.hpp"
#include "engine/risk/intervals.hpp"

namespace unhedged::app {
namespace {

using simulation::Plan;
using simulation::Report;

constexpr std::size_t kIndent = 2, kGap = 2;
constexpr std::size_t kCoreWidth = 52;  // of the columns that are always there; names give way to them

/// A column with the text of every cell of the run.
struct Laid {
  Laid(const Plan& plan, const TableColumn& column, Form form);
  std::size_t width() const { return std::max(value + uncertainty, screen_width(heading)); }

  std::string name, heading;
  std::vector<std::vector<TableCell>> cells;  // [scenario][hedger]
  std::size_t value = 0, uncertainty = 0;
};

Laid::Laid(const Plan& plan, const TableColumn& column, Form form)
    : name(column.name), heading(column.heading) {
  const auto widen = [this](const TableCell& cell) {
    value = std::max(value, screen_width(cell.value));
    uncertainty = std::max(uncertainty, screen_width(cell.uncertainty));
  };
  widen(column.nominal(form));
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s) {
    cells.emplace_back();
    for (std::size_t h = 0; h < plan.hedgers.size(); ++h) {
      cells.back().push_back(column.cell(s, h, form));
      widen(cells.back().back());
    }
  }
}

/// Columns side by side, hedgers under the name of their scenario.
class ColumnGroup {
 public:
  ColumnGroup(const Plan& plan, std::size_t width) : plan_(plan), width_(width) {
    for (const auto& hedger : plan.hedgers)
      hedger_width_ = std::max(hedger_width_, screen_width(hedger.name));
    hedger_width_ = std::min(hedger_width_, std::max<std::size_t>(width - kCoreWidth, 8));
  }

  std::size_t width(const std::vector<Laid>& columns) const {
    std::size_t sum = kIndent + hedger_width_;
    for (const Laid& column : columns) sum += kGap + column.width();
    return sum;
  }
  bool fits(const std::vector<Laid>& columns) const { return width(columns) <= width_; }

  std::string text(const std::vector<Laid>& columns) const {
    std::string out = std::string(kIndent + hedger_width_, ' ');
    for (const Laid& column : columns)
      out += std::string(kGap + column.width() - heading_width(column), ' ') +
             left_aligned(column.heading, heading_width(column));
    out = trimmed(out);
    for (std::size_t s = 0; s < plan_.scenarios.size(); ++s) {
      out += shortened(plan_.scenarios[s].name, width_) + "\n";
      for (std::size_t h = 0; h < plan_.hedgers.size(); ++h) out += row(columns, s, h);
    }
    return out;
  }

 private:
  /// Headings end where the values do, unless they are longer than those.
  static std::size_t heading_width(const Laid& column) {
    return std::min(column.width(), screen_width(column.heading) + column.uncertainty);
  }

  static std::string trimmed(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
  }

  std::string row(const std::vector<Laid>& columns, std::size_t s, std::size_t h) const {
    std::string out = std::string(kIndent, ' ') +
                      left_aligned(shortened(plan_.hedgers[h].name, hedger_width_), hedger_width_);
    for (const Laid& column : columns) {
      const TableCell& cell = column.cells[s][h];
      out += std::string(kGap, ' ') + right_aligned(cell.value, column.width() - column.uncertainty) +
             left_aligned(cell.uncertainty, column.uncertainty);
    }
    return trimmed(out);
  }

  const Plan& plan_;
  std::size_t width_, hedger_width_ = 0;
};

std::string horizon_text(const Plan& plan) {
  const TimeGrid& grid = plan.grid;
  const double days =
      static_cast<double>(grid.open_steps(grid.steps)) * grid.day_share(plan.calendar.days_per_year);
  if (days < 1 - 1e-9) return fmt::format("{:.6g} h", days * plan.calendar.hours_per_day);
  return fmt::format("{:.6g} {}", days, plan.calendar.name == kTrading.name ? "sessions" : "d");
}

/// What was run is not what the configuration says.
std::string set_text(const TableOptions& options) {
  std::string out;
  for (const auto& [key, value] : options.overrides) out += (out.empty() ? "" : ", ") + key + "=" + value;
  return out.empty() ? "" : wrapped("set: " + out, options.width);
}

std::string header(const Plan& plan, const Report& report, const TableOptions& options) {
  const std::size_t width = options.width;
  return wrapped(fmt::format("{}: {} paths; P&L at the horizon of {}, undiscounted, in {}.", plan.name,
                             report.paths, horizon_text(plan), plan.unit()),
                 width) +
         set_text(options) +
         wrapped(fmt::format("mean: a gain is positive. VaR, ES: a loss is positive. "
                             "\u00b1 is half the {:g} % interval, [ ] its ends.",
                             100 * plan.risk.confidence),
                 width) +
         "\n";
}

bool shows(const std::vector<Laid>& columns, const std::string& name) {
  return std::ranges::find(columns, name, &Laid::name) != columns.end();
}

/// Where the feedback of a hedge ran away most often: hedging stops on these paths, which no other number
/// tells.
std::string explosions(const Plan& plan, const Report& report, std::size_t width) {
  if (!plan.has_feedback()) return "";
  const TableColumn exploded = column_of(plan, report, "p_exploded");
  std::size_t scenario = 0, hedger = 0;
  double most = 0;
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
    for (std::size_t h = 0; h < plan.hedgers.size(); ++h)
      if (const auto e = exploded.at(s, h); e && e->value > most) most = e->value, scenario = s, hedger = h;
  if (most == 0) return "";
  return wrapped(
      fmt::format(
          "p_exploded: feedback ran away, and hedging stopped, on {:.3g} % of the paths of {} in {}{}.",
          100 * most, plan.hedgers[hedger].name, plan.scenarios[scenario].name,
          plan.hedgers.size() > 2 ? ", the most" : ""),
      width);
}

/// What the headings do not say, and why there are no intervals where there are none.
std::string notes(const Plan& plan, const Report& report, const std::vector<Laid>& columns,
                  std::size_t width) {
  std::string out = "\n" + explosions(plan, report, width);
  if (shows(columns, "p_worse_than_unhedged"))
    out += wrapped("P(worse): share of paths on which hedging loses more than not hedging.", width);
  if (shows(columns, "es_above_best"))
    out += wrapped(fmt::format("above best: {} less the least of the hedgers, on the same paths.",
                               risk::metric_at_level("es", plan.risk.levels.back())),
                   width);
  std::string without;
  for (const double level : plan.risk.levels)
    if (static_cast<double>(report.paths) * (1 - level) < risk::kFewestPoints * (1 - 1e-9))
      without += (without.empty() ? "" : ", ") + risk::metric_at_level("es", level);
  if (!without.empty())
    out += wrapped(fmt::format("n/a: no interval; fewer than {:g} losses are in the tail of {}.",
                               risk::kFewestPoints, without),
                   width);
  return out == "\n" ? "" : out;
}

std::string not_shown(const std::vector<Shown>& rungs, const std::vector<Laid>& columns, std::size_t width) {
  std::string names;
  std::vector<std::string> named;
  for (const Shown& rung : rungs) {
    if (shows(columns, rung.name) || std::ranges::find(named, rung.name) != named.end()) continue;
    named.push_back(rung.name);
    names += (names.empty() ? "" : ", ") + rung.name;
  }
  if (names.empty()) return wrapped("More: --columns all.", width);
  return wrapped(
      fmt::format("Not shown in {} columns: {}. More: --width N, --columns NAME,... or all.", width, names),
      width);
}

/// As many rungs of the ladder as fit.
std::vector<Laid> by_width(const Plan& plan, const Report& report, const ColumnGroup& block,
                           const std::vector<Shown>& rungs) {
  std::vector<Laid> columns;
  for (std::size_t k = 0; k < rungs.size(); ++k) {
    std::vector<Laid> next = columns;
    Laid laid(plan, column_of(plan, report, rungs[k].name), rungs[k].form);
    const auto there = std::ranges::find(next, rungs[k].name, &Laid::name);
    if (there != next.end()) *there = std::move(laid);
    else next.push_back(std::move(laid));
    if (k >= kCore && !block.fits(next)) break;
    columns = std::move(next);
  }
  return columns;
}

std::vector<Laid> laid(const Plan& plan, const Report& report, const std::vector<std::string>& names,
                       Form form) {
  std::vector<Laid> out;
  out.reserve(names.size());
  for (const std::string& name : names) out.emplace_back(plan, column_of(plan, report, name), form);
  return out;
}

/// The columns that were asked for, in as many blocks as they need.
std::string chosen(const Plan& plan, const Report& report, const ColumnGroup& block,
                   const std::vector<std::string>& names) {
  std::vector<Laid> all = laid(plan, report, names, Form::ends);
  if (!block.fits(all)) all = laid(plan, report, names, Form::error);
  std::string out;
  std::vector<Laid> side_by_side;
  for (Laid& column : all) {
    side_by_side.push_back(column);
    if (side_by_side.size() == 1 || block.fits(side_by_side)) continue;
    side_by_side.pop_back();
    out += block.text(side_by_side) + "\n";
    side_by_side.assign(1, column);
  }
  return out + block.text(side_by_side);
}

}  // namespace

std::size_t output_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return kPipedWidth;
  return std::max<std::size_t>(kNarrowest, size.ws_col);
}

bool shows_all_hedgers(const Plan& plan, std::size_t each) {
  constexpr std::size_t most_lines = 24;
  return plan.scenarios.size() * plan.hedgers.size() * each <= most_lines;
}

std::vector<std::size_t> shown_hedgers(const Plan& plan, const Report& report, std::size_t scenario,
                                       std::size_t each) {
  if (!shows_all_hedgers(plan, each)) return {best_hedger(report, plan, scenario)};
  std::vector<std::size_t> all(plan.hedgers.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

void check_columns(const Plan& plan, const std::vector<std::string>& columns) {
  std::vector<std::string> allowed = column_names(plan);
  allowed.push_back("all");
  for (const std::string& name : columns)
    if (std::ranges::find(allowed, name) == allowed.end())
      throw UsageError("--columns: " + in_quotes(name) + " is no column of this run" +
                       config::suggestion(name, allowed));
}

std::string result_table(const Plan& plan, const Report& report, const TableOptions& options) {
  const std::size_t width = std::max(kNarrowest, options.width);
  const ColumnGroup block(plan, width);
  if (options.columns.empty()) {
    const std::vector<Shown> rungs = ladder(plan);
    const std::vector<Laid> columns = by_width(plan, report, block, rungs);
    return header(plan, report, options) + block.text(columns) + notes(plan, report, columns, width) +
           not_shown(rungs, columns, width) + causes_text(plan, report, width) +
           coverage_text(plan, report, width);
  }
  const bool everything = std::ranges::find(options.columns, "all") != options.columns.end();
  const std::vector<std::string> names = everything ? column_names(plan) : options.columns;
  return header(plan, report, options) + chosen(plan, report, block, names) +
         notes(plan, report, laid(plan, report, names, Form::value), width);
}

}  // namespace unhedged::app
