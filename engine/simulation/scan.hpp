#pragma once
#include <functional>
#include <span>
#include <vector>

#include "engine/margin/matrix.hpp"
#include "engine/simulation/scan_kernels.hpp"

/// What a matrix requires of a book in one asset at a grid time, for whatever hedges it.
/// docs/methods/account.md
namespace unhedged::simulation {

/// Log spots at one level of the market.
struct ScanPoints {
  std::span<const double> log_spot;
  double quote_level = 0;
};

/// Values of the book at log spots and a level of the market, which counts where quotes move with it: in
/// scenarios, or unshocked.
struct ScanSource {
  std::span<const margin::MarginScenario> scenarios;
  /// Some of them. shapes  rows: [of][log spot]
  std::function<void(std::span<const margin::MarginScenario> of, const ScanPoints& at,
                     std::span<double> rows)>
      shocked;
  /// shapes  out: [log spot]
  std::function<void(const ScanPoints& at, std::span<double> out)> marked;
  bool drifts = true;                    ///< whether hedges need not be worth about what the book asks for
  std::vector<double> level_kinks = {};  ///< levels at which values may have kinks
};

/// The values in all scenarios, tabulated. Most places know which two scenarios can be the worst while the
/// hedge is worth about what the book asks: the others need not be looked at.
class Scan {
 public:
  virtual ~Scan() = default;

  /// What no error exceeds.
  virtual double error() const = 0;
  virtual std::size_t bytes() const = 0;

  /// Brings what a look at these places will read into the cache.
  virtual void fetch(const ScanPlaces& at) const = 0;
  /// What is the same for all who hedge the book at these places.
  virtual void look(const ScanPlaces& at, ScanSides& out) const = 0;

  /// The largest loss that counts, of paths inside; `sides`: of the same places. `outside`: 1 where it is.
  /// returns  whether some are
  bool find(const ScanSides& sides, const Scanned& held, Lanes& lost, LaneIndex& outside) const;

 protected:
  virtual bool contains(double log_spot, double quote_level) const = 0;
  /// On some paths, which are inside.
  virtual void find_others(const ScanSides& sides, const Scanned& held, const ScannedLanes& some,
                           Lanes& lost) const = 0;
};

}  // namespace unhedged::simulation
