#include "engine/simulation/column.hpp"

#include <algorithm>
#include <set>

#include "engine/core/errors.hpp"
#include "engine/hedging/account_terms.hpp"
#include "engine/simulation/plan.hpp"

namespace unhedged::simulation {

namespace {

bool has_account(const hedging::Hedger& hedger, risk::Concern whom) {
  if (!hedger.account) return false;
  if (whom == risk::Concern::margin) return hedger.account->is_limited();
  if (whom == risk::Concern::collateral) return !hedger.account->assets.empty();
  return whom == risk::Concern::account || hedger.account->deleveraging.has_value();
}

}  // namespace

bool concerns(risk::Concern whom, const Plan& plan, std::size_t scenario, std::size_t hedger) {
  if (whom == risk::Concern::everybody) return true;
  if (!plan.hedgers[hedger].hedges()) return false;
  if (whom == risk::Concern::calibration) return plan.hedgers[hedger].recalibrates();
  if (whom >= risk::Concern::account) return has_account(plan.hedgers[hedger], whom);
  return whom == risk::Concern::hedgers || plan.scenarios[scenario].feedback.has_value();
}

std::size_t width(const Column& column, const Plan& plan, std::size_t scenario) {
  if (column.shape == Shape::scenario) return 1;
  if (column.shape == Shape::scenario_regime) return plan.scenarios[scenario].regimes.size();
  return plan.hedgers.size() * column.parts;
}

void check_columns(const std::vector<Column>& columns) {
  UNHEDGED_EXPECT(!columns.empty() && columns.front().data.name == kPnl);
  UNHEDGED_EXPECT(columns.front().keep == Keep::every_path && columns.front().element == Element::number);
  std::set<std::string> datasets, means;
  for (const Column& c : columns) {
    const bool by_hedger = c.shape == Shape::scenario_hedger;
    if (c.keep == Keep::every_path)
      UNHEDGED_EXPECT(c.shape != Shape::scenario_regime && (by_hedger || c.mean.name.empty()));
    UNHEDGED_EXPECT(c.parts == 1 || by_hedger);
    UNHEDGED_EXPECT((c.keep == Keep::mean && by_hedger) == c.data.name.empty());
    UNHEDGED_EXPECT(c.keep == Keep::every_path || !c.mean.name.empty());
    UNHEDGED_EXPECT(c.data.name.empty() || datasets.insert(c.data.name).second);
    UNHEDGED_EXPECT(c.mean.name.empty() || means.insert(c.mean.name).second);
    UNHEDGED_EXPECT(static_cast<bool>(c.compute));
  }
}

std::vector<double> path_bytes(const Plan& plan) {
  std::vector<double> out;
  for (const Column& column : plan.columns) {
    if (column.keep != Keep::every_path) continue;
    double numbers = 0;
    for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
      numbers += static_cast<double>(width(column, plan, s));
    out.push_back(numbers * static_cast<double>(plan.paths) * static_cast<double>(column.element_bytes()));
  }
  return out;
}

}  // namespace unhedged::simulation
