#include "engine/simulation/prepared_run.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

#include "engine/math/scalar.hpp"
#include "engine/pricing/models/black_scholes.hpp"
#include "engine/pricing/own_level.hpp"
#include "engine/simulation/own_reach.hpp"
#include "engine/simulation/parallel.hpp"
#include "engine/simulation/watch.hpp"
#include "engine/world/tradable_sources.hpp"

namespace unhedged::simulation {
namespace {

/// The mark at the horizon enters the ledger, whose identity holds to 1e-9; one slice a scenario can
/// afford it.
constexpr double kMarkError = 1e-10, kPlainMarkError = 2e-7;
constexpr pricing::Fineness kMarkGrid{0.045, 0.06};

/// What the market's mark of the book is asked for; of contracts that are not netted more, without tables.
constexpr pricing::GreekSet kMarkGreeks{pricing::Greek::value, pricing::Greek::delta};

/// Paths that show where a scenario goes.
constexpr std::size_t kPilotBlocks = 4;

/// Of contracts that outlive the horizon, at the market's quotes.
std::shared_ptr<pricing::Valuation> mark_at(ValuationCache& cache, double horizon_years,
                                            const pricing::PricedBook& book,
                                            const std::vector<market::ImpliedCurve>& curves,
                                            const std::vector<bool>& used,
                                            pricing::SurfaceSettings settings) {
  settings.error_bound = kMarkError;
  settings.plain_bound = kPlainMarkError;
  settings.grid = kMarkGrid;
  const std::vector<std::vector<bool>> of_step{used};
  return cache.make(pricing::black_scholes_belief(),
                    {&book, &curves, &of_step, {horizon_years}, {pricing::Greek::value}, settings});
}

pricing::Reach both(pricing::Reach one, const pricing::Reach& other) {
  one.cover(other.log_spot_low, other.level_low);
  one.cover(other.log_spot_high, other.level_high);
  return one;
}

/// A few paths show the extremes of a single step badly; those of the steps around it help. In time that
/// does not depend on how many those are: by what has been seen since the start of a chunk of as many steps,
/// and until its end.
/// source  van Herk, Pattern Recognition Letters 13 (1992)
std::vector<pricing::Reach> smoothed(const std::vector<pricing::Reach>& seen) {
  const std::size_t window = std::max<std::size_t>(2, seen.size() / 32), chunk = 2 * window + 1,
                    size = seen.size();
  std::vector<pricing::Reach> since = seen, until = seen, out;
  for (std::size_t i = 1; i < size; ++i)
    if (i % chunk != 0) since[i] = both(since[i], since[i - 1]);
  for (std::size_t i = size - 1; i-- > 0;)
    if ((i + 1) % chunk != 0) until[i] = both(until[i], until[i + 1]);
  for (std::size_t step = 0; step < size; ++step) {
    const std::size_t first = step > window ? step - window : 0, last = std::min(size - 1, step + window);
    const bool at_start = first % chunk == 0 && first / chunk == last / chunk;
    const bool at_end = !at_start && first / chunk == last / chunk;
    out.push_back((at_start ? since[last]
                   : at_end ? until[first]
                            : both(until[first], since[last]))
                      .widened());
  }
  return out;
}

/// Quotes that may have been up at each grid time or the one before.
std::vector<std::vector<bool>> used_lately(const std::vector<std::vector<bool>>& used) {
  std::vector<std::vector<bool>> out = used;
  for (std::size_t step = 1; step < used.size(); ++step)
    for (std::size_t k = 0; k < used[step].size(); ++k)
      if (used[step - 1][k]) out[step][k] = true;
  return out;
}

/// Quotes that may have been up by each grid time.
std::vector<std::vector<bool>> used_so_far(std::vector<std::vector<bool>> used) {
  for (std::size_t step = 1; step < used.size(); ++step)
    for (std::size_t k = 0; k < used[step].size(); ++k)
      if (used[step - 1][k]) used[step][k] = true;
  return used;
}

/// Where a world has been, by asset and grid time.
class ReachSink final : public WorldSink {
 public:
  ReachSink(std::size_t assets, std::size_t steps)
      : reach_(assets, std::vector<pricing::Reach>(steps + 1, {INFINITY, -INFINITY, INFINITY, 0})) {}

  void at(const world::BlockWorld& world, std::uint32_t step) override {
    for (std::size_t a = 0; a < reach_.size(); ++a)
      for (std::size_t lane = 0; lane < kLanes; ++lane)
        reach_[a][step].cover((*world.quotes(a).log_spot)[lane], (*world.quotes(a).quote_level)[lane]);
  }

