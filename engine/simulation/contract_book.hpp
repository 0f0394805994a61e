#pragma once
#include <memory>
#include <vector>

#include "engine/market/quotes.hpp"
#include "engine/pricing/belief.hpp"
#include "engine/pricing/contract_valuation.hpp"
#include "engine/simulation/plan.hpp"
#include "engine/simulation/valuation_cache.hpp"

/// Contracts of the book that remember their paths, beside the netted calls and forwards.
namespace unhedged::simulation {

/// How contracts are priced in one scenario; shared by all blocks.
class ContractPrices {
 public:
  /// What all contracts of the plan are priced under in a scenario.
  struct Scene {
    const Plan* plan;
    std::vector<const std::vector<market::ImpliedCurve>*> curves;  ///< [asset]
    std::vector<std::vector<bool>> used_before, used_at_horizon;   ///< [grid time]; the horizon alone
    std::vector<std::vector<bool>> used_so_far;                    ///< [grid time]
    std::pair<std::size_t, std::size_t> same{};  ///< a belief, and one before it that prices the same
    std::vector<bool> looks_back;                ///< [belief] whether it is asked at quotes of before
  };
  /// `beliefs`: absent where nobody asks. `greeks`: of each belief.
  /// `cache`: that valuations are made in.
  /// `first`: the prices in another scenario; what does not look at the quotes is the same there.
  ContractPrices(Scene scene, ValuationCache& cache,
                 const std::vector<std::optional<pricing::Believed>>& beliefs,
                 const std::vector<pricing::GreekSet>& greeks, const ContractPrices* first);

  /// Under a belief, or the market's marks at the horizon (whose only step is that).
  const pricing::ContractValuation& target(std::size_t belief, std::size_t contract) const {
    return *targets_[belief][contract];
  }
  const pricing::ContractValuation& mark(std::size_t contract) const { return *marks_[contract]; }

  /// A valuation: a mark, or that under a belief.
  struct Work {
    std::size_t contract, asset;
    bool at_horizon;
    std::size_t belief = 0;
  };
  const std::vector<Work>& work() const { return work_; }
  std::shared_ptr<pricing::ContractValuation>& valuation(const Work& work) {
    return work.at_horizon ? marks_[work.contract] : targets_[work.belief][work.contract];
  }

 private:
  Scene scene_;
  std::vector<Work> work_;
  std::vector<std::vector<std::shared_ptr<pricing::ContractValuation>>> targets_;  // [belief][contract]
  std::vector<std::shared_ptr<pricing::ContractValuation>> marks_;                 // [contract]
};

/// What the contracts of a plan remember of the paths of one block in one world.
class ContractBook {
 public:
  ContractBook(const Plan& plan, const ContractPrices& prices);

  bool empty() const { return plan_->contracts.empty(); }
  void begin();
  /// Shows those on an asset its price; holders who may end one do where that is best at the quotes.
  void observe(std::size_t asset, std::uint32_t step, const market::AssetQuotes& quotes);
  /// out += to_horizon * what those on an asset have paid since this was last asked for.
  void collect(std::size_t asset, double to_horizon, Lanes& out);
  /// out += a Greek of those on an asset under a belief.
  void add(std::size_t belief, std::size_t asset, std::uint32_t step, const market::AssetQuotes& quotes,
           pricing::Greek greek, Lanes& out) const;
  /// out += what those on an asset that are alive after a grid time are worth at the market's quotes, exactly
  /// and slowly: for paths that are recorded.
  void value(std::size_t asset, std::uint32_t step, const market::AssetQuotes& quotes, Lanes& out) const;
  /// out += what those on an asset that outlive the horizon are marked at there.
  void mark(std::size_t asset, const market::AssetQuotes& quotes, Lanes& out) const;
  std::size_t lanes() const;

  /// What holders have ended early, and when, as sums over the units of contracts that may be.
  struct EndedEarly {
    Lanes units, unit_years;
  };
  const EndedEarly& ended_early() const { return ended_; }

 private:
  void end_early(std::size_t contract, std::uint32_t step, const market::AssetQuotes& quotes);

  const Plan* plan_;
  const ContractPrices* prices_;
  EndedEarly ended_{};
  std::vector<std::vector<Lanes>> memory_;  // [contract]
  std::vector<Lanes> paid_;                 // [asset]
};

}  // namespace unhedged::simulation
