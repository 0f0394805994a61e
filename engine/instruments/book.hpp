#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/instruments/contract.hpp"
#include "engine/instruments/multi_asset.hpp"

namespace unhedged::instruments {

enum class ContractKind { call, put, forward, spot, future, perpetual, other };

constexpr bool is_option(ContractKind kind) {
  return kind == ContractKind::call || kind == ContractKind::put || kind == ContractKind::other;
}
/// Settled on margin as its price moves: nothing is paid for it.
constexpr bool is_margined(ContractKind kind) {
  return kind == ContractKind::future || kind == ContractKind::perpetual;
}
constexpr bool is_dated(ContractKind kind) {
  return kind != ContractKind::spot && kind != ContractKind::perpetual;
}

/// A holding of one contract. Calls and puts are European and settle in cash; a forward pays spot - strike at
/// expiry; a spot position has neither strike nor expiry and reinvests its yield. Futures and perpetuals are
/// settled on margin as their prices move, and never netted with the others; nor is what has a row.
struct Position {
  ContractKind kind = ContractKind::call;
  std::size_t asset = 0;
  double strike = 0;  ///< account currency
  double expiry_years = 0;
  double quantity = 0;  ///< units of the underlying, of an inverse future account currency; negative is short
  std::optional<double> premium;     ///< paid per unit; the market's mark if absent
  double volatility_ratio = 1;       ///< of an option: its implied volatility over the market's for it today
  const ContractRow* row = nullptr;  ///< of other kinds
  std::shared_ptr<const Contract> contract = {};  ///< of other kinds
  std::shared_ptr<const MultiAssetOption> multi_asset =
      {};                ///< of those on several assets; `asset` is the first
  bool in_coin = false;  ///< what it pays is paid in the asset itself, and so is its premium

  std::string_view name() const;
  bool is_dated() const { return instruments::is_dated(kind); }
  bool is_option() const { return instruments::is_option(kind); }
  bool is_margined() const { return instruments::is_margined(kind); }
};

/// Calls of one strike that remain after netting: a put is a call less a forward (put-call parity).
struct NettedCall {
  double strike;
  double quantity;
  double volatility_ratio = 1;
};

/// All contracts of one asset and expiry: sum of calls + units * S + cash, paid at expiry.
struct ExpiryBucket {
  double expiry_years = 0;
  std::vector<NettedCall> calls;  ///< sorted by strike, then ratio; no zero quantities
  double units = 0;
  double cash = 0;
  double gross_units = 0;  ///< sum of |quantity| of the positions netted here
};

/// The positions in one asset, netted.
struct AssetBook {
  std::vector<ExpiryBucket> buckets;  ///< sorted by expiry
  double spot_units = 0;

  std::size_t option_count() const;
  /// Sum of |quantity| of the positions that expire after `time_years`, spot included.
  double gross_units(double time_years) const;
};

/// Which positions are netted.
enum class Netting { all, in_coin };

/// Nets the positions in `asset`; equal expiries (to 1e-9 years), strikes and ratios become one. What is paid
/// in coin is netted with the rest: the payoff is worth the same.
AssetBook net(std::span<const Position* const> positions, std::size_t asset, Netting which = Netting::all);
AssetBook net(std::span<const Position> positions, std::size_t asset);

/// A piecewise linear payoff in the spot.
class Payoff {
 public:
  explicit Payoff(const ExpiryBucket& bucket);
  double operator()(double spot) const;
  /// out[i] += factor * payoff(spot[i])
  void add(const double* spot, std::size_t count, double factor, double* out) const;

 private:
  std::size_t piece_of(double spot) const;
  bool covers(std::size_t piece, double spot) const;

  std::vector<double> strike_;             // ascending
  std::vector<double> quantity_;           // of the calls
  std::vector<double> slope_, intercept_;  // one more than strikes: pieces between them
};

}  // namespace unhedged::instruments
