#include "engine/app/table_columns.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "engine/app/text_table.hpp"
#include "engine/core/errors.hpp"

namespace unhedged::app {
namespace {

using simulation::Plan;
using simulation::Report;

constexpr const char* kAboveBest = "es_above_best";

std::string top(const Plan& plan, const std::string& measure) {
  return risk::metric_at_level(measure, plan.risk.levels.back());
}

/// "VaR 99 %" for var_99, other names as they are.
std::string heading_of(const std::string& name) {
  for (const auto& [prefix, word] : {std::pair{"var_", "VaR"}, {"es_", "ES"}}) {
    const std::string level = name.substr(std::min(name.size(), std::string(prefix).size()));
    if (name.starts_with(prefix) && level.find_first_not_of("0123456789.") == std::string::npos)
      return fmt::format("{} {} %", word, level);
  }
  if (name == "p_worse_than_unhedged") return "P(worse)";
  return name;
}

std::string number_in(const std::string& unit, double x, int digits) {
  return unit == "probability" ? fixed(100 * x, 1) : short_number(x, digits);
}

std::string uncertainty(const std::string& unit, const risk::Estimate& e, Form form) {
  if (form == Form::value || e.known == risk::Known::nothing) return "";
  if (e.known == risk::Known::value) return form == Form::error ? " \u00b1n/a" : " [n/a]";
  if (e.lower == e.upper) return "";
  if (form == Form::error) return " \u00b1" + number_in(unit, 0.5 * (e.upper - e.lower), 3);
  return fmt::format(" [{}, {}]", number_in(unit, e.lower, 4), number_in(unit, e.upper, 4));
}

TableColumn metric_column(const Plan& plan, const Report& report, const risk::MetricInfo& info) {
  const auto at = [&plan, &report, info](std::size_t s, std::size_t h) -> std::optional<risk::Estimate> {
    if (!simulation::concerns(info.concern, plan, s, h)) return {};
    return report.at(s, h, info.name);
  };
  return {info.name, heading_of(info.name), info.unit, at};
}

/// ES less that of the hedger with the least, on the same paths.
TableColumn above_best(const Plan& plan, const Report& report) {
  const auto at = [&plan, &report](std::size_t s, std::size_t h) -> std::optional<risk::Estimate> {
    const std::size_t best = best_hedger(report, plan, s);
    if (h == best) return {};
    return risk::find(report.paired[s][h][best], top(plan, "es"));
  };
  return {kAboveBest, "above best", risk::kMoney, at, "best"};
}

}  // namespace

TableCell TableColumn::cell(std::size_t scenario, std::size_t hedger, Form form) const {
  const std::optional<risk::Estimate> e = at(scenario, hedger);
  if (!e) return {absent, ""};
  if (e->known == risk::Known::nothing) return {"n/a", ""};
  return {number_in(unit, e->value, 4) + (unit == "probability" ? " %" : ""), uncertainty(unit, *e, form)};
}

TableCell TableColumn::nominal(Form form) const {
  const bool percent = unit == "probability";
  const char* const errors[] = {"", percent ? " \u00b10.7" : " \u00b18.07 k",
                                percent ? " [60.7, 62.1]" : " [-1.234 M, -1.234 M]"};
  return {percent ? "100.0 %" : "-1.234 M", errors[static_cast<std::size_t>(form)]};
}

std::vector<std::string> column_names(const Plan& plan) {
  std::vector<std::string> names;
  for (const risk::MetricInfo& info : simulation::summary_metrics(plan)) names.push_back(info.name);
  names.push_back(kAboveBest);
  return names;
}

TableColumn column_of(const Plan& plan, const Report& report, const std::string& name) {
  if (name == kAboveBest) return above_best(plan, report);
  const std::vector<risk::MetricInfo> metrics = simulation::summary_metrics(plan);
  const auto found = std::ranges::find(metrics, name, &risk::MetricInfo::name);
  UNHEDGED_EXPECT(found != metrics.end());
  return metric_column(plan, report, *found);
}

std::vector<Shown> ladder(const Plan& plan) {
  const std::string var = top(plan, "var"), es = top(plan, "es"), worse = "p_worse_than_unhedged";
  std::vector<Shown> out{{"mean", Form::value},
                         {"sd", Form::value},
                         {var, Form::value},
                         {es, Form::value},
                         {worse, Form::value}};
  const std::vector<std::string> all = column_names(plan);
  for (const char* failure : {"p_margin_call", "p_liquidated", "p_deleveraged"})
    if (std::ranges::find(all, failure) != all.end()) out.push_back({failure, Form::value});
  const auto other_levels = [&](const std::string& measure) {
    for (std::size_t k = plan.risk.levels.size() - 1; k-- > 0;)
      out.push_back({risk::metric_at_level(measure, plan.risk.levels[k]), Form::value});
  };
  out.push_back({es, Form::error});
  other_levels("es");
  out.insert(out.end(), {{kAboveBest, Form::error}, {"mean", Form::error}});
  other_levels("var");
  if (plan.has_feedback()) out.push_back({"self_inflicted_loss", Form::value});
  out.insert(out.end(), {{worse, Form::error},
                         {"cost", Form::value},
                         {es, Form::ends},
                         {var, Form::ends},
                         {"sd", Form::error}});
  if (plan.has_feedback()) out.push_back({"p_exploded", Form::value});
  out.push_back({"cost", Form::error});
  return out;
}

}  // namespace unhedged::app
