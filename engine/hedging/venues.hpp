#pragma once
#include <vector>

#include "engine/hedging/execution.hpp"

namespace unhedged::hedging {

/// Splits an order of value `size` over venues so that the marginal cost of each that takes part is the same.
/// Marginal cost at a venue of share s that takes x: fee + (1 + exponent) scale (x / s)^exponent, where
/// scale = Y * daily volatility / (daily volume)^exponent.
/// shapes   fee, share, out: [venue]; share 0 leaves a venue out
/// accuracy the parts make `size` to 1e-12 of it
void route(double size, double scale, double exponent, const std::vector<double>& fee,
           const std::vector<double>& share, std::vector<double>& out);

/// One hedger's orders in one asset that trades at several venues, on every path of a block: routing, orders
/// on their way, and what stale venues lose.
class VenueOrders {
 public:
  VenueOrders(const std::vector<market::Venue>& venues, const TimeGrid& grid);

  void clear(Account& account);

  /// Fills what is due at this step at the price now. Adds to account.order, which the caller has cleared. What
  /// arrives while trading is halted waits there. `dead`: 1 where nothing is traded any more and what is on its way
  /// is called back; null: nowhere.
  void receive(std::size_t step, const Execution& execution, const market::AssetSnapshot& market,
               const LaneIndex* dead, double growth, Account& account);

  /// Sends `wanted` units: fills what has no latency and adds it to account.order, puts the rest on its way.
  void send(std::size_t step, const Lanes& wanted, const Execution& execution, const market::AssetSnapshot& market,
            double growth, Account& account);

  /// Fills account.order at the horizon: over all venues, up or down, at once, and at their fees.
  void close(const Execution& execution, const market::AssetSnapshot& market, double growth, Account& account);

  /// Units on their way.
  const Lanes& in_flight() const { return in_flight_; }

 private:
  Lanes& slot(std::size_t venue, std::size_t step) { return ring_[venue][step % ring_[venue].size()]; }
  /// Splits an order on a path over the shares in share_ into units in part_; false where it is worth nothing.
  bool split(std::size_t lane, double units, const Execution& execution, const market::AssetSnapshot& market);
  void fill(std::size_t venue, std::size_t lane, double units, const Execution& execution,
            const market::AssetSnapshot& market, double growth, Account& account) const;
  void fill_if_up(std::size_t venue, std::size_t lane, double units, const Execution& execution,
                  const market::AssetSnapshot& market, double growth, Account& account) const;

  const std::vector<market::Venue>* venues_;
  TimeGrid grid_;
  std::vector<std::vector<Lanes>> ring_;  // [venue][step modulo the longest latency in steps + 1], units
  Lanes in_flight_{};
  std::vector<double> fee_, share_, part_;  // of one order
};

}  // namespace unhedged::hedging
