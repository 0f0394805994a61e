#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/core/stop.hpp"
#include "engine/margin/shortfall.hpp"
#include "engine/margin/yardstick.hpp"
#include "engine/simulation/frozen_book.hpp"

/// What yardsticks require of a book, and of the same with each hedger's hedge.
namespace unhedged::simulation {

/// A book that is measured.
struct MeasuredBook {
  std::string name;  ///< "book", or the hedger whose hedge is in place
  FrozenBook held;
};

/// The book alone, then with the hedge of each hedger that hedges, as all stand a while from today if nothing
/// is traded and quotes stay. errors  Interrupted; IoError if the threads cannot be had
std::vector<MeasuredBook> measured_books(const Plan& plan, double years_later, Stop stop = {});

/// A perpetual position, netted, and where it is lost.
struct PerpetualHeld {
  double units = 0;
  double notional = 0;                      ///< account currency
  std::optional<double> liquidation_price;  ///< account currency; absent: never, or the wallet is not known
  std::optional<double> bankruptcy_price;
  std::optional<double> backstop_price;  ///< of leverage: where all is taken over
  double first_part = 1;                 ///< of the position that is closed at once
  double pause_seconds = 0;              ///< until the rest is
};

/// What one asset adds.
struct AssetRequired {
  std::size_t asset = 0;
  margin::Requirement margin;  ///< of a matrix; of perpetuals initial and maintenance alone
  std::optional<margin::MarginScenario> worst;
  PerpetualHeld perpetual;
};

/// What a yardstick requires of a book, in account currency.
struct Required {
  std::vector<std::size_t> covered;  ///< assets that it looks at
  std::optional<double> initial;     ///< absent where there is only a maintenance, or nothing to measure
  std::optional<double> maintenance;
  double scan = 0, floor = 0, charges = 0;  ///< of a matrix
  std::vector<AssetRequired> assets;        ///< of a matrix and of perpetuals
  std::optional<margin::LossTail> tail;     ///< of a shortfall
};

Required required(const margin::Yardstick& yardstick, const Plan& plan, const FrozenBook& book);

/// Assets of the book that a model is meant for; all, if it is meant for none of them.
std::vector<std::size_t> covered_assets(const margin::ModelAbout& about, const Plan& plan);

}  // namespace unhedged::simulation
