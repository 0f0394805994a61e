#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/calendar.hpp"
#include "engine/hedging/hedger.hpp"
#include "engine/instruments/book.hpp"
#include "engine/margin/yardstick.hpp"
#include "engine/market/surface_fit.hpp"
#include "engine/math/square_matrix.hpp"
#include "engine/pricing/black_scholes.hpp"
#include "engine/risk/settings.hpp"
#include "engine/simulation/column.hpp"
#include "engine/world/scenario.hpp"

namespace unhedged::simulation {

/// Whose P&L is taken apart by cause: nobody's, that of means and tails, or that of every path.
enum class Explained { nothing, means, paths };

/// How Greeks are computed: from interpolants with a measured error, or option by option.
enum class GreekMethod { interpolated, exact };

struct AssetPlan {
  std::string name;
  double spot = 0;
  double implied_volatility = 0;
  std::shared_ptr<const market::VolSurface> surface;  ///< of implied volatilities today; null: flat
  std::vector<market::SliceError> surface_errors;     ///< [slice of the surface]
  pricing::Carry carry;
  bool has_volume = false;  ///< some regime states a daily volume
  instruments::AssetBook book;
  double value_today = 0;            ///< V(0): premiums, or marks at today's quote
  instruments::AssetBook coin_book;  ///< the part of the book that is paid in the asset
  double premium_in_coin = 0;        ///< what V(0) holds of it, account currency
};

/// The grid time at which what expires then is settled; none of what outlives the horizon.
std::optional<std::size_t> settlement_step(const TimeGrid& grid, double expiry_years);

/// Years of the grid times, that of the horizon left out.
std::vector<double> times_before_horizon(const TimeGrid& grid);

/// A position as the user wrote it.
struct PositionPlan {
  instruments::Position contract;
  std::string id, group;  ///< the user's words; may be empty
  double volatility = 0;  ///< that marks it today; 0 of what is no option
  double mark = 0;        ///< value of one unit today, account currency
};

/// A holding of a contract that is not netted: those of the positions that are no calls, puts, forwards or
/// spot.
struct ContractPlan {
  std::shared_ptr<const instruments::Contract> contract;
  std::size_t asset = 0;
  double quantity = 0;
  double volatility_ratio = 1;
};

/// A holding of a contract that is settled on margin.
struct MarginPlan {
  std::size_t asset = 0;
  bool in_coin = false;                ///< what it pays is paid in the asset
  double quantity = 0;                 ///< units of the asset; in_coin: account currency
  std::optional<double> expiry_years;  ///< of a future; absent: the perpetual of the asset
  double due_today = 0;                ///< account currency: what it was agreed at below today's price

  double units(double spot_today) const { return in_coin ? quantity / spot_today : quantity; }
};

/// A holding of an option on several assets.
struct MultiAssetPlan {
  std::shared_ptr<const instruments::MultiAssetOption> option;
  double quantity = 0;
};

/// Of the paths of a run that may end in no number and be left out: a thousandth of the tail of ES 99 %.
inline constexpr double kFailedShare = 1e-5;
/// A yardstick whose requirement of today is held against what is lost by the end of its horizon.
struct YardstickPlan {
  margin::Yardstick yardstick;
  std::string name;                 ///< as in the names of columns; no two are the same
  double horizon_years = 0;         ///< its own
  std::size_t step = 0;             ///< the first grid time at or after it
  double nominal = 0;               ///< how often the loss may be larger
  std::vector<std::size_t> assets;  ///< that it looks at
};

/// A run, complete and checked: no default is left open and nothing in it changes.
struct Plan {
  std::string name;
  std::string currency = "account currency";  ///< what amounts of money are in; only a word
  Calendar calendar = kContinuous;
  TimeGrid grid;
  std::optional<std::chrono::sys_days> date;  ///< today
  std::uint64_t paths = 0;
  std::uint64_t seed = 0;
  double failed_share = kFailedShare;  ///< of the paths that may end in no number: they are left out
  GreekMethod greeks = GreekMethod::interpolated;
  std::vector<AssetPlan> assets;
  std::vector<market::Tradable>
      tradables;                   ///< what hedgers can trade in; hedging::Hedger::instrument counts in it
  math::SquareMatrix correlation;  ///< [asset][asset] as the market states it today, repaired
  std::vector<PositionPlan> positions;  ///< in the order of the file
  std::vector<ContractPlan> contracts;
  std::vector<MarginPlan> margined;
  std::vector<MultiAssetPlan> multi_assets;
  std::vector<world::Scenario> scenarios;
  std::vector<double> scenario_weights;  ///< [scenario] how likely, up to a factor; empty: nobody said
  std::vector<hedging::Hedger> hedgers;  ///< one of them has model none
  std::vector<YardstickPlan> yardsticks;
  std::vector<margin::Yardstick> margin_models;  ///< by which accounts ask for margin
  risk::Settings risk;
  std::optional<std::size_t> numeraire;    ///< an asset, at whose spot at the horizon P&L is counted
  std::vector<risk::Precision> precision;  ///< if any, the run ends when all are reached; `paths` is the most
  std::vector<Column> columns;             ///< what is kept of the paths, P&L first
  std::size_t worst_paths = 0;
  Explained explained = Explained::nothing;

  /// Index of the hedger that does nothing, the yardstick of the others.
  std::size_t unhedged() const;

  /// Whether hedgers move the prices of some scenario.
  bool has_feedback() const;

  /// Whether somebody needs the market's mark of the book at grid times.
  bool marks_book() const;

  /// Sum of |quantity| of what is held in an asset and alive after a time.
  double gross_units(std::size_t asset, double time_years) const;

  /// What P&L is counted in: the numeraire, or the currency.
  const std::string& unit() const { return numeraire ? assets[*numeraire].name : currency; }

  /// Sum of |quantity| of the contracts that their holders may end early.
  double units_ended_early() const;

  /// Sum over positions of |quantity| * today's spot.
  double gross_notional() const;
};

}  // namespace unhedged::simulation
