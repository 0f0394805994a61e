#pragma once
#include <map>
#include <memory>
#include <vector>

#include "engine/core/stop.hpp"
#include "engine/pricing/model_quotes.hpp"
#include "engine/pricing/valuation.hpp"
#include "engine/simulation/contract_book.hpp"
#include "engine/simulation/coverage_terms.hpp"
#include "engine/simulation/desk_terms.hpp"
#include "engine/simulation/hedge_options.hpp"
#include "engine/simulation/margin_book.hpp"
#include "engine/simulation/plan.hpp"
#include "engine/simulation/position_groups.hpp"
#include "engine/simulation/shocked_book.hpp"
#include "engine/simulation/valuation_cache.hpp"
#include "engine/world/block_world.hpp"

namespace unhedged::simulation {

/// Everything computed once before the first path. Immutable and shared by all threads; the plan must
/// outlive it.
class PreparedRun {
 public:
  /// `threads`: 0 for one per processor. `cache`: of runs before; null: there are none.
  /// errors  Interrupted; IoError if the threads cannot be started
  explicit PreparedRun(const Plan& plan, int threads = 0, Stop stop = {},
                       std::shared_ptr<ValuationCache> cache = nullptr)
      : PreparedRun(plan, threads, stop, std::move(cache), nullptr) {}

  const Plan& plan() const { return *plan_; }
  const world::ScenarioEngine& engine(std::size_t scenario) const { return engines_[scenario]; }

  /// What one unit of cash at grid time `step` is worth at the horizon.
  double to_horizon(std::size_t asset, std::size_t step) const { return to_horizon_[asset][step]; }
  /// shapes  [asset][step]
  const std::vector<std::vector<double>>& to_horizon() const { return to_horizon_; }

  /// Length of the step that begins at a grid time, with interest on what flows evenly over it.
  double years_with_interest(std::size_t asset, std::size_t step) const;

  /// Payoffs due at a grid time.
  struct Settlement {
    std::size_t asset;
    instruments::Payoff payoff;
  };
  const std::vector<Settlement>& settlements(std::size_t step) const { return settlements_[step]; }

  /// The netted book of an asset, ready to be valued at any time.
  const pricing::PricedBook& book(std::size_t asset) const { return books_[asset]; }

  /// Of what is alive at the horizon, at the market's quotes; its only step is the horizon.
  const pricing::Valuation& horizon_mark(std::size_t scenario, std::size_t asset) const {
    return *marks_[scenario][asset];
  }

  /// Beliefs that differ, and which of them a hedger holds.
  std::size_t belief_count() const { return beliefs_.size(); }
  /// expects  somebody who hedges holds it
  const pricing::Belief& belief(std::size_t belief) const { return **beliefs_[belief]; }
  /// What a belief quotes of an asset whose level it calibrates; else null.
  const pricing::ModelQuotes* model_quotes(std::size_t belief, std::size_t asset) const {
    return model_quotes_[belief][asset].get();
  }
  /// Quoted at the money for a month.
  double volatility_today(std::size_t asset) const { return terms_.volatility_today()[asset]; }
  std::size_t belief_of(std::size_t hedger) const { return belief_of_[hedger]; }
  /// Absent where nobody with it hedges.
  const std::vector<std::optional<pricing::Believed>>& beliefs() const { return beliefs_; }
  /// What the market marks the book by at every grid time, where that is asked for: a belief that nobody
  /// hedges by, at the market's quotes of now and, for what is alive then, of the time before.
  std::optional<std::size_t> market_belief() const { return market_belief_; }
  /// The first belief that prices as the market marks: that of a hedger, or itself. expects  there is one
  std::size_t market_twin() const;
  /// Greeks of which a belief's targets have tables: those that strategies need, and the delta, which is
  /// recorded.
  pricing::GreekSet greeks_needed(std::size_t belief) const;
  /// Of an asset that somebody with the belief hedges.
  const pricing::Valuation& target(std::size_t scenario, std::size_t belief, std::size_t asset) const {
    return *targets_[scenario][belief][asset];
  }
  /// Whether there are positions settled on margin, or paid in coin, and the terms of those in an asset.
  bool has_margin_terms() const { return !margin_terms_.empty(); }
  const MarginTerms& margin_terms(std::size_t asset) const { return margin_terms_[asset]; }
  /// The perpetual of an asset, if it has one.
  std::optional<market::TradableId> perpetual(std::size_t asset) const { return perpetuals_[asset]; }
  /// Whether who holds a belief adjusts deltas for premiums paid in coin, and the value of what does so.
  bool adjusts_premium(std::size_t belief) const { return adjusts_premium_[belief]; }
  const pricing::Valuation& coin_value(std::size_t scenario, std::size_t belief, std::size_t asset) const {
    return *coin_values_[scenario][belief][asset];
  }
  const ContractPrices& contracts(std::size_t scenario) const { return *contracts_[scenario]; }
  /// Options that desks hedge with; as tradables they are numbered after those of the plan.
  const OptionPrices& options() const { return options_; }
  /// Positions by their groups, where those are told apart: in the order of their names.
  const std::vector<PositionGroup>& groups() const { return groups_; }
  /// How the Greeks of hedging (and of the marks at the horizon) are computed.
  const pricing::SurfaceReport& surfaces() const { return surfaces_; }

