#include "engine/config/resolve_regime.hpp"

#include <algorithm>
#include <cmath>

#include "engine/core/utf8.hpp"
#include "engine/math/correlation.hpp"
#include "engine/math/scalar.hpp"

namespace unhedged::config {
namespace {

template <class T>
void refuse_unknown_names(const Named<T>& entries, const MarketContext& market, const std::string& path,
                          Findings& findings) {
  for (const auto& [name, value] : entries)
    if (name != "default" && !market.index_of(name)) {
      std::vector<std::string> allowed = market.names;
      allowed.emplace_back("default");
      findings.add_at(join(path, name), "unknown asset " + in_quotes(name) + suggestion(name, allowed));
    }
}

world::Excitation excitation(const ExcitationSpec& spec, const MarketContext& market) {
  return {spec.branching, decay_of(spec.half_life, market), spec.start.value != StartWords::Value::quiet,
          spec.restarts()};
}

/// What a plan holds of a spec that is derived from it.
world::Bubble planned(const BubbleSpec& spec) {
  world::Bubble out = spec;
  out.resets = spec.restarts();
  return out;
}

world::OrderFlow planned(const OrderFlowSpec& spec) {
  world::OrderFlow out = spec;
  out.resets = spec.restarts();
  return out;
}

/// Builds the regimes of one scenario.
class RegimeBuilder {
 public:
  RegimeBuilder(const MarketContext& market, Worsening& worsening, Findings& findings)
      : market_(market), worsening_(worsening), findings_(findings) {}

  world::AssetRegime build(const RegimeSpec& spec, std::size_t asset, const std::string& path,
                           bool is_start) {
    world::AssetRegime out;
    const std::string& name = market_.names[asset];
    const DynamicsSpec* dynamics = pick(spec.dynamics, name);
    if (dynamics == nullptr) {
      findings_.add_at(join(path, "dynamics"), "says nothing of " + name + ", and there is no `default`");
      return out;
    }
    const AssetSpec& today = market_.assets[asset];
    const AssetContext context{today.spot, today.implied_vol, today.rate - today.yield, 0.0};
    out.dynamics = worsening_.worsened(resolve(*dynamics, context), context);
    for (const Objection& objection : objections(out.dynamics))
      findings_.add_at(join(path_of(spec.dynamics, name, join(path, "dynamics")), objection.key),
                       objection.message);
    out.resets_variance = resets(spec, *dynamics, out.dynamics,
                                 path_of(spec.dynamics, name, join(path, "dynamics")), path, is_start);
    components(spec, asset, *dynamics, path, out);
    worsening_.worsen(out, today);
    out.curve = curve(spec, asset, out);
    if (out.curve.premium != 0 && !worsening_.leaves_all_as_it_is())
      out.curve.premium = worsened_premium(spec, asset, path, is_start, out);
    out.quote_decay = quote_decay(pick(spec.implied_vol, name), out.curve,
                                  path_of(spec.implied_vol, name, join(path, "implied_vol")));
    if (const ImpliedSpec* implied = pick(spec.implied_vol, name)) out.resets_quotes = implied->restarts();
    out.liquidity = liquidity(pick(spec.liquidity, name), today,
                              path_of(spec.liquidity, name, join(path, "liquidity")), name);
    if (is_start && out.liquidity.recovery == 0) out.liquidity.recovery = decay_of(kDefaultResilience);
    worsening_.worsen(out.liquidity, today);
    if (out.liquidity.half_spread > 1)
      findings_.add_at(join(path_of(spec.liquidity, name, join(path, "liquidity")), "half_spread"),
                       "is more than the price itself");
    return out;
  }

 private:
  bool resets(const RegimeSpec& spec, const DynamicsSpec& dynamics, const models::Dynamics& resolved,
              const std::string& dynamics_path, const std::string& path, bool is_start) {
    if (!models::has_stochastic_variance(resolved)) return true;
    using Value = CarryWords::Value;
    const bool stated = states_volatility(dynamics);
    if (is_start && !stated)
      findings_.add_at(join(dynamics_path, "volatility"),
                       "is missing: the regime of today must say what the variance starts from");
    if (spec.variance.value == Value::reset && !stated)
      findings_.add_at(join(path, "variance"), "is reset, but the dynamics state no volatility to reset to");
    if (spec.variance.value == Value::carry && stated && !is_start)
      findings_.add_at(join(dynamics_path, "volatility"),
                       "has no effect: the variance is carried over into this regime (variance: carry)");
    return stated && spec.variance.value != Value::carry;
  }

