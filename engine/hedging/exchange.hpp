#pragma once
#include "engine/core/isa.hpp"
#include "engine/hedging/fill.hpp"
#include "engine/hedging/hedger.hpp"
#include "engine/market/tape.hpp"

namespace unhedged::hedging {

/// Room for the impact of a fill: one for each thread of control, since a fill points into it.
struct FillRoom {
  Lanes impact;
};

struct ExchangeKernels {
  /// Impact of orders on `share` of the volume, in money.
  void (*impact)(const Lanes& units, const market::Tape&, const ImpactLaw&, double share, Lanes& out);
};

UNHEDGED_DECLARE_KERNELS(ExchangeKernels, exchange_kernels)

/// Fills orders of one hedger in one tradable: what they cost. Immutable and shared by all blocks.
class Exchange {
 public:
  enum class Volume { stated, unlimited };
  /// `volume`: whether the market states one, without which nothing has impact.
  Exchange(const Costs& costs, Volume volume);

  /// Fills `units` at one of the tape's venues, at the price and with the market of now. The fill points to
  /// `units`, the tape and `room`.
  Fill fill(const Lanes& units, const market::Tape& tape, const market::Venue& venue, FillRoom& room) const;

  /// Whether fills cost nothing, at any venue.
  bool is_free() const { return at_mid_; }

  /// Y * daily volatility / (daily volume)^exponent on a path, by which orders are routed; 0 where they have
  /// no impact. Who trades at mid routes as those do who pay the market's costs.
  double routing_scale(const market::Tape& tape, std::size_t lane) const;
  double routing_exponent() const { return routing_.exponent; }
  /// The law by which orders are routed.
  const ImpactLaw& routing() const { return routing_; }

 private:
  bool at_mid_, own_spread_;
  double fee_;
  ImpactLaw impact_, routing_;
  Lanes half_spread_{};  // the hedger's own, if it has one
};

}  // namespace unhedged::hedging
