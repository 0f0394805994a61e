#include "engine/app/margin_table.hpp"

#include <fmt/core.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/app/text_table.hpp"
#include "engine/core/overloaded.hpp"

namespace unhedged::app {
namespace {

using nlohmann::ordered_json;
using simulation::AssetRequired;
using simulation::Required;

std::string way(margin::VolatilityMove move) {
  switch (move) {
    case margin::VolatilityMove::up: return "up";
    case margin::VolatilityMove::down: return "down";
    case margin::VolatilityMove::same: break;
  }
  return "same";
}

std::string move_text(const margin::MarginScenario& worst) {
  const double percent = 100 * worst.move;
  return (percent > 0 ? "+" : "") + short_number(percent) + " %, volatility " + way(worst.volatility);
}

std::string kind_of(const margin::Yardstick& one) {
  return std::visit(Overloaded{[](const margin::MarginModel&) { return "matrix"; },
                               [](const margin::TierRule&) { return "tiers"; },
                               [](const margin::LeverageRule&) { return "leverage"; },
                               [](const margin::ShortfallRule&) { return "shortfall"; }},
                    one.rule);
}

double age_in_days(const margin::Yardstick& one, const MarginReport& report) {
  return static_cast<double>((report.day - one.about.date.first).count());
}

/// "1.4 y before 2025-10-09"
std::string age_text(const margin::Yardstick& one, const MarginReport& report) {
  const double days = age_in_days(one, report);
  const std::chrono::year_month_day day(report.day);
  return fmt::format("{} y {} {:04d}-{:02d}-{:02d}", fixed(std::abs(days) / 365.25, 1),
                     days < 0 ? "after" : "before", int(day.year()), unsigned(day.month()),
                     unsigned(day.day()));
}

std::string amount(const std::optional<double>& x) { return x ? short_number(*x, 5) : "-"; }

std::string perpetual_text(const simulation::PerpetualHeld& held) {
  std::string text = "value " + short_number(held.notional);
  if (held.liquidation_price) text += ", lost at " + short_number(*held.liquidation_price, 6);
  return text;
}

/// Which scenario is worst, or what else there is to say.
std::string remark(const margin::Yardstick& yardstick, const Required& required, const MarginReport& report) {
  if (required.tail) {
    const auto& rule = std::get<margin::ShortfallRule>(yardstick.rule);
    std::string text = fmt::format("worst {} % of {} d", short_number(100 * (1 - rule.level)),
                                   short_number(rule.horizon_years * report.plan.calendar.days_per_year));
    if (required.tail->standard_error > 0)
      text += ", standard error " + short_number(required.tail->standard_error, 2);
    return text;
  }
  if (required.assets.empty())
    return std::holds_alternative<margin::MarginModel>(yardstick.rule) ? "nothing is held"
                                                                       : "no perpetual is held";
  std::string text;
  for (const AssetRequired& one : required.assets) {
    text += text.empty() ? "" : "; ";
    if (required.assets.size() > 1) text += report.plan.assets[one.asset].name + " ";
    if (!one.worst) text += perpetual_text(one.perpetual);
    else text += one.margin.scan > 0 ? move_text(*one.worst) : "nothing loses";
  }
  return text;
}

std::string names_of(const std::vector<std::size_t>& assets, const simulation::Plan& plan) {
  std::string text;
  for (const std::size_t a : assets) text += (text.empty() ? "" : " ") + plan.assets[a].name;
  return text;
}

ordered_json json_of(const std::optional<double>& x) { return x ? ordered_json(*x) : ordered_json(); }

ordered_json json_of(const AssetRequired& one, const simulation::Plan& plan) {
  ordered_json out{{"asset", plan.assets[one.asset].name}};
  if (one.worst) {
    out["initial"] = one.margin.initial;
    out["maintenance"] = json_of(one.margin.maintenance);
    out["scan"] = one.margin.scan;
    out["floor"] = one.margin.floor;
    out["charges"] = one.margin.charges;
    out["worst"] = {{"scenario", one.margin.worst + 1},
                    {"move", one.worst->move},
                    {"volatility", way(one.worst->volatility)},
                    {"weight", one.worst->weight}};
    return out;
  }
  out["units"] = one.perpetual.units;
  out["value"] = one.perpetual.notional;
  out["maintenance"] = json_of(one.margin.maintenance);
  out["liquidation_price"] = json_of(one.perpetual.liquidation_price);
  out["first_part"] = one.perpetual.first_part;
  out["pause_seconds"] = one.perpetual.pause_seconds;
  out["backstop_price"] = json_of(one.perpetual.backstop_price);
  out["bankruptcy_price"] = json_of(one.perpetual.bankruptcy_price);
  return out;
}

ordered_json json_of(const std::string& book, const Required& required, const simulation::Plan& plan) {
  ordered_json out{
      {"book", book}, {"initial", json_of(required.initial)}, {"maintenance", json_of(required.maintenance)}};
  if (!required.assets.empty() && required.assets.front().worst) {
    out["scan"] = required.scan;
    out["floor"] = required.floor;
    out["charges"] = required.charges;
  }
  out["assets"] = ordered_json::array();
  for (const AssetRequired& one : required.assets) out["assets"].push_back(json_of(one, plan));
  if (required.tail)
    out["tail"] = {{"value_at_risk", required.tail->value_at_risk},
                   {"expected_shortfall", required.tail->expected_shortfall},
                   {"standard_error", required.tail->standard_error}};
  return out;
}

}  // namespace

std::string margin_text(const MarginReport& report) {
  TextTable table({"yardstick", "held", "required", "maintenance", "worst scenario"});
  for (std::size_t y = 0; y < report.yardsticks.size(); ++y)
    for (std::size_t b = 0; b < report.books.size(); ++b) {
      const Required& one = report.required[y][b];
      table.add({b == 0 ? report.yardsticks[y].shown : "", report.books[b], amount(one.initial),
                 amount(one.maintenance), remark(report.yardsticks[y], one, report)});
    }
  std::string out = fmt::format("{}: what is required {}, in {}\n{}", report.plan.name,
                                report.at.empty() ? "today" : "in " + report.at + " at today's quotes",
                                report.plan.currency, table.text());
  for (const margin::Yardstick& one : report.yardsticks) {
    const auto covered = simulation::covered_assets(one.about, report.plan);
    out += fmt::format(
        "{}: {}; of {}, {}{}\n", one.about.name, one.about.title, one.about.date.text, age_text(one, report),
        covered.size() < report.plan.assets.size() ? "; covers " + names_of(covered, report.plan) + " alone"
                                                   : "");
  }
  return out;
}

std::string margin_json(const MarginReport& report) {
  ordered_json out{{"name", report.plan.name}, {"currency", report.plan.currency}};
  out["at"] = report.at.empty() ? "today" : report.at;
  out["yardsticks"] = ordered_json::array();
  for (std::size_t y = 0; y < report.yardsticks.size(); ++y) {
    const margin::Yardstick& yardstick = report.yardsticks[y];
    ordered_json one{{"name", yardstick.about.name},      {"shown", yardstick.shown},
                     {"kind", kind_of(yardstick)},        {"title", yardstick.about.title},
                     {"date", yardstick.about.date.text}, {"age_days", age_in_days(yardstick, report)}};
    for (const margin::ModelSource& source : yardstick.about.sources)
      one["sources"].push_back({{"what", source.what}, {"where", source.where}});
    for (const std::size_t a : simulation::covered_assets(yardstick.about, report.plan))
      one["assets"].push_back(report.plan.assets[a].name);
    for (std::size_t b = 0; b < report.books.size(); ++b)
      one["books"].push_back(json_of(report.books[b], report.required[y][b], report.plan));
    out["yardsticks"].push_back(one);
  }
  return out.dump(2) + "\n";
}

}  // namespace unhedged::app