  double decay_of(const Duration& half_life) const { return config::decay_of(half_life, market_); }

  void components(const RegimeSpec& spec, std::size_t asset, const DynamicsSpec& dynamics,
                  const std::string& path, world::AssetRegime& out) {
    const std::string& name = market_.names[asset];
    const AssetSpec& today = market_.assets[asset];
    if (const ExcitationSpec* e = excitation_of(dynamics)) out.excitation = excitation(*e, market_);
    if (const world::EntryGap* entry = pick(spec.on_entry, name))
      out.gap = gap(*entry, today, path_of(spec.on_entry, name, join(path, "on_entry")), out.dynamics);
    if (const BubbleSpec* b = pick(spec.bubble, name)) out.bubble = planned(*b);
    if (const SentimentSpec* s = pick(spec.sentiment, name)) {
      out.sentiment = world::Sentiment{decay_of(s->half_life), s->initial.value_or(0), s->drift,
                                       s->volatility,          s->correlation,         s->restarts()};
      if (s->volatility != 0 && std::holds_alternative<models::BachelierParams>(out.dynamics))
        findings_.add_at(join(path_of(spec.sentiment, name, join(path, "sentiment")), "volatility"),
                         "has no effect on bachelier dynamics; the other models take it");
    }
    if (const OrderFlowSpec* f = pick(spec.order_flow, name)) {
      out.order_flow = planned(*f);
      out.order_flow->decay = decay_of(f->half_life);
      out.order_flow->stationary = f->start.value != StartWords::Value::quiet;
      if (f->same + f->opposite >= 1)
        findings_.add_at(join(path_of(spec.order_flow, name, join(path, "order_flow")), "same"),
                         "and opposite make " + format_number(f->same + f->opposite) +
                             " orders of each; from 1 on they never end");
    }
    const PerpetualSpec* perpetual = pick(spec.perpetual, name);
    const std::string perpetual_path = path_of(spec.perpetual, name, join(path, "perpetual"));
    if (perpetual != nullptr && !today.perpetual && perpetual_path.ends_with(name))
      findings_.add_at(perpetual_path, "market.assets." + name + " has no perpetual");
    if (perpetual == nullptr && today.perpetual) perpetual = &*today.perpetual;
    if (perpetual != nullptr)
      out.perpetual = {perpetual->funding, perpetual->basis, perpetual->basis_vol,
                       decay_of(perpetual->basis_half_life.value_or(Duration{8, Duration::TimeUnit::hour})),
                       perpetual->restarts()};
  }

  /// With which the quote of a month departs from today's `severity` times as far as in the regime as it is
  /// written.
  double worsened_premium(const RegimeSpec& spec, std::size_t asset, const std::string& path, bool is_start,
                          const world::AssetRegime& worse) {
    Worsening none(1);
    Findings said_already;
    const double today = market_.assets[asset].implied_vol;
    const world::AssetRegime written =
        RegimeBuilder(market_, none, said_already).build(spec, asset, path, is_start);
    const double quote = worsening_.above(1, month_at_the_money(written) / today);
    return (1 + worse.curve.premium) * quote * today / month_at_the_money(worse) - 1;
  }

  /// Volatility at which a regime quotes a month at the money, at the variance that it is entered with or,
  /// where it takes that over, at the one it returns to.
  static double month_at_the_money(const world::AssetRegime& regime) {
    const market::AffineVariance v = regime.curve.variance(kQuotedLife);
    const double level =
        regime.resets_variance ? models::initial_variance(regime.dynamics) : regime.curve.long_run;
    return (1 + regime.curve.premium) * std::sqrt(v.constant + v.slope * level);
  }

  double quote_decay(const ImpliedSpec* spec, const market::ImpliedCurve& curve, const std::string& path) {
    if (spec == nullptr || !spec->half_life) return 0;
    if (!curve.moves_with_level)
      findings_.add_at(join(path, "half_life"),
                       "has no effect: the quotes of these dynamics do not move within the regime");
    return decay_of(*spec->half_life);
  }