  /// Units of the book in an asset that are alive after a grid time, without sign.
  double gross_units(std::size_t asset, std::size_t step) const { return terms_.gross()[asset][step]; }
  const hedging::DeskPlan& desk(std::size_t hedger) const { return desks_[hedger]; }
  /// The book in an asset under a margin model of the plan that is a matrix, in a scenario; null: no account
  /// that asks by it covers the book.
  const ShockedBook* shocked_book(std::size_t scenario, std::size_t model, std::size_t asset) const {
    return shocked_[scenario][model].empty() ? nullptr : &shocked_[scenario][model][asset];
  }
  /// Groups of its scenarios; none, if it is no matrix. shapes  [margin model of the plan]
  const std::vector<MoveGroup>& move_groups(std::size_t model) const { return move_groups_[model]; }
  /// What yardsticks require today; empty: nobody asks how often they cover.
  const CoverageTerms& coverage() const { return coverage_; }
  /// Whether somebody's orders take a random time to the market.
  bool draws_latency() const { return draws_latency_; }

 private:
  /// `whole`: a run of more positions in the same scenarios, whose paths go the same way; null: there is none
  PreparedRun(const Plan& plan, int threads, Stop stop, std::shared_ptr<ValuationCache> cache,
              PreparedRun* whole);
  void prepare_groups(int threads);
  void prepare_cash();
  void prepare_margin();
  void prepare_beliefs();
  void prepare_model_quotes();
  void prepare_targets();
  void prepare_coin_values();
  /// [grid time before the horizon] which quotes may be up then, then or at the grid time before, and may
  /// have been so by then.
  struct UsedBefore {
    explicit UsedBefore(std::vector<std::vector<bool>> used);
    std::vector<std::vector<bool>> then, lately, so_far;
  };
  /// Whether it prices as the market marks: one target serves both.
  bool is_of_market(std::size_t belief) const {
    return market_belief_ && beliefs_[belief] == beliefs_[*market_belief_] && !adjusts_premium(belief);
  }
  /// Whether a belief is asked at quotes that need not be up any more: those of the grid time before by
  /// whoever explains what has happened since, any by desks that hold them.
  bool looks_back(std::size_t belief) const {
    return is_of_market(belief) || (*beliefs_[belief])->holds_quotes();
  }
  const std::vector<std::vector<bool>>& used_by(std::size_t belief, const UsedBefore& used) const {
    if ((*beliefs_[belief])->holds_quotes()) return used.so_far;
    return is_of_market(belief) ? used.lately : used.then;
  }
  struct Believer {
    std::size_t scenario, belief, asset;
  };
  std::shared_ptr<pricing::Valuation> believed_value(const Believer& who, const pricing::PricedBook& book,
                                                     const UsedBefore& used, pricing::GreekSet greeks) const;
  void prepare_contracts();
  void prepare_options();
  void prepare_margin_models();
  bool drifts(std::size_t model) const;
  void prepare_desks();
  void prepare_options(hedging::DeskPlan& desk) const;
  void prepare_pledges(hedging::DeskPlan& desk) const;
  void prepare_rules(hedging::DeskPlan& desk) const;
  void compute_slices(int threads);
  /// Whether somebody who holds the belief looks at the asset; the market looks at all.
  bool is_asked(std::size_t belief, std::size_t asset) const;
  void settle_book(std::shared_ptr<pricing::Valuation>& valuation, const std::vector<pricing::Reach>& reach,
                   AskedFor<pricing::Valuation>& asked);
  void settle_books(AskedFor<pricing::Valuation>& asked);
  void make_tables(const std::vector<pricing::Valuation*>& fresh, int threads);
  void make_contract_tables(AskedFor<pricing::ContractValuation>& asked, int threads);
  void settle_options(AskedFor<pricing::Valuation>& asked);
  void share_shocked(AskedFor<pricing::Valuation>& asked);
  void scan_shocked(int threads);
  /// Where a scenario takes an asset, by grid time; from a few hundred paths, made on first use.
  const std::vector<pricing::Reach>& reach(std::size_t scenario, std::size_t asset);
  /// The same for who holds a belief: the level may be its own.
  std::vector<pricing::Reach> reach_of(const pricing::Belief& belief, std::size_t scenario,
                                       std::size_t asset);
  std::vector<std::vector<bool>> quotes_used(std::size_t scenario) const;

