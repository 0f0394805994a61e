#pragma once
#include <vector>

#include "engine/hedging/account_record.hpp"
#include "engine/hedging/account_terms.hpp"
#include "engine/hedging/desk.hpp"

namespace unhedged::hedging {

/// Collateral in assets on every path of a block: what it counts for, and its sale by force at the market of
/// the asset. It has a ledger of its own, which starts with the purchase of what is there at today's price.
class PledgedAssets {
 public:
  /// `terms`: of all routers; `tapes`: of any time. Plan and terms outlive it.
  PledgedAssets(const std::vector<PledgedAsset>& assets, const DeskPlan& plan, const RouterTerms& terms,
                std::span<const market::Tape* const> tapes);
  PledgedAssets(const PledgedAssets&) = delete;  // its routers point to its ledger
  PledgedAssets& operator=(const PledgedAssets&) = delete;

  void start();
  /// Adds what it counts for now, and what sales have brought.
  void add_value(const AccountMoment& now, Lanes& equity);
  /// Adds what sales have brought alone.
  void add_cash(const AccountMoment& now, Lanes& cash) const;
  /// Closing begins on a path.
  void begin_closing(std::size_t lane);
  /// Orders the sale of so much of what there was when closing began, on the paths of `lanes`.
  void order_away(const LaneIndex& lanes, const Lanes& share);
  /// What is to be sold goes to the market.
  void trade(const AccountMoment& now);
  /// What it has lost by now, sold or not, in money of the horizon.
  void loss(const AccountMoment& now, Lanes& out) const;

  std::size_t lanes_held() const { return assets_->size() * 10; }

 private:
  OrderMoment moment(std::size_t k, const AccountMoment& now);
  const Lanes& spot(std::size_t k, const AccountMoment& now) const {
    return *now.tapes[plan_->pledges[k].tradable]->price;
  }

  const std::vector<PledgedAsset>* assets_;
  const DeskPlan* plan_;
  Ledger ledger_;
  std::vector<Router> routers_;
  std::vector<double> paid_;       // [asset] for what is there, money of the horizon
  std::vector<Lanes> first_;       // [asset] units when closing began
  std::vector<Lanes> spot_today_;  // [asset]
  bool started_ = false, sells_ = false;
  Lanes units_{};
  FillRoom room_;
};

}  // namespace unhedged::hedging
