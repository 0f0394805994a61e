#include <algorithm>
#include <cmath>

#include "engine/config/resolve_hedgers.hpp"

namespace unhedged::config {
namespace {

using hedging::RuleTree;

/// Rules of one asset, from what was read.
class RuleResolver {
 public:
  /// `once`: takes the problems that are the same for all assets.
  RuleResolver(const MarketContext& market, std::size_t asset, Findings& findings, Findings& once)
      : market_(market), asset_(asset), findings_(findings), once_(once) {}

  RuleTree tree(const RuleSpec& spec) const {
    RuleTree out{RuleTree::How::all, nullptr, {}, {}};
    for (const RuleLeaf& rule : spec.rules) out.parts.push_back(leaf(rule));
    for (const RuleSpec& part : spec.all) out.parts.push_back(tree(part));
    for (const RuleSpec& part : spec.none)
      out.parts.push_back({RuleTree::How::none, nullptr, {}, {tree(part)}});
    for (const std::vector<RuleSpec>& parts : spec.any) {
      RuleTree any{RuleTree::How::any, nullptr, {}, {}};
      for (const RuleSpec& part : parts) any.parts.push_back(tree(part));
      out.parts.push_back(std::move(any));
    }
    return out.parts.size() == 1 ? RuleTree(out.parts.front()) : out;
  }

 private:
  RuleTree leaf(const RuleLeaf& rule) const {
    RuleTree out{RuleTree::How::one, rule.kind, {}, {}};
    for (std::size_t k = 0; k < rule.values.size(); ++k)
      out.values.push_back(value(rule.kind->parameters[k].form, rule.values[k], rule.path));
    return out;
  }

  hedging::RuleValue value(ParameterForm form, const ParameterSpec& spec, const std::string& path) const {
    switch (form) {
      case ParameterForm::volatility:
      case ParameterForm::number: return {spec.number, {}};
      case ParameterForm::span:
        return {spec.time ? std::optional(span_of(*spec.time, market_)) : std::nullopt, {}};
      case ParameterForm::interval: return {{}, looks(spec, path)};
      case ParameterForm::times: return {{}, times(spec.times, path)};
      case ParameterForm::of_half_spread: return {level(spec, market_.assets[asset_].half_spread, path), {}};
      case ParameterForm::of_daily_volume:
        return {level(spec, market_.assets[asset_].daily_volume.value_or(0), path), {}};
    }
    return {};
  }

  double level(const ParameterSpec& spec, double today, const std::string& path) const {
    if (spec.is_multiple && today == 0)
      findings_.add_at(path,
                       "is a multiple of what market.assets." + market_.names[asset_] + " does not state");
    return spec.number.value_or(0) * (spec.is_multiple ? today : 1);
  }

  std::vector<char> looks(const ParameterSpec& spec, const std::string& path) const {
    hedging::RebalanceRule rule;
    if (spec.time) resolve_interval(*spec.time, market_, path, once_, rule);
    std::vector<char> steps;
    for (std::size_t t = 0; t <= market_.grid.steps; ++t)
      steps.push_back(rule.looks_at(t, market_.grid) ? 1 : 0);
    return steps;
  }

  std::vector<char> times(const std::vector<Expiry>& times, const std::string& path) const {
    std::vector<char> steps(market_.grid.steps + 1, 0);
    if (times.empty()) once_.add_at(path, "is an empty list of times");
    for (std::size_t i = 0; i < times.size(); ++i) {
      const std::string here = element(path, i);
      const double years = expiry_years(times[i], market_, here, once_);
      const GridPosition place = locate(market_.grid, years);
      if (years < 0 || place.step >= market_.grid.steps)
        once_.add_at(here, "is not between today and the horizon, at which the hedge is closed");
      else steps[place.step] = 1;
      if (std::abs(place.error_steps) > 0.25 && place.step < market_.grid.steps)
        once_.warn_at(here, "is between two grid times; step " + std::to_string(place.step) + " is used");
    }
    return steps;
  }

  const MarketContext& market_;
  std::size_t asset_;
  Findings &findings_, &once_;
};

/// Whether a desk may ever trade by a rule.
bool ever(const RuleTree& tree, const TimeGrid& grid) {
  const std::vector<double> ones(grid.steps + 1, 1.0);
  const auto rule = hedging::make_rule(tree, {ones, ones, {}});
  for (std::size_t t = 0; t < grid.steps; ++t)
    if (rule->foreseen(t) != hedging::Foreseen::no) return true;
  return false;
}

}  // namespace

void resolve_interval(const Duration& every, const MarketContext& market, const std::string& path,
                      Findings& findings, hedging::RebalanceRule& out) {
  const double days = every.years(market.calendar) * market.calendar.days_per_year;
  if (market.grid.closes() && days > 1 - 1e-9) {
    out.every_days = static_cast<std::size_t>(std::round(days));
    if (std::abs(days - std::round(days)) > 1e-9)
      findings.add_at(path, to_string(every) + " is " + format_number(days) +
                                " sessions; above one it must be a whole number of them");
    return;
  }
  out.every_steps = whole_steps(every, market, path, findings);
}

void resolve_rules(const RuleSpec& spec, const MarketContext& market, const std::string& path,
                   Findings& findings, hedging::Hedger& out) {
  if (spec.is_plain()) {
    const RuleLeaf *every = spec.find("every"), *band = spec.find("delta_band");
    if (every != nullptr && every->values[0].time)
      resolve_interval(*every->values[0].time, market, join(path, "every"), findings, out.rebalance);
    if (band != nullptr) out.rebalance.delta_band = band->values[0].number.value_or(0);
    return;
  }
  Findings again;
  bool first = true;
  out.rules.resize(market.assets.size());
  for (std::size_t a = 0; a < market.assets.size(); ++a) {
    if (!out.hedged[a]) continue;
    out.rules[a] = RuleResolver(market, a, findings, first ? findings : again).tree(spec);
    first = false;
    if (!findings.failed() && !ever(out.rules[a], market.grid)) {
      findings.add_at(path, "never trades: there is no grid time before the horizon at which it could");
      return;
    }
  }
}

}  // namespace unhedged::config
