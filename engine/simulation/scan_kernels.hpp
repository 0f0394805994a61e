#pragma once
#include "engine/core/isa.hpp"
#include "engine/core/lanes.hpp"
#include "engine/margin/matrix.hpp"

/// The largest loss that counts of a book and its hedge, over the scenarios of a matrix, from tables in the
/// log spot. docs/methods/account.md
namespace unhedged::simulation {

/// In an interval of log spots, with t from 0 to 1 over it, a scenario loses
///   cubic(t) + weight V + slope H - dampener
/// of a book that is marked at V and a hedge that is worth H.
struct alignas(64) ScanLoss {
  double cubic[4];
  double weight, slope, dampener;
  double limit;  ///< of the first, the least H, of the second the largest for which one of both is the worst
};

/// The two scenarios that lose the most in an interval, for what is hedged about as the book asks.
struct ScanCell {
  ScanLoss first, second;
};

struct ScanView {
  const ScanCell* cells = nullptr;
  double origin = 0, inverse_step = 0;
  int last = 0;  ///< cell
  // of all scenarios, padded to whole vectors by such that never lose
  const double* values = nullptr;  ///< [node][scenario] from two nodes before the first cell on
  const double *weight = nullptr, *slope = nullptr, *dampener = nullptr;  ///< [scenario]
  std::size_t scenarios = 0;                                              ///< a multiple of kScanWidth
};
inline constexpr std::size_t kScanWidth = 8;

/// What is held, on every path.
struct Scanned {
  const Lanes &log_spot, &value, &hedge;  ///< of the whole book its mark; of the hedge what it is worth
  const Lanes& share;                     ///< of the book that is held
};

/// What is required of a book and its hedge in one asset beyond the scan; null of what is not asked for.
struct Charged {
  const Lanes &lost, &hedge, &spot;
  const Lanes *share, *delta;  ///< of the book; null: the hedge stands alone
  double linear, sold;         ///< units of the book that are no option, and of options that are sold
  const margin::Charges& charges;
  double maintenance_factor, provision;
};

/// The book in an asset at a grid time: what it has paid, in money of the horizon; its mark.
struct BookMoney {
  const Lanes &cash, &value, &spot;
  double growth, gross;  ///< of money until the horizon; units without sign
};
/// Of all assets: what has been earned, now and in money of the horizon; marks; value of units without sign.
struct BookMoneySums {
  Lanes &earned, &earned_at_horizon, &marks, &gross;
};

struct ScanKernels {
  /// lost = the larger of both losses, and of 0. `unknown`: 1 where neither need be the worst, a part of the
  /// book is held, or the log spot is outside
  void (*worst_of_two)(const ScanView&, const Scanned&, Lanes& lost, LaneIndex& unknown);
  /// The same over all scenarios, on one path. expects  the log spot is inside
  double (*worst_of_all)(const ScanView&, const Scanned&, std::size_t lane);
  /// hedge += units price
  void (*add_hedge)(const Lanes& units, const Lanes& price, Lanes& hedge);
  /// Adds what is required, as margin::requirement has it, where something is held.
  void (*require)(const Charged&, Lanes& initial, Lanes& maintenance);
  /// A book in an asset: what it has paid in money of the horizon and what it is marked at now.
  void (*add_book)(const BookMoney&, const BookMoneySums&);
};

UNHEDGED_DECLARE_KERNELS(ScanKernels, scan_kernels)

}  // namespace unhedged::simulation
