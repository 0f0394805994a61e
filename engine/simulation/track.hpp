#pragma once
#include <optional>
#include <span>
#include <string_view>

#include "engine/simulation/floor.hpp"

namespace unhedged::simulation {

/// What the recorder of a path follows of an asset besides what the floor shows.
struct Followed {
  const Lanes& delta;       ///< at the hedger's last look
  const Lanes& book_cash;   ///< what contracts have paid, less V(0), in money of the horizon
  const Lanes& book_value;  ///< of what is alive, and of the coins held
};

/// An asset at a grid time on the paths of a block, after the orders of the time are filled, as one hedger
/// sees it.
class TrackView {
 public:
  struct Place {
    std::size_t hedger, asset, step;
  };
  TrackView(const Floor& floor, const Place& place, const Followed& followed);

  const market::AssetQuotes& quotes;
  const market::Tape& tape;       ///< of the asset itself
  const market::Tape* perpetual;  ///< null: there is none
  const Followed followed;
  double to_horizon;  ///< what one unit of cash of now is worth at the horizon

  /// What the hedger holds of the asset, or of what it hedges it with; null where it does not hedge it.
  const hedging::Holding* position = nullptr;
  const Lanes *price = nullptr, *filled = nullptr;  ///< of the position
  /// The options on the asset that it hedges with.
  struct Option {
    const hedging::Holding* position;
    const Lanes* price;
    std::size_t index;
  };
  std::vector<Option> options{};
  bool on_margin = false;  ///< nothing is paid for it
  const hedging::Account* account = nullptr;
  bool is_first = false;  ///< of all assets: what the account has earned and cost counts with it

  double cash(std::size_t lane) const {
    double sum = position->cash[lane];
    for (const Option& option : options) sum += option.position->cash[lane];
    return sum / to_horizon;
  }
  double marked_options(std::size_t lane) const {
    double sum = 0;
    for (const Option& option : options) sum += option.position->units[lane] * (*option.price)[lane];
    return sum;
  }
  double marked(std::size_t lane) const { return position->units[lane] * (*price)[lane]; }
};

/// What is kept of a recorded path at every grid time and of every asset.
struct Track {
  const char *name, *units, *meaning;
  double (*at)(const TrackView& now, std::size_t lane);
};

/// All of them. Fills are those of the time; cash and P&L are in money of that time.
std::span<const Track> tracks();

/// The place of a track in the list. errors  ContractViolation if there is none of the name
std::size_t track_index(std::string_view name);

}  // namespace unhedged::simulation