  std::vector<std::vector<pricing::Reach>> smoothed_reach() const {
    std::vector<std::vector<pricing::Reach>> out;
    for (const auto& row : reach_) out.push_back(smoothed(row));
    return out;
  }

 private:
  std::vector<std::vector<pricing::Reach>> reach_;
};

std::vector<std::vector<pricing::Reach>> pilot(const world::ScenarioEngine& engine, std::uint64_t seed,
                                               const Stop& stop) {
  ReachSink sink(engine.scenario().today.size(), engine.scenario().grid.steps);
  for (std::size_t block = 0; block < kPilotBlocks; ++block) {
    PathIds paths;
    for (std::size_t lane = 0; lane < kLanes; ++lane) paths.value[lane] = block * kLanes + lane;
    watch(engine, seed, paths, sink, stop);
  }
  return sink.smoothed_reach();
}

}  // namespace

PreparedRun::UsedBefore::UsedBefore(std::vector<std::vector<bool>> used) : then(std::move(used)) {
  then.pop_back();
  lately = used_lately(then);
  so_far = used_so_far(then);
}

PreparedRun::PreparedRun(const Plan& plan, int threads, Stop stop, std::shared_ptr<ValuationCache> cache,
                         PreparedRun* whole)
    : plan_(&plan),
      cache_(cache ? std::move(cache) : std::make_shared<ValuationCache>()),
      whole_(whole),
      terms_(plan),
      options_(plan, *cache_),
      stop_(stop),
      settlements_(plan.grid.steps + 1) {
  for (const world::Scenario& scenario : plan.scenarios) engines_.emplace_back(scenario);
  for (const AssetPlan& asset : plan.assets)
    books_.push_back(pricing::priced(asset.book, asset.carry, asset.spot));
  prepare_cash();
  prepare_margin();
  prepare_beliefs();
  prepare_desks();
  coverage_ = coverage_terms(plan, desks_, stop_);
  prepare_model_quotes();
  prepare_targets();
  prepare_coin_values();
  prepare_contracts();
  prepare_options();
  prepare_margin_models();
  compute_slices(threads);
  prepare_groups(threads);
}

void PreparedRun::prepare_groups(int threads) {
  if (plan_->explained == Explained::nothing) return;
  const std::size_t count = group_names(*plan_).size();
  const std::vector<std::size_t> group = groups_of_positions(*plan_);
  for (std::size_t g = 0; g < count; ++g) {
    std::vector<bool> held;
    for (const std::size_t of : group) held.push_back(of == g);
    auto plan = std::make_unique<const Plan>(part_of(*plan_, held));
    std::unique_ptr<const PreparedRun> run(new PreparedRun(*plan, threads, stop_, cache_, this));
    groups_.push_back({std::move(plan), std::move(run)});
  }
}

void PreparedRun::prepare_cash() {
  const TimeGrid& grid = plan_->grid;
  for (std::size_t a = 0; a < plan_->assets.size(); ++a) {
    const AssetPlan& asset = plan_->assets[a];
    auto& to_horizon = to_horizon_.emplace_back();
    for (std::size_t step = 0; step <= grid.steps; ++step)
      to_horizon.push_back(scalar::exp(asset.carry.rate * (grid.horizon_years() - grid.time(step))));
    for (const instruments::ExpiryBucket& bucket : asset.book.buckets)
      if (const auto step = settlement_step(grid, bucket.expiry_years))
        settlements_[*step].push_back({a, instruments::Payoff(bucket)});
  }
}

double PreparedRun::years_with_interest(std::size_t asset, std::size_t step) const {
  const double rate = plan_->assets[asset].carry.rate, dt = plan_->grid.dt(step);
  return rate != 0 ? scalar::expm1(rate * dt) / rate : dt;
}

void PreparedRun::prepare_margin() {
  static const market::TradableKind kind = world::tradable_kind("perpetual");
  for (std::size_t a = 0; a < plan_->assets.size(); ++a)
    perpetuals_.push_back(market::find(plan_->tradables, a, kind));
  std::vector<MarginTerms> terms;
  for (std::size_t a = 0; a < plan_->assets.size(); ++a) terms.emplace_back(*plan_, a);
  if (std::ranges::all_of(terms, &MarginTerms::empty)) return;
  margin_terms_ = std::move(terms);
  for (const AssetPlan& asset : plan_->assets)
    coin_books_.push_back(pricing::priced(asset.coin_book, asset.carry, asset.spot));
}

void PreparedRun::prepare_beliefs() {
  for (const hedging::Hedger& hedger : plan_->hedgers) {
    std::size_t belief = 0;
    while (belief < beliefs_.size() &&
           (beliefs_[belief] != hedger.belief || adjusts_premium(belief) != hedger.premium_adjusted))
      ++belief;
    belief_of_.push_back(belief);
    if (belief < beliefs_.size()) continue;
    beliefs_.push_back(hedger.belief);
    adjusts_premium_.push_back(hedger.premium_adjusted ? 1 : 0);
  }
  if (!plan_->marks_book()) return;
  market_belief_ = beliefs_.size();
  beliefs_.push_back(pricing::black_scholes_belief());
  adjusts_premium_.push_back(0);
}

void PreparedRun::prepare_model_quotes() {
  for (std::size_t b = 0; b < beliefs_.size(); ++b) {
    auto& row = model_quotes_.emplace_back(books_.size());
    const pricing::OwnLevel* const level = beliefs_[b] ? (*beliefs_[b])->own_level() : nullptr;
    const auto* how = level != nullptr ? std::get_if<pricing::Recalibration>(level) : nullptr;
    if (how == nullptr || (*beliefs_[b])->follows_quotes()) continue;
    for (std::size_t a = 0; a < books_.size(); ++a)
      if (is_asked(b, a))
        row[a] = std::make_unique<pricing::ModelQuotes>(**beliefs_[b], plan_->assets[a].carry,
                                                        plan_->assets[a].spot, how->life_years);
  }
}

std::size_t PreparedRun::market_twin() const {
  std::size_t belief = 0;
  while (!is_of_market(belief)) ++belief;
  return belief;
}

bool PreparedRun::is_asked(std::size_t belief, std::size_t asset) const {
  if (belief == market_belief_) return true;
  for (std::size_t h = 0; h < belief_of_.size(); ++h)
    if (belief_of_[h] == belief && desks_[h].looks_at(asset)) return true;
  return false;
}

void PreparedRun::prepare_targets() {
  targets_.resize(engines_.size());
  for (std::size_t s = 0; s < engines_.size(); ++s) {
    const std::vector<std::vector<bool>> used = quotes_used(s);
    const std::vector<bool> at_horizon = market_belief_ ? used_lately(used).back() : used.back();
    auto& marks = marks_.emplace_back();
    for (std::size_t a = 0; a < books_.size(); ++a)
      marks.push_back(
          mark_at(*cache_, plan_->grid.horizon_years(), books_[a], engines_[s].curves(a), at_horizon, {}));
    const UsedBefore before(used);
    for (std::size_t b = 0; b < beliefs_.size(); ++b) {
      stop_.check();
      auto& row = targets_[s].emplace_back();
      if (!beliefs_[b]) continue;
      for (std::size_t a = 0; a < books_.size(); ++a) {
        if (!is_asked(b, a)) {
          row.emplace_back();
          continue;
        }
        if (b == market_belief_ && market_twin() != b && targets_[s][market_twin()][a]) {
          row.push_back(targets_[s][market_twin()][a]);
          continue;
        }
        // What does not look at the quotes does not look at the scenario: one target serves them all.
        if (s > 0 && (*beliefs_[b])->is_same_everywhere()) row.push_back(targets_[0][b][a]);
        else row.push_back(believed_value({s, b, a}, books_[a], before, greeks_needed(b)));
      }
    }
  }
}

/// Of a book before the horizon, under a belief in a scenario.
std::shared_ptr<pricing::Valuation> PreparedRun::believed_value(const Believer& who,
                                                                const pricing::PricedBook& book,
                                                                const UsedBefore& used,
                                                                pricing::GreekSet greeks) const {
  const pricing::Believed& belief = *beliefs_[who.belief];
  return cache_->make(belief, {&book,
                               &engines_[who.scenario].curves(who.asset),
                               &used_by(who.belief, used),
                               times_before_horizon(plan_->grid),
                               greeks,
                               {}});
}

/// What deltas are adjusted by, where somebody does.
void PreparedRun::prepare_coin_values() {
  if (margin_terms_.empty()) return;
  for (std::size_t s = 0; s < engines_.size(); ++s) {
    const UsedBefore before(quotes_used(s));
    auto& of_scenario = coin_values_.emplace_back(beliefs_.size());
    for (std::size_t b = 0; b < beliefs_.size(); ++b) {
      if (!beliefs_[b] || !adjusts_premium(b)) continue;
      for (std::size_t a = 0; a < books_.size(); ++a) {
        auto& value = of_scenario[b].emplace_back();
        if (is_asked(b, a) && margin_terms_[a].has_coin())
          value = believed_value({s, b, a}, coin_books_[a], before, {pricing::Greek::value});
      }
    }
  }
}

void PreparedRun::prepare_contracts() {
  std::vector<pricing::GreekSet> greeks;
  for (std::size_t b = 0; b < beliefs_.size(); ++b) greeks.push_back(greeks_needed(b));
  for (std::size_t s = 0; s < engines_.size(); ++s) {
    const std::vector<std::vector<bool>> used = quotes_used(s);
    ContractPrices::Scene scene{plan_, {}, {used.begin(), used.end() - 1}, {}, used_so_far(used), {}, {}};
    scene.used_at_horizon = {market_belief_ ? scene.used_so_far.back() : used.back()};
    for (std::size_t b = 0; b < beliefs_.size(); ++b)
      scene.looks_back.push_back(beliefs_[b].has_value() && looks_back(b));
    if (market_belief_) scene.same = {*market_belief_, market_twin()};
    for (std::size_t a = 0; a < books_.size(); ++a) scene.curves.push_back(&engines_[s].curves(a));
    contracts_.push_back(std::make_unique<ContractPrices>(std::move(scene), *cache_, beliefs_, greeks,
                                                          s == 0 ? nullptr : contracts_.front().get()));
  }
}

void PreparedRun::prepare_options() {
  if (options_.empty()) return;
  std::vector<std::optional<pricing::Believed>> beliefs(beliefs_.size());
  std::vector<pricing::GreekSet> greeks(beliefs_.size(), pricing::GreekSet{});
  for (std::size_t h = 0; h < desks_.size(); ++h) {
    if (plan_->hedgers[h].options.empty()) continue;
    beliefs[belief_of_[h]] = beliefs_[belief_of_[h]];
    greeks[belief_of_[h]] = greeks[belief_of_[h]] | desks_[h].strategy->needs_of_options();
  }
  if (market_belief_) beliefs[*market_belief_] = beliefs_[*market_belief_];
  for (std::size_t s = 0; s < engines_.size(); ++s) {
    OptionPrices::Scene scene{{}, quotes_used(s), used_so_far(quotes_used(s))};
    for (std::size_t a = 0; a < books_.size(); ++a) scene.curves.push_back(&engines_[s].curves(a));
    options_.add_scenario(scene, beliefs, greeks);
  }
}

void PreparedRun::settle_options(AskedFor<pricing::Valuation>& asked) {
  for (const OptionPrices::Work& work : options_.work()) {
    std::shared_ptr<pricing::Valuation>& valuation = options_.target(work);
    const std::size_t asset = options_.options()[work.option].asset;
    std::vector<pricing::Reach> reach;
    if (valuation->needs_reach())
      reach = options_.reach(work.option, reach_of(**beliefs_[work.belief], work.scenario, asset));
    settle_book(valuation, reach, asked);
  }
}

pricing::GreekSet PreparedRun::greeks_needed(std::size_t belief) const {
  pricing::GreekSet needed{pricing::Greek::delta};
  if (is_of_market(belief)) needed = needed | kMarkGreeks;
  for (std::size_t h = 0; h < desks_.size(); ++h)
    if (belief_of_[h] == belief) needed = needed | desks_[h].needs();
  return needed;
}

/// Quotes that may be up at each grid time: today's at the first, then those of reachable regimes.
std::vector<std::vector<bool>> PreparedRun::quotes_used(std::size_t scenario) const {
  std::vector<std::vector<bool>> used;
  for (const world::RegimeSet& reachable : world::reachable_regimes(plan_->scenarios[scenario])) {
    std::vector<bool> row{used.empty()};
    for (std::size_t r = 0; r < plan_->scenarios[scenario].regimes.size(); ++r)
      row.push_back(!used.empty() && reachable.contains(r));
    used.push_back(std::move(row));
  }
  return used;
}

const std::vector<pricing::Reach>& PreparedRun::reach(std::size_t scenario, std::size_t asset) {
  if (whole_ != nullptr) return whole_->reach(scenario, asset);
  reach_.resize(engines_.size());
  if (reach_[scenario].empty()) reach_[scenario] = pilot(engines_[scenario], plan_->seed, stop_);
  return reach_[scenario][asset];
}

std::vector<pricing::Reach> PreparedRun::reach_of(const pricing::Belief& belief, std::size_t scenario,
                                                  std::size_t asset) {
  const std::vector<pricing::Reach>& market = reach(scenario, asset);
  const pricing::OwnLevel* const level = belief.own_level();
  if (level == nullptr) return market;
  const auto held = std::ranges::find_if(beliefs_, [&](const auto& one) { return one && &**one == &belief; });
  const auto index = static_cast<std::size_t>(held - beliefs_.begin());
  return own_reach(*level, {market, &engines_[scenario].curves(asset), quotes_used(scenario),
                            model_quotes(index, asset), volatility_today(asset)});
}

/// What is new is told where paths go in its steps. Where Greeks are exact nothing is prepared.
void PreparedRun::settle_book(std::shared_ptr<pricing::Valuation>& valuation,
                              const std::vector<pricing::Reach>& reach, AskedFor<pricing::Valuation>& asked) {
  stop_.check();
  if (settle(valuation, reach, cache_->books(), asked) && plan_->greeks == GreekMethod::interpolated)
    valuation->share(reach);
}

/// Parts and slices are independent of each other: the order in which they are computed changes nothing.
void PreparedRun::make_tables(const std::vector<pricing::Valuation*>& fresh, int threads) {
  const auto each = [this](std::size_t count, const auto& make) {
    tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) {
      stop_.check();
      make(i);
    });
  };
  Parallel parallel(threads);
  parallel.execute([&] {
    for (pricing::Valuation* one : fresh) each(one->parts(), [one](std::size_t part) { one->make(part); });
    for (pricing::Valuation* one : fresh) each(one->steps(), [one](std::size_t step) { one->prepare(step); });
  });
}

