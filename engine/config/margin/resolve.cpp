#include "engine/config/margin/resolve.hpp"

#include <algorithm>
#include <cmath>

#include "engine/config/margin/resolve_matrix.hpp"
#include "engine/core/utf8.hpp"

namespace unhedged::config {
namespace {

/// 2024, 2024-06 or 2024-06-01.
std::optional<margin::PublicationDate> publication_date(const std::string& text) {
  std::string why;
  const std::string rest = "-01-01";
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return {};
  const auto date = parse_date(text + rest.substr(std::min<std::size_t>(rest.size(), text.size() - 4)), why);
  if (!date) return {};
  return margin::PublicationDate{text, std::chrono::sys_days(*date)};
}

margin::ModelAbout resolve_about(const ModelAboutSpec& spec, const std::string& key, Findings& findings) {
  margin::ModelAbout out;
  out.name = spec.name;
  out.title = spec.title;
  out.assets = spec.assets;
  if (spec.calendar)
    out.calendar = spec.calendar->value == CalendarWords::Value::trading ? kTrading.name : kContinuous.name;
  for (const SourceSpec& source : spec.sources) out.sources.push_back({source.what, source.where});
  if (out.sources.empty())
    findings.add_at(join(key, "sources"), "is empty: a model must say where its parameters come from");
  if (const auto date = publication_date(spec.date)) out.date = *date;
  else
    findings.add_at(join(key, "date"),
                    in_quotes(spec.date) + " is no date of publication such as 2024, 2024-06 or 2024-06-01");
  return out;
}

margin::TierRule resolve_tiers(const TiersSpec& spec, const std::string& key, Findings& findings) {
  const std::string list = join(key, "tiers");
  std::vector<margin::Tier> tiers;
  if (spec.tiers.empty()) findings.add_at(list, "at least one tier is needed");
  for (std::size_t k = 0; k < spec.tiers.size(); ++k) {
    const std::string at = element(list, k);
    const TierSpec& one = spec.tiers[k];
    if (k == 0 && one.from != 0) findings.add_at(at + ".from", "the first tier begins at 0");
    if (k > 0 && !(one.from > spec.tiers[k - 1].from))
      findings.add_at(at + ".from", "must be above that of the tier before it");
    if (k > 0 && !(one.rate > spec.tiers[k - 1].rate))
      findings.add_at(at + ".rate", "must be above that of the tier before it");
    tiers.push_back({one.from, one.rate, 0});
  }
  if (findings.concerns(list)) return {margin::TierTable({{0, 0.5, 0}})};
  margin::TierTable table(std::move(tiers));
  for (std::size_t k = 0; k < spec.tiers.size(); ++k) {
    const double follows = table.tiers()[k].amount;
    if (const auto stated = spec.tiers[k].amount;
        stated && std::abs(*stated - follows) > 1e-9 * std::max(1.0, follows))
      findings.add_at(element(list, k) + ".amount",
                      "does not follow from the rates: " + format_number(follows) +
                          " does, with which the maintenance is the same on both sides of the border");
  }
  return {std::move(table)};
}

margin::LeverageRule resolve_leverage(const LeverageSpec& spec, const std::string& key, Findings& findings) {
  margin::LeverageRule out;
  out.most_leverage = spec.most_leverage;
  out.maintenance_of_initial = spec.maintenance;
  out.whole_below = spec.whole_below.value_or(0);
  out.first_part = spec.first_part.value_or(1);
  out.backstop_below = spec.backstop_below.value_or(0);
  if (spec.pause) out.pause_seconds = spec.pause->years(kContinuous) * kContinuous.days_per_year * 86400;
  if (!spec.whole_below && (spec.first_part || spec.pause))
    findings.add_at(join(key, "whole_below"),
                    "is missing: the value from which on positions are closed in parts");
  if (spec.pause && !(spec.pause->amount > 0)) findings.add_at(join(key, "pause"), "must be a positive time");
  return out;
}

/// The horizons of a class, which must be among those of the rule.
double liquidity_years(const Duration& time, double horizon_years, const Calendar& calendar,
                       const std::string& path, Findings& findings) {
  const double years = time.years(calendar);
  for (const double multiple : margin::kLiquidityHorizons)
    if (std::abs(years / horizon_years - multiple) < 1e-9) return years;
  findings.add_at(path, "must be 1, 2, 4, 6 or 12 times the horizon");
  return years;
}

margin::ShortfallRule resolve_shortfall(const ShortfallSpec& spec, const YardstickKeysSpec& keys,
                                        const Calendar& calendar, const std::string& key,
                                        const std::string& set, Findings& findings) {
  margin::ShortfallRule out;
  out.level = spec.level;
  out.horizon_years = spec.horizon.years(calendar);
  out.ages = spec.time.value == AgeingWords::Value::passes;
  out.volatility_of_volatility = keys.vol_of_vol.value_or(0);
  out.price_correlation = keys.price_correlation.value_or(0);
  if (!(spec.horizon.amount > 0)) findings.add_at(join(key, "horizon"), "must be a positive time");
  if (keys.price_correlation && !keys.vol_of_vol)
    findings.add_at(set + ".price_correlation", "needs vol_of_vol: volatilities that stay have none");
  std::vector<std::string> names;
  for (const auto& [name, one] : spec.classes) {
    names.push_back(name);
    const std::string at = join(join(key, "classes"), name);
    const double price = liquidity_years(one.price, out.horizon_years, calendar, at + ".price", findings),
                 volatility = liquidity_years(one.volatility, out.horizon_years, calendar, at + ".volatility",
                                              findings);
    if (volatility < price) findings.add_at(at + ".volatility", "must not be shorter than that of prices");
    if (keys.asset_class != name) continue;
    out.price_horizon_years = price;
    out.volatility_horizon_years = volatility;
  }
  if (names.empty()) return out;
  if (!keys.asset_class) findings.add_at(set, "needs class: that of the assets" + suggestion("", names));
  else if (std::ranges::find(names, *keys.asset_class) == names.end())
    findings.add_at(set + ".class",
                    in_quotes(*keys.asset_class) + " is not known" + suggestion(*keys.asset_class, names));
  return out;
}

/// A key that a run has set, and its text.
struct SetKey {
  std::string name, text;
};

std::string shown(const Field& field, double value) {
  return field.unit == Unit::ratio ? format_number(100 * value) + " %" : format_number(value);
}
std::string shown(const Field&, const Duration& time) { return to_string(time); }
std::string shown(const Field&, const std::string& text) { return text; }

std::vector<SetKey> set_keys(const YardstickKeysSpec& keys) {
  std::vector<SetKey> out;
  const auto visit = [&](const Field& field, const auto& value) {
    if (value) out.push_back({std::string(field.name), shown(field, *value)});
  };
  YardstickKeysSpec::describe(visit, keys);
  return out;
}

/// What a kind of model takes.
std::vector<std::string> taken_by(const MarginModelSpec& spec) {
  if (const auto* matrix = std::get_if<MatrixSpec>(&spec.model)) {
    std::vector<std::string> out{"price_scan", "vol_scan", "look_ahead", "short_option_minimum", "provision"};
    if (matrix->extreme) out.insert(out.end(), {"extreme_multiple", "extreme_fraction"});
    return out;
  }
  if (const auto* shortfall = std::get_if<ShortfallSpec>(&spec.model)) {
    std::vector<std::string> out{"vol_of_vol", "price_correlation"};
    if (!shortfall->classes.empty()) out.emplace_back("class");
    return out;
  }
  return {"wallet"};
}

}  // namespace

const ModelAboutSpec* MarginModelSpec::about() const {
  const auto of = [](const auto& one) -> const ModelAboutSpec* {
    if constexpr (std::is_base_of_v<ModelAboutSpec, std::decay_t<decltype(one)>>) return &one;
    else return nullptr;
  };
  return std::visit(of, model);
}

void MarginModelSpec::read(const Record& record, const Field&, const std::string& path, Findings& findings,
                           MarginModelSpec& out) {
  const Record* kind = find_tag(record, key, names(), path, findings);
  if (kind == nullptr) return;
  const auto try_one = [&]<class T>(T) {
    if (kind->text == T::name_of_kind)
      Reader(findings).read_struct(record, path, out.model.template emplace<T>(), {key});
  };
  try_one(MatrixSpec{});
  try_one(TiersSpec{});
  try_one(LeverageSpec{});
  try_one(ShortfallSpec{});
}

void YardstickSpec::read(const Record& record, const Field&, const std::string& path, Findings& findings,
                         YardstickSpec& out) {
  if (record.is_scalar()) {
    out.model = record.text;
    return;
  }
  if (!record.is_map() || record.map.size() != 1) {
    findings.add(record.mark, path, "expected the name of a model, alone or as NAME: {key: value}");
    return;
  }
  out.model = record.map.front().key;
  Reader(findings).read(record.map.front().value, Field{}, join(path, out.model), out.keys.emplace());
}

MarginModelSpec load_margin_model(const Record& file, const std::string& key, Findings& findings) {
  MarginModelSpec spec;
  Reader(findings).read(file, Field{}, key, spec);
  return spec;
}

bool is_margin_model(const Record& file) {
  return file.is_map() && file.find("kind") != nullptr && file.find("market") == nullptr &&
         file.find("regimes") == nullptr;
}

std::vector<std::string> missing_keys(const MarginModelSpec& spec) {
  std::vector<std::string> out;
  if (const auto* matrix = std::get_if<MatrixSpec>(&spec.model)) out = missing_keys(*matrix);
  if (const auto* shortfall = std::get_if<ShortfallSpec>(&spec.model);
      shortfall && !shortfall->classes.empty())
    out.emplace_back("class");
  return out;
}

margin::Yardstick resolve_yardstick(const LoadedModel& model, const YardstickSpec& wanted,
                                    const Calendar& calendar, const std::string& key, Findings& findings) {
  return resolve_model(model, wanted.keys.value_or(YardstickKeysSpec{}), calendar,
                       wanted.keys ? join(key, wanted.model) : key, findings);
}

margin::Yardstick resolve_model(const LoadedModel& model, const YardstickKeysSpec& keys,
                                const Calendar& calendar, const std::string& set, Findings& findings) {
  margin::Yardstick out;
  out.about = resolve_about(*model.spec.about(), model.key, findings);
  out.about.path = model.path;
  out.shown = out.about.name;
  const std::vector<std::string> taken = taken_by(model.spec);
  std::string listed;
  for (const SetKey& one : set_keys(keys)) {
    if (std::ranges::find(taken, one.name) == taken.end())
      findings.add_at(join(set, one.name), "is not taken by " + out.about.name + suggestion(one.name, taken));
    listed += (listed.empty() ? "" : ", ") + one.name + " " + one.text;
  }
  if (!listed.empty()) out.shown += " (" + listed + ")";
  out.provision = keys.provision.value_or(0);
  out.wallet = keys.wallet;
  if (const auto* matrix = std::get_if<MatrixSpec>(&model.spec.model))
    out.rule = resolve_matrix({*matrix, keys, calendar, model.key, set}, findings);
  else if (const auto* tiers = std::get_if<TiersSpec>(&model.spec.model))
    out.rule = resolve_tiers(*tiers, model.key, findings);
  else if (const auto* leverage = std::get_if<LeverageSpec>(&model.spec.model))
    out.rule = resolve_leverage(*leverage, model.key, findings);
  else
    out.rule = resolve_shortfall(std::get<ShortfallSpec>(model.spec.model), keys, calendar, model.key, set,
                                 findings);
  return out;
}

std::vector<Problem> check_margin_model(const Record& file) {
  Findings findings;
  findings.place("", file.mark);
  const MarginModelSpec spec = load_margin_model(file, "", findings);
  if (findings.failed()) throw ConfigError(findings.report());
  YardstickSpec stand_in{spec.about()->name, YardstickKeysSpec{}};
  for (const std::string& missing : missing_keys(spec)) {
    if (missing == "price_scan") stand_in.keys->price_scan = 0.1;
    if (missing == "vol_scan") stand_in.keys->vol_scan = 0.1;
    if (missing == "class")
      stand_in.keys->asset_class = std::get<ShortfallSpec>(spec.model).classes.front().first;
  }
  resolve_yardstick({spec, "", ""}, stand_in, kContinuous, "", findings);
  if (findings.failed()) throw ConfigError(findings.report());
  return findings.report();
}

}  // namespace unhedged::config
