#include "engine/config/resolve_hedgers.hpp"
#include "engine/hedging/account_terms.hpp"

namespace unhedged::config {
namespace {

using hedging::AccountTerms;

/// What has no effect because something else is not written.
void refuse_alone(bool written, const char* key, const char* needs, const std::string& path,
                  Findings& findings) {
  if (written) findings.add_at(join(path, key), std::string("has no effect without `") + needs + "`");
}

void resolve_margin(const AccountMarginSpec& spec, const std::string& path, Findings& findings,
                    AccountTerms& out) {
  const bool is_fraction = spec.model == AccountMarginSpec::fraction;
  const auto only = [&](const std::optional<double>& set, const char* key) {
    if (is_fraction && !set) findings.add_at(join(path, key), "is missing");
    if (!is_fraction && set) findings.add_at(join(path, key), "has no effect without `model: fraction`");
  };
  only(spec.initial, "initial");
  only(spec.maintenance, "maintenance");
  out.margin = {spec.initial.value_or(0), spec.maintenance.value_or(0)};
  const auto refuse = [&](const Field& field, const auto& value) {
    if (value) findings.add_at(join(path, std::string(field.name)), "has no effect with `model: fraction`");
  };
  if (is_fraction) YardstickKeysSpec::describe_matrix(refuse, spec.keys);
  if (is_fraction && spec.leverage)
    findings.add_at(join(path, "leverage"), "has no effect with `model: fraction`");
  if (out.margin.maintenance > out.margin.initial)
    findings.add_at(join(path, "maintenance"),
                    "is above `initial`: what may be bought would be closed at once");
}

void resolve_breach(const OnBreachSpec& spec, const MarketContext& market, const std::string& path,
                    Findings& findings, AccountTerms& out) {
  hedging::OnBreach& breach = out.on_breach;
  if (spec.grace) breach.grace = whole_steps(*spec.grace, market, join(path, "grace"), findings);
  if (spec.pause) breach.pause = whole_steps(*spec.pause, market, join(path, "pause"), findings);
  breach.top_up = spec.top_up.other.value_or(hedging::kUnlimited);
  breach.part = spec.part;
  breach.backstop_below = spec.backstop_below;
  if (spec.pause && spec.part == 1)
    findings.add_at(join(path, "pause"), "has no effect: there is one part, `part: 100 %`");
  if (spec.backstop_below > 0 && !spec.grace && spec.part == 1)
    findings.add_at(join(path, "backstop_below"), "has no effect without `grace` or `part`");
}

void resolve_shorts(const AmountSpec& spec, const MarketContext& market, const std::string& path,
                    Findings& findings, AccountTerms& out) {
  out.financing.shorts.assign(market.assets.size(), spec.all.value_or(0));
  for (const auto& [name, rate] : spec.by_asset) {
    const auto asset = market.index_of(name);
    if (asset) out.financing.shorts[*asset] = rate;
    else findings.add_at(join(path, name), "unknown asset \"" + name + "\"" + suggestion(name, market.names));
  }
}

void resolve_collateral(const CollateralSpec& spec, const MarketContext& market, const std::string& path,
                        Findings& findings, AccountTerms& out) {
  out.cash = spec.cash;
  for (const auto& [name, pledge] : spec.assets) {
    const auto asset = market.index_of(name);
    if (asset) out.assets.push_back({*asset, pledge.units, pledge.haircut, pledge.elasticity});
    else
      findings.add_at(join(join(path, "assets"), name),
                      "unknown asset \"" + name + "\"" + suggestion(name, market.names));
  }
  if (spec.cash == 0 && spec.assets.empty()) findings.add_at(path, "is nothing: neither cash nor assets");
}

void resolve_adl(const AdlSpec& spec, const MarketContext& market, const std::string& path,
                 Findings& findings, const hedging::Hedger& hedger, AccountTerms& out) {
  hedging::DeleveragingTerms& adl = out.deleveraging.emplace();
  adl.rule = spec.rule.value;
  adl.at = spec.closed_at.value;
  adl.fund = spec.fund;
  adl.open_interest = spec.open_interest;
  adl.leverage = spec.leverage;
  adl.maintenance = spec.maintenance;
  if (spec.out_for) adl.out_for = whole_steps(*spec.out_for, market, join(path, "out_for"), findings);
  for (std::size_t a = 0; a < market.assets.size(); ++a)
    if (hedger.hedged[a] && market.tradables[hedger.instrument[a]].on_margin) return;
  findings.add_at(path, "has no effect: nothing is hedged with a perpetual");
}

}  // namespace

void resolve_account(const AccountSpec& spec, const MarketContext& market, const std::string& path,
                     Findings& findings, hedging::Hedger& hedger) {
  AccountTerms out;
  refuse_alone(spec.collateral && !spec.margin, "collateral", "margin", path, findings);
  refuse_alone(spec.margin && !spec.collateral, "margin", "collateral", path, findings);
  refuse_alone(spec.check && !spec.margin, "check", "margin", path, findings);
  refuse_alone(spec.adl && !spec.margin, "adl", "margin", path, findings);
  refuse_alone(spec.covers.value == hedging::Covered::all && !spec.margin, "covers", "margin", path,
               findings);
  if (spec.book_cost && spec.covers.value != hedging::Covered::all)
    findings.add_at(join(path, "book_cost"), "has no effect without `covers: all`");
  refuse_alone(spec.on_breach && !spec.margin, "on_breach", "margin", path, findings);
  out.covers = spec.covers.value;
  out.book_cost = spec.book_cost.value_or(0);
  if (spec.collateral) resolve_collateral(*spec.collateral, market, join(path, "collateral"), findings, out);
  if (spec.margin) resolve_margin(*spec.margin, join(path, "margin"), findings, out);
  if (spec.check) out.check_every = whole_steps(*spec.check, market, join(path, "check"), findings);
  if (spec.on_breach) resolve_breach(*spec.on_breach, market, join(path, "on_breach"), findings, out);
  out.financing.lending = spec.lending_spread;
  out.financing.borrowing = spec.borrowing_spread;
  if (spec.borrow_cost) resolve_shorts(*spec.borrow_cost, market, join(path, "borrow_cost"), findings, out);
  if (spec.adl) resolve_adl(*spec.adl, market, join(path, "adl"), findings, hedger, out);
  hedger.account = std::make_shared<const AccountTerms>(std::move(out));
}

}  // namespace unhedged::config