  const Plan* plan_;
  std::shared_ptr<ValuationCache> cache_;
  PreparedRun* whole_;  // while preparing
  std::vector<PositionGroup> groups_;
  DeskTerms terms_;
  OptionPrices options_;
  Stop stop_;
  pricing::SurfaceReport surfaces_;
  std::vector<std::vector<std::vector<pricing::Reach>>> reach_;  // [scenario][asset][step]
  std::vector<world::ScenarioEngine> engines_;
  std::vector<pricing::PricedBook> books_;
  std::vector<std::vector<double>> to_horizon_;                          // [asset][step]
  std::vector<std::vector<Settlement>> settlements_;                     // [step]
  std::vector<std::vector<std::shared_ptr<pricing::Valuation>>> marks_;  // [scenario][asset]
  std::vector<std::optional<pricing::Believed>> beliefs_;
  std::optional<std::size_t> market_belief_;
  std::vector<std::vector<std::unique_ptr<pricing::ModelQuotes>>> model_quotes_;  // [belief][asset]
  std::vector<std::size_t> belief_of_;
  std::vector<std::vector<std::vector<std::shared_ptr<pricing::Valuation>>>> targets_;
  std::vector<std::unique_ptr<ContractPrices>> contracts_;     // [scenario]
  std::vector<MarginTerms> margin_terms_;                      // [asset]; empty: none
  std::vector<std::optional<market::TradableId>> perpetuals_;  // [asset]
  std::vector<pricing::PricedBook> coin_books_;                // [asset] what is paid in coin
  std::vector<std::vector<std::vector<std::shared_ptr<pricing::Valuation>>>> coin_values_;
  std::vector<char> adjusts_premium_;                           // [belief]
  std::vector<hedging::DeskPlan> desks_;                        // [hedger]
  std::vector<std::vector<std::vector<ShockedBook>>> shocked_;  // [scenario][margin model][asset], or empty
  std::vector<std::vector<MoveGroup>> move_groups_;             // [margin model]
  CoverageTerms coverage_;
  bool draws_latency_ = false;
};

}  // namespace unhedged::simulation