/// The same of contracts that are not netted.
void PreparedRun::make_contract_tables(AskedFor<pricing::ContractValuation>& asked, int threads) {
  Parallel parallel(threads);
  for (std::size_t s = 0; s < contracts_.size(); ++s)
    for (const ContractPrices::Work& work : contracts_[s]->work()) {
      std::shared_ptr<pricing::ContractValuation>& valuation = contracts_[s]->valuation(work);
      std::vector<pricing::Reach> where(valuation->steps());
      if (valuation->needs_reach()) {
        const std::vector<pricing::Reach>& paths = reach(s, work.asset);
        if (work.at_horizon) where = {paths.back()};
        else where.assign(paths.begin(), paths.begin() + static_cast<std::ptrdiff_t>(valuation->steps()));
      }
      if (!settle(valuation, where, cache_->contracts(), asked)) continue;
      if (plan_->greeks != GreekMethod::interpolated) continue;
      parallel.execute([&] {
        tbb::parallel_for(std::size_t{0}, valuation->steps(), [&](std::size_t step) {
          stop_.check();
          valuation->prepare(step, where[step]);
        });
      });
    }
}

/// Netted books under beliefs, and at the horizon.
void PreparedRun::settle_books(AskedFor<pricing::Valuation>& asked) {
  const auto settle_all = [&](std::size_t s, auto& beliefs) {
    for (std::size_t b = 0; b < beliefs.size(); ++b)
      for (std::size_t a = 0; a < beliefs[b].size(); ++a)
        if (auto& valuation = beliefs[b][a])
          settle_book(
              valuation,
              valuation->needs_reach() ? reach_of(**beliefs_[b], s, a) : std::vector<pricing::Reach>{},
              asked);
  };
  for (std::size_t s = 0; s < targets_.size(); ++s) settle_all(s, targets_[s]);
  for (std::size_t s = 0; s < coin_values_.size(); ++s) settle_all(s, coin_values_[s]);
  for (std::size_t s = 0; s < marks_.size(); ++s)
    for (std::size_t a = 0; a < marks_[s].size(); ++a) {
      const bool asks = marks_[s][a]->needs_reach();
      settle_book(marks_[s][a], {asks ? reach(s, a).back() : pricing::Reach{}}, asked);
    }
}

void PreparedRun::compute_slices(int threads) {
  AskedFor<pricing::Valuation> books;
  AskedFor<pricing::ContractValuation> contracts;
  settle_books(books);
  settle_options(books);
  share_shocked(books);
  if (plan_->greeks == GreekMethod::interpolated) make_tables(books.fresh, threads);
  if (plan_->greeks == GreekMethod::interpolated) scan_shocked(threads);
  make_contract_tables(contracts, threads);
  for (const pricing::Valuation* one : books.all) one->report(surfaces_);
  for (const pricing::ContractValuation* one : contracts.all) one->report(surfaces_);
}

}  // namespace unhedged::simulation
