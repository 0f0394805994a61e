#include <algorithm>
#include <cctype>
#include <cmath>

#include "engine/config/resolve.hpp"
#include "engine/core/overloaded.hpp"
#include "engine/simulation/requirements.hpp"

/// Which yardsticks are held against the losses of a run.
namespace unhedged::config {
namespace {

/// Per cent of losses that margins are to cover. source  Principles for financial market infrastructures
/// (2012), principle 6, key consideration 3
constexpr double kMarginLevel = 99;

/// The horizon of a yardstick, and how often losses may be larger; 0: it is of perpetuals alone.
struct Aim {
  double horizon_years = 0, nominal = 0;
};
Aim aim_of(const margin::Yardstick& yardstick, const Calendar& calendar) {
  const auto of_matrix = [&](const margin::MarginModel& model) {
    const double day = 1 / calendar.days_per_year;
    return Aim{model.look_ahead_years > 0 ? model.look_ahead_years : day, (100 - kMarginLevel) / 100};
  };
  const auto of_shortfall = [](const margin::ShortfallRule& rule) {
    const double years = rule.price_horizon_years > 0 ? rule.price_horizon_years : rule.horizon_years;
    return Aim{years, (100 - 100 * rule.level) / 100};
  };
  return std::visit(Overloaded{of_matrix, of_shortfall, [](const auto&) { return Aim{}; }}, yardstick.rule);
}

/// The first grid time at or after a time; none: the horizon is earlier.
std::optional<std::size_t> first_step(const simulation::Plan& plan, double horizon_years) {
  const TimeGrid& grid = plan.grid;
  const double time =
      grid.closes() ? grid.time_after(horizon_years * plan.calendar.days_per_year) : horizon_years;
  for (std::size_t step = 1; step <= grid.steps; ++step)
    if (grid.time(step) >= time - kGridTolerance * grid.dt_years) return step;
  return {};
}

/// Of letters, digits, dots and dashes.
std::string name_of_column(const std::string& name, const std::vector<simulation::YardstickPlan>& others) {
  std::string plain;
  for (const char c : name) {
    const auto code = static_cast<unsigned char>(c);
    plain += code < 128 && (std::isalnum(code) != 0 || c == '.' || c == '-') ? c : '_';
  }
  const auto is_taken = [&](const std::string& one) {
    return std::ranges::find(others, one, &simulation::YardstickPlan::name) != others.end();
  };
  std::string out = plain;
  for (int k = 2; is_taken(out); ++k) out = plain + "_" + std::to_string(k);
  return out;
}

/// An option on several assets of which a yardstick looks at some and not at others has no loss of its own.
bool parts_an_option(const simulation::Plan& plan, const std::vector<std::size_t>& assets) {
  const auto looks_at = [&](std::size_t a) { return std::ranges::find(assets, a) != assets.end(); };
  return std::ranges::any_of(plan.multi_assets, [&](const simulation::MultiAssetPlan& held) {
    return std::ranges::any_of(held.option->assets, looks_at) &&
           !std::ranges::all_of(held.option->assets, looks_at);
  });
}

}  // namespace

void resolve_coverage(const std::vector<margin::Yardstick>& yardsticks, simulation::Plan& plan,
                      Findings& findings) {
  const auto in_days = [&](double years) {
    return format_number(std::round(1e6 * years * plan.calendar.days_per_year) / 1e6) + " d";
  };
  for (std::size_t i = 0; i < yardsticks.size(); ++i) {
    const std::string key = element("yardsticks", i);
    const Aim aim = aim_of(yardsticks[i], plan.calendar);
    if (aim.horizon_years == 0) continue;
    const auto step = first_step(plan, aim.horizon_years);
    std::vector<std::size_t> assets = simulation::covered_assets(yardsticks[i].about, plan);
    if (!step) {
      findings.warn_at(key, "looks " + in_days(aim.horizon_years) +
                                " ahead, farther than the run: how often losses are larger is not told");
    } else if (parts_an_option(plan, assets)) {
      findings.warn_at(key,
                       "looks at some of the assets of an option on several and not at others: how often "
                       "losses are larger is not told");
    } else {
      plan.yardsticks.push_back({yardsticks[i], name_of_column(yardsticks[i].about.name, plan.yardsticks),
                                 aim.horizon_years, *step, aim.nominal, std::move(assets)});
    }
  }
}

}  // namespace unhedged::config
