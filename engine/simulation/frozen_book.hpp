#pragma once
#include <memory>
#include <span>
#include <vector>

#include "engine/margin/portfolio.hpp"
#include "engine/simulation/plan.hpp"

namespace unhedged::simulation {

class HeldMultiAsset;

/// The book and what is held besides, as it stands some time from today if nothing is traded and today's
/// quotes stay: what has expired by then is gone. It can be valued in any market.
class FrozenBook {
 public:
  explicit FrozenBook(const Plan& plan, double years_later = 0);

  void add(std::size_t asset, margin::MarginPosition held);

  std::size_t assets() const { return portfolios_.size(); }
  std::size_t positions() const;
  bool has_positions(std::size_t asset) const;
  /// All that depends on an asset; options on several count with each of theirs, the others as they are.
  margin::AssetPortfolio portfolio(std::size_t asset) const;
  /// Value of all in account currency. shapes  now: [asset]
  double value(std::span<const margin::ShockedMarket> now) const;
  const margin::AssetMarket& market(std::size_t asset) const { return portfolios_[asset].market; }
  /// Today's market of all assets.
  std::vector<margin::ShockedMarket> unmoved() const;

 private:
  void add(const PositionPlan& position, const Plan& plan);

  double later_;
  std::vector<double> times_;  // grid times until then, at which contracts look at the spot
  std::vector<margin::AssetPortfolio> portfolios_;
  std::vector<std::shared_ptr<const HeldMultiAsset>> several_;
};

}  // namespace unhedged::simulation