  /// From a shift in shares of today's price to one in units of it.
  world::EntryGap gap(world::EntryGap gap, const AssetSpec& today, const std::string& path,
                      const models::Dynamics& dynamics) {
    if ((gap.shift != 0 || gap.shift_deviation != 0) &&
        !std::holds_alternative<models::BachelierParams>(dynamics))
      findings_.add_at(join(path, "shift"),
                       "needs bachelier dynamics: it may carry the price below zero; use jump_mean");
    gap.shift *= today.spot;
    gap.shift_deviation *= today.spot;
    return gap;
  }

  /// What is quoted: the variance to be expected, of all that moves the price in the long run.
  market::ImpliedCurve curve(const RegimeSpec& spec, std::size_t asset, const world::AssetRegime& regime) {
    const std::string& name = market_.names[asset];
    const bool moved = regime.sentiment && regime.sentiment->volatility != 0;
    models::Surroundings around;
    if (regime.excitation) around.branching = regime.excitation->branching;
    if (moved)  // the mean of e^(-2 volatility m)
      around.diffusion_variance =
          scalar::exp(2 * regime.sentiment->volatility * regime.sentiment->volatility);
    market::ImpliedCurve out = models::implied_curve(regime.dynamics, around);
    out.surface = market_.surfaces[asset].surface;
    if (out.surface) out.reference = market_.assets[asset].implied_vol;
    for (const auto& [stream, common] : spec.common_jumps) {
      const double* loading = pick(common.loadings, name);
      const double branching = common.excitation ? common.excitation->branching : 0;
      const double size = common.jump_mean * common.jump_mean + common.jump_vol * common.jump_vol;
      const double worse = worsening_.from(0, 1);  // of each jump
      if (loading != nullptr)
        out.jump_variance += common.jump_rate / (1 - branching) * *loading * *loading * size * worse * worse;
    }
    if (moved) {
      if (!models::has_stochastic_variance(regime.dynamics)) out.mean_reversion = regime.sentiment->decay;
      out.moves_with_level = true;
    }
    if (regime.order_flow) {
      const world::OrderFlow& f = *regime.order_flow;
      out.jump_variance += f.variance(f.rate / (1 - f.same - f.opposite));
    }
    if (regime.bubble) out.jump_variance += regime.bubble->variance(regime.bubble->hazard);
    if (const ImpliedSpec* implied = pick(spec.implied_vol, name)) {
      out.premium = implied->premium;
      out.skew = implied->skew;
      out.curvature = implied->curvature;
    }
    return out;
  }

  world::Liquidity liquidity(const LiquiditySpec* spec, const AssetSpec& today, const std::string& path,
                             const std::string& asset) {
    world::Liquidity out;
    out.half_spread = today.half_spread;
    out.daily_volume = today.daily_volume.value_or(0.0);
    if (spec == nullptr) return out;
    if (spec->half_spread) out.half_spread = spec->half_spread->resolve(today.half_spread);
    if (spec->daily_volume) {
      if (spec->daily_volume->is_multiple && !today.daily_volume)
        findings_.add_at(join(path, "daily_volume"),
                         "is a multiple, but market.assets." + asset + " states no daily_volume");
      out.daily_volume = spec->daily_volume->resolve(out.daily_volume);
      if (out.daily_volume <= 0 && today.daily_volume)
        findings_.add_at(join(path, "daily_volume"), "must be > 0");
    }
    out.spread_elasticity = spec->spread_elasticity;
    out.volume_elasticity = spec->volume_elasticity;
    out.withdrawn_by_jump = spec->withdrawn_by_jump;
    out.noise = spec->noise;
    out.resets = spec->restarts();
    out.participation = spec->participation.value_or(0);
    out.outages = spec->outages;
    if (spec->outages != 1 && today.venues.empty() && path.ends_with(asset))
      findings_.add_at(join(path, "outages"), "has no effect: market.assets." + asset + " has no venues");
    if (spec->resilience) out.recovery = decay_of(*spec->resilience);
    return out;
  }

