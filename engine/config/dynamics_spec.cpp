#include "engine/config/dynamics_spec.hpp"
#include "engine/core/utf8.hpp"

namespace unhedged::config {
namespace {

double square(double x) { return x * x; }

models::LognormalJumps lognormal(const JumpKeys& s) { return {s.jump_rate, s.jump_mean, s.jump_vol}; }

struct Resolve {
  const AssetContext& asset;

  double variance(const Level& volatility) const {
    return square(volatility.resolve(asset.implied_volatility));
  }
  double drift(const DriftKey& s) const { return s.drift.value_or(asset.default_drift); }

  models::HestonParams heston(const HestonSpec& s) const {
    return {drift(s),
            s.volatility ? variance(*s.volatility) : asset.carried_variance,
            variance(s.long_run_volatility),
            s.mean_reversion,
            s.vol_of_variance,
            s.correlation};
  }

  models::Dynamics operator()(const GbmSpec& s) const {
    return models::GbmParams{drift(s), variance(s.volatility)};
  }
  models::Dynamics operator()(const BachelierSpec& s) const {
    const PriceVolatility& v = s.volatility;
    const double unit = v.of == PriceVolatility::Of::price_units ? 1
                        : v.of == PriceVolatility::Of::spot      ? asset.spot
                                                                 : asset.spot * asset.implied_volatility;
    return models::BachelierParams{drift(s), v.value * unit, asset.spot};
  }
  models::Dynamics operator()(const MertonSpec& s) const {
    return models::MertonParams{drift(s), variance(s.volatility), lognormal(s)};
  }
  models::Dynamics operator()(const KouSpec& s) const {
    return models::KouParams{
        drift(s), variance(s.volatility), {s.jump_rate, s.up_probability, s.up_mean, s.down_mean}};
  }
  models::Dynamics operator()(const SvcjSpec& s) const {
    return models::SvcjParams{
        heston(s), {s.jump_rate, s.jump_mean, s.jump_vol, s.variance_jump_mean, s.jump_correlation}};
  }
  models::Dynamics operator()(const HestonSpec& s) const { return heston(s); }
  models::Dynamics operator()(const BatesSpec& s) const {
    return models::BatesParams{heston(s), lognormal(s)};
  }
};

}  // namespace

models::Dynamics resolve(const DynamicsSpec& spec, const AssetContext& asset) {
  return std::visit(Resolve{asset}, spec.value);
}

std::vector<Objection> objections(const models::Dynamics& dynamics) {
  std::vector<Objection> out;
  if (const auto* kou = std::get_if<models::KouParams>(&dynamics); kou != nullptr && kou->jumps.up_mean >= 1)
    out.push_back({"up_mean",
                   "is " + format_number(kou->jumps.up_mean) + "; from 1 on the expected price is infinite"});
  if (const auto* svcj = std::get_if<models::SvcjParams>(&dynamics)) {
    if (svcj->jumps.correlation * svcj->jumps.variance_mean >= 1)
      out.push_back(
          {"jump_correlation", "times variance_jump_mean is " +
                                   format_number(svcj->jumps.correlation * svcj->jumps.variance_mean) +
                                   "; from 1 on the expected price is infinite"});
    if (svcj->heston.mean_reversion <= 0)
      out.push_back({"mean_reversion", "must be > 0: without it jumps push the variance up for ever"});
  }
  return out;
}

void PriceVolatility::read(const Record& record, const Field&, const std::string& path, Findings& findings,
                           PriceVolatility& out) {
  if (!expect_kind(record, Record::Kind::scalar, path, findings)) return;
  std::string why;
  if (const auto multiple = parse_level(record.text, Unit::price, why); multiple && multiple->is_multiple)
    out = {multiple->value, Of::quote};
  else if (const auto price = parse_strike(record.text, why))
    out = {price->value, price->is_relative ? Of::spot : Of::price_units};
  else
    return findings.add(record.mark, path,
                        in_quotes(record.text) +
                            " is not a number (price units a year), a percentage of "
                            "today's price such as 80 %, or a multiple such as 3 x");
  if (out.value < 0) findings.add(record.mark, path, "is " + excerpt(record.text) + ", must be >= 0");
}

const ExcitationSpec* excitation_of(const DynamicsSpec& spec) {
  return std::visit(
      [](const auto& s) -> const ExcitationSpec* {
        if constexpr (std::is_base_of_v<ExcitationKey, std::decay_t<decltype(s)>>)
          return s.excitation ? &*s.excitation : nullptr;
        else return nullptr;
      },
      spec.value);
}

bool states_volatility(const DynamicsSpec& spec) {
  return std::visit(
      [](const auto& s) {
        if constexpr (std::is_base_of_v<HestonSpec, std::decay_t<decltype(s)>>)
          return s.volatility.has_value();
        else return true;
      },
      spec.value);
}

}  // namespace unhedged::config
