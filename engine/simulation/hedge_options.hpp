#pragma once
#include <deque>
#include <memory>
#include <vector>

#include "engine/hedging/strategy.hpp"
#include "engine/market/tape.hpp"
#include "engine/pricing/quoted_option.hpp"
#include "engine/pricing/valuation.hpp"
#include "engine/simulation/plan.hpp"
#include "engine/simulation/valuation_cache.hpp"
#include "engine/world/block_world.hpp"

/// Options that desks hedge with and roll, beside what the world lets them trade in.
namespace unhedged::simulation {

/// How they are priced: by the market, and by those who hold a belief. An option of any strike is one struck
/// at its share of today's spot, seen from where the spot stands relative to that of its roll. Shared by all
/// blocks.
class OptionPrices {
 public:
  /// What is quoted in a scenario.
  struct Scene {
    std::vector<const std::vector<market::ImpliedCurve>*> curves;  ///< [asset]
    std::vector<std::vector<bool>> used, used_so_far;              ///< [grid time]
  };

  /// Lists the options of all hedgers, each once.
  /// `cache`: that valuations are made in; outlives this.
  OptionPrices(const Plan& plan, ValuationCache& cache);

  /// `beliefs`: absent where nobody hedges with options. `greeks`: of each belief.
  void add_scenario(const Scene& scene, const std::vector<std::optional<pricing::Believed>>& beliefs,
                    const std::vector<pricing::GreekSet>& greeks);

  bool empty() const { return options_.empty(); }
  const std::vector<hedging::HedgeOption>& options() const { return options_; }
  std::size_t index_of(const hedging::HedgeOption& option) const;
  /// Whether somebody pays the spread of the option's quote.
  bool pays_spread(std::size_t option) const { return pays_spread_[option]; }

  /// Steps are grid times; that of the option sold at the k-th roll is `outgoing(k)`.
  const pricing::QuotedOption& market(std::size_t scenario, std::size_t option) const {
    return *scenarios_[scenario].market[option];
  }
  /// Null: the belief is what is quoted.
  const pricing::Valuation* target(std::size_t scenario, std::size_t belief, std::size_t option) const {
    return scenarios_[scenario].targets[belief][option].get();
  }
  std::size_t outgoing(std::size_t roll) const { return plan_->grid.steps + roll; }

  /// Valuations that are kept in tables.
  struct Work {
    std::size_t scenario, belief, option;
  };
  const std::vector<Work>& work() const { return work_; }
  std::shared_ptr<pricing::Valuation>& target(const Work& work) {
    return scenarios_[work.scenario].targets[work.belief][work.option];
  }
  /// Where paths take an option at each step of its valuation. `market`: [grid time]
  std::vector<pricing::Reach> reach(std::size_t option, const std::vector<pricing::Reach>& market) const;

 private:
  struct OfScenario {
    std::vector<std::unique_ptr<pricing::QuotedOption>> market;             // [option]
    std::vector<std::vector<std::shared_ptr<pricing::Valuation>>> targets;  // [belief][option]
  };
  /// The grid time of each step of a valuation, and the roll its option is of.
  struct Slot {
    std::size_t step, roll;
  };
  std::vector<Slot> moments(std::size_t option) const;
  /// How old an option is at each step of its valuation, and the curves that may be up then.
  struct Life {
    std::vector<double> ages_years;
    std::vector<std::vector<bool>> used;
  };
  Life life_of(std::size_t option, const std::vector<std::vector<bool>>& used) const;

  const Plan* plan_;
  ValuationCache* cache_;
  std::vector<hedging::HedgeOption> options_;
  std::vector<char> pays_spread_;
  std::deque<pricing::PricedBook> books_;  // [option]
  std::vector<OfScenario> scenarios_;
  std::vector<Work> work_;
};

/// The options on the paths of one block in one world: strikes, prices, and Greeks under beliefs.
class OptionBook {
 public:
  OptionBook(const OptionPrices& prices, const Plan& plan, std::size_t scenario,
             const world::BlockWorld& world);
  OptionBook(const OptionBook&) = delete;  // tapes point into it
  OptionBook& operator=(const OptionBook&) = delete;

  void start();
  /// The price of an asset is there: rolls what rolls now, and prices all on it.
  void observe(std::size_t asset, std::size_t step);
  /// Writes a Greek of one unit of an option under a belief, at the quotes that this goes by.
  struct Asked {
    std::size_t belief, option, step;
  };
  void evaluate(const Asked& of, const market::AssetQuotes& quotes, pricing::Greek greek, Lanes& out);
  /// Whether desks of a belief go by the market's own Greeks of an option, which are there already.
  const Lanes* known(std::size_t belief, std::size_t option, pricing::Greek greek) const;

  const market::Tape& tape(std::size_t option) const { return tapes_[option]; }
  /// [option] of the one that is sold at this roll.
  std::span<const market::Tape> outgoing() const { return outgoing_; }
  /// Strike of an option on a path.
  double strike(std::size_t option, std::size_t lane) const;
  std::size_t lanes() const { return states_.size() * sizeof(State) / sizeof(Lanes); }

 private:
  struct State {
    Lanes reference, inverse, log_reference;  ///< spot at the last roll over today's; of it 1 / x, the log
    Lanes price, half_spread, old_price, old_half_spread;
    pricing::QuotedOption::Sensitivities greeks;  ///< of the market; the value is relative to the reference
  };

  market::AssetQuotes seen_from(const State& state, const market::AssetQuotes& quotes);
  void value(std::size_t option, std::size_t step, Lanes& price, Lanes& half_spread);
  void strike_anew(std::size_t asset, State& state);

  const OptionPrices* prices_;
  const Plan* plan_;
  std::size_t scenario_;
  const world::BlockWorld* world_;
  std::deque<State> states_;                    // [option]
  std::vector<market::Tape> tapes_, outgoing_;  // [option]
  Lanes log_spot_, spot_;                       // of the option that is looked at
};

}  // namespace unhedged::simulation