  const MarketContext& market_;
  Worsening& worsening_;
  Findings& findings_;
};

/// Fills in the correlations of the blocks.
void apply_blocks(const RegimeCorrelationSpec& spec, const MarketContext& market, const std::string& path,
                  math::SquareMatrix& matrix, Findings& findings) {
  std::vector<std::optional<std::size_t>> block_of(market.names.size());
  for (std::size_t b = 0; b < spec.blocks.size(); ++b) {
    if (spec.blocks[b].within.has_value() == (spec.blocks[b].assets.size() < 2))
      findings.add_at(element(path, b) + ".within",
                      spec.blocks[b].within ? "has no effect: the block has no two assets" : "is missing");
    for (std::size_t k = 0; k < spec.blocks[b].assets.size(); ++k) {
      const std::string key = element(element(path, b) + ".assets", k), &name = spec.blocks[b].assets[k];
      const auto index = market.index_of(name);
      if (!index) findings.add_at(key, "unknown asset " + in_quotes(name) + suggestion(name, market.names));
      else if (block_of[*index]) findings.add_at(key, name + " is in two blocks");
      else block_of[*index] = b;
    }
  }
  for (std::size_t i = 0; i < block_of.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      if (!block_of[i] || !block_of[j]) continue;
      if (block_of[i] == block_of[j]) matrix.set_both(i, j, spec.blocks[*block_of[i]].within.value_or(0));
      else if (spec.between_blocks) matrix.set_both(i, j, *spec.between_blocks);
    }
}

}  // namespace

world::AssetRegime resolve_asset_regime(const RegimeSpec& spec, std::size_t asset,
                                        const MarketContext& market, const std::string& path, bool is_start,
                                        Worsening& worsening, Findings& findings) {
  return RegimeBuilder(market, worsening, findings).build(spec, asset, path, is_start);
}

std::vector<world::CommonJumps> resolve_common_jumps(const RegimeSpec& spec, const MarketContext& market,
                                                     const std::string& path, Worsening& worsening,
                                                     Findings& findings) {
  std::vector<world::CommonJumps> out;
  for (const auto& [name, jumps] : spec.common_jumps) {
    const std::string here = join(join(path, "common_jumps"), name);
    refuse_unknown_names(jumps.loadings, market, join(here, "loadings"), findings);
    world::CommonJumps& common = out.emplace_back();
    common.name = name;
    common.rate = jumps.jump_rate;
    common.mean = jumps.jump_mean;
    common.deviation = jumps.jump_vol;
    worsening.worsen(common);
    if (jumps.excitation) common.excitation = excitation(*jumps.excitation, market);
    for (const std::string& asset : market.names) {
      const double* loading = pick(jumps.loadings, asset);
      common.loading.push_back(loading != nullptr ? *loading : 0);
    }
    if (std::ranges::all_of(common.loading, [](double x) { return x == 0; }))
      findings.add_at(join(here, "loadings"), "hit no asset of the market");
  }
  return out;
}

math::SquareMatrix resolve_correlation(const std::optional<RegimeCorrelationSpec>& spec,
                                       const MarketContext& market, const std::string& path, Repair policy,
                                       std::vector<CorrelationRepair>& repairs, Findings& findings) {
  math::SquareMatrix matrix = market.correlation;
  if (spec) {
    apply_blocks(*spec, market, join(path, "blocks"), matrix, findings);
    if (spec->between_blocks && spec->blocks.size() < 2)
      findings.add_at(join(path, "between_blocks"), "has no effect: there are not two blocks");
    apply_pairs(spec->pairs, market, join(path, "pairs"), matrix, findings);
  }
  matrix = repaired(matrix, spec ? path : "market.correlation", policy, repairs, findings);
  return math::spiked(matrix, spec ? spec->spike : 0);
}

void refuse_unknown_assets(const RegimeSpec& spec, const MarketContext& market, const std::string& path,
                           Findings& findings) {
  const auto check = [&](const auto& entries, const char* key) {
    refuse_unknown_names(entries, market, join(path, key), findings);
  };
  check(spec.dynamics, "dynamics");
  check(spec.liquidity, "liquidity");
  check(spec.on_entry, "on_entry");
  check(spec.implied_vol, "implied_vol");
  check(spec.bubble, "bubble");
  check(spec.sentiment, "sentiment");
  check(spec.order_flow, "order_flow");
  check(spec.perpetual, "perpetual");
}

}  // namespace unhedged::config
