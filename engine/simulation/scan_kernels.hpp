#pragma once
#include "engine/core/isa.hpp"
#include "engine/core/lanes.hpp"
#include "engine/margin/matrix.hpp"

/// The largest loss that counts of a book and its hedge, over the scenarios of a matrix, from tables in the
/// log spot. docs/methods/account.md
namespace unhedged::simulation {

/// The two scenarios that lose the most in an interval of log spots, for a hedge that is worth about what the
/// book asks for. With t from 0 to 1 over it, the one of a side loses
///   cubic(t) + slope H
/// of the book as it is marked and of a hedge that is worth H, with its dampener. Singly precise, so that a
/// path reads one line of memory.
struct alignas(64) ScanCell {
  float cubic[4][2];  ///< [power of t][side]
  float slope[2];     ///< [side]
  float limit[2];     ///< one of both is the worst for H from the first to the second
};

struct ScanView {
  const ScanCell* cells = nullptr;
  const ScanCell* outer = nullptr;  ///< [below, above][cell] for hedges that those do not tell of
  double origin = 0, inverse_step = 0;
  int last = 0;  ///< cell
  double nodes_per_cell = 1;
  // of all scenarios, padded to whole vectors by such that never lose
  const float* values = nullptr;  ///< [node][scenario] from two nodes before the first cell on
  const float *weight = nullptr, *slope = nullptr, *dampener = nullptr;  ///< [scenario]
  std::size_t scenarios = 0;                                             ///< a multiple of kScanWidth
};
inline constexpr std::size_t kScanWidth = 8;

/// Where every path is. The level of the market that quotes go by counts where they move with it.
struct ScanPlaces {
  const Lanes &log_spot, &quote_level;
};

/// What is held, on every path.
struct Scanned {
  ScanPlaces at;
  const Lanes &value, &hedge;  ///< of the whole book its mark; of the hedge what it is worth
  const Lanes& share;          ///< of the book that is held
};

/// Of every path what its cell says: both sides lose loss + slope H, and one of them is the worst for H from
/// `least` to `most`; nowhere, where it is outside. The same for whatever hedges the book.
struct ScanSides {
  alignas(64) float loss[2][kLanes], slope[2][kLanes];  ///< [side][lane]
  alignas(64) float least[kLanes], most[kLanes];
};

/// Some paths.
struct ScannedLanes {
  std::uint8_t lane[kLanes];
  std::size_t count = 0;

  void add(std::size_t one) { lane[count++] = static_cast<std::uint8_t>(one); }
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
  const Lanes *cash, *value, *spot;
  double growth, gross;  ///< of money until the horizon; units without sign
};
/// Of all assets: what has been earned, in money of the horizon; marks; value of units without sign.
struct BookMoneySums {
  Lanes earned_at_horizon, marks, gross;
};

struct ScanKernels {
  /// What cells say of these places.
  void (*look)(const ScanView&, const ScanPlaces&, ScanSides& out);
  /// lost = the larger of both losses, and of 0. `unknown`: 1 where neither need be the worst, a part of the
  /// book is held, or the log spot is outside
  void (*worst_of_two)(const ScanSides&, const Scanned&, Lanes& lost, LaneIndex& unknown);
  /// The same by outer cells, on paths of which the usual ones do not tell. `left`: of which those do not
  /// either, or a part of the book is held. expects  they are inside
  void (*worst_of_outer)(const ScanView&, const Scanned&, const ScanSides&, const ScannedLanes&, Lanes& lost,
                         ScannedLanes& left);
  /// The same over all scenarios, on some paths. expects  they are inside
  void (*worst_of_all)(const ScanView&, const Scanned&, const ScannedLanes&, Lanes& lost);
  /// hedge = units price; `adds`: to what is there
  void (*set_hedge)(const Lanes& units, const Lanes& price, bool adds, Lanes& hedge);
  /// What is required, as margin::requirement has it, where something is held; `adds`: to what is there.
  void (*require)(const Charged&, bool adds, Lanes& initial, Lanes& maintenance);
  /// What a book in an asset has earned, in money of now.
  void (*add_earned)(const BookMoney&, Lanes& earned);
  void (*add_book)(const BookMoney&, BookMoneySums&);
};

UNHEDGED_DECLARE_KERNELS(ScanKernels, scan_kernels)

}  // namespace unhedged::simulation
