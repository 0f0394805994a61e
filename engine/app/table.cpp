#include "engine/app/table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace unhedged::app {
namespace {

using simulation::Plan;
using simulation::Report;

/// "n/a" where a number is not defined, the value alone where no interval is given.
bool has_interval(const risk::Estimate& e) { return e.known == risk::Known::interval; }

/// value -/+ half the width of its interval.
std::string with_error(const risk::Estimate& e) {
  const double half = 0.5 * (e.upper - e.lower);
  if (!has_interval(e) || half == 0) return short_number(e.value);
  return fmt::format("{} ±{}", short_number(e.value), short_number(half));
}

std::string interval(const risk::Estimate& e) {
  if (!has_interval(e)) return short_number(e.value) + " [n/a]";
  return fmt::format("{} [{}, {}]", short_number(e.value), short_number(e.lower), short_number(e.upper));
}

std::string percent(const risk::Estimate& e) {
  return fmt::format("{:.1f} % ±{:.1f}", 100 * e.value, 50 * (e.upper - e.lower));
}

/// What is not known is null.
nlohmann::ordered_json json_of(const risk::Estimate& e) {
  const auto number = [](double x) { return std::isfinite(x) ? nlohmann::ordered_json(x) : nlohmann::ordered_json(); };
  return {{"value", number(e.value)}, {"lower", number(e.lower)}, {"upper", number(e.upper)},
          {"standard_error", number(e.standard_error)}};
}

std::vector<std::string> row_of(const Plan& plan, const Report& report, std::size_t s, std::size_t h) {
  const std::string var = risk::level_name("var", plan.risk.levels.back());
  const std::string es = risk::level_name("es", plan.risk.levels.back());
  const std::size_t best = best_hedger(report, plan, s);
  std::vector<std::string> row{plan.scenarios[s].name, plan.hedgers[h].name,
                               with_error(report.at(s, h, "mean")), with_error(report.at(s, h, "sd")),
                               interval(report.at(s, h, var)), interval(report.at(s, h, es)),
                               plan.hedgers[h].hedges() ? percent(report.at(s, h, "p_worse_than_unhedged")) : "-"};
  row.push_back(h == best ? "best" : with_error(report.paired[s][h][best].back()));
  row.push_back(plan.hedgers[h].hedges() ? with_error(report.at(s, h, "cost")) : "-");
  if (!plan.has_feedback()) return row;
  const bool fed = plan.scenarios[s].feedback && plan.hedgers[h].hedges();
  row.push_back(fed ? with_error(report.at(s, h, "self_inflicted_loss")) : "-");
  row.push_back(fed ? percent(report.at(s, h, "p_exploded")) : "-");
  return row;
}

/// Characters on the screen: bytes that continue a UTF-8 character do not count.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

std::string short_number(double x) {
  if (std::isnan(x)) return "n/a";
  if (std::isinf(x)) return x > 0 ? "inf" : "-inf";
  constexpr std::pair<double, const char*> scales[] = {{1e12, " T"}, {1e9, " G"}, {1e6, " M"}, {1e3, " k"}};
  for (const auto& [scale, suffix] : scales)
    if (std::abs(x) >= scale) return fmt::format("{:.4g}{}", x / scale, suffix);
  return fmt::format("{:.4g}", x);
}

std::string TextTable::text() const {
  std::vector<std::size_t> widths(rows_.front().size(), 0);
  for (const auto& row : rows_)
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width(row[c]));
  std::string out;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string pad(widths[c] - width(row[c]), ' ');
      line += c < 2 ? row[c] + pad : pad + row[c];
      if (c + 1 < row.size()) line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string result_table(const Plan& plan, const Report& report) {
  const std::string level = risk::level_name("", plan.risk.levels.back()).substr(1);
  std::vector<std::string> head{"scenario", "hedger", "mean", "sd", "VaR " + level + " %", "ES " + level + " %",
                                "worse than unhedged", "ES above best", "cost"};
  if (plan.has_feedback()) head.insert(head.end(), {"self-inflicted", "exploded"});
  TextTable table(head);
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
    for (std::size_t h = 0; h < plan.hedgers.size(); ++h) table.add(row_of(plan, report, s, h));
  return table.text();
}

std::string result_json(const Plan& plan, const Report& report) {
  nlohmann::ordered_json out{{"name", plan.name}, {"paths", plan.paths}, {"seed", plan.seed}};
  out["confidence"] = plan.risk.confidence;
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
    for (std::size_t h = 0; h < plan.hedgers.size(); ++h) {
      nlohmann::ordered_json cell{{"scenario", plan.scenarios[s].name}, {"hedger", plan.hedgers[h].name}};
      for (std::size_t m = 0; m < report.metrics.size(); ++m)
        cell["summary"][report.metrics[m].name] = json_of(report.summary[s][h][m]);
      const std::size_t best = best_hedger(report, plan, s);
      cell["best"] = plan.hedgers[best].name;
      for (std::size_t m = 0; m < report.paired_metrics.size(); ++m)
        cell["difference_to_best"][report.paired_metrics[m].name] = json_of(report.paired[s][h][best][m]);
      out["cells"].push_back(cell);
    }
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
    for (const auto& row : report.regime_time[s])
      out["regime_time"][plan.scenarios[s].name][row.regime] = json_of(row.share);
  return out.dump(2) + "\n";
}

}  // namespace unhedged::app
