#pragma once
#include <vector>

#include "engine/simulation/contract_book.hpp"
#include "engine/simulation/margin_book.hpp"
#include "engine/simulation/multi_asset_book.hpp"

namespace unhedged::simulation {

class Floor;
class PreparedRun;

/// What positions that nobody hedges make on the paths of a block: what they pay and what they are worth at
/// the horizon, on the market of a floor that others trade on.
class HeldBook {
 public:
  /// `run`: of these positions; its scenarios are those of the floor. It outlives this.
  HeldBook(const PreparedRun& run, std::size_t scenario);

  /// Of grid times in turn, today's first.
  void at(const Floor& floor, std::uint32_t step);

  /// After the horizon: in account currency of then. shapes  [lanes]
  const Lanes& pnl() const { return pnl_; }

 private:
  void start();
  void settle(const Floor& floor, std::uint32_t step);
  void mark(const Floor& floor, std::uint32_t horizon);

  const PreparedRun* run_;
  std::size_t scenario_;
  ContractBook contracts_;
  MultiAssetBook multi_assets_;
  std::vector<MarginBook> margin_;  // [asset]; empty: there is nothing of the kind
  std::vector<Lanes> cash_;         // [asset]
  Lanes pnl_{};
};

}  // namespace unhedged::simulation
