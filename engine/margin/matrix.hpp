#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// Margin from a matrix of price moves and volatility shocks: crypto portfolio margin and SPAN alike. A model
/// is data; what a book loses in a scenario comes from the caller, who may reprice it (margin/portfolio.hpp)
/// or look it up path by path. docs/methods/margin.md has the formulas.
namespace unhedged::margin {

/// Which way a scenario moves volatilities.
enum class VolatilityMove { down, same, up };

/// How far volatilities move.
///   relative  v (1 + up f) or v (1 - down f), f = (pivot_days / max(days, shortest_days))^power, the power
///             short_power of less than pivot_days to expiry, else long_power
///   absolute  v + up or v - down
/// and never below 0; up never to less than `least_up`.
struct VolatilityShock {
  enum class Scale { relative, absolute };
  Scale scale = Scale::relative;
  double up = 0, down = 0;  ///< both positive
  double short_power = 0, long_power = 0;
  double pivot_days = 30;
  double shortest_days = 1;
  double least_up = 0;

  /// What is added: a part of the volatility, or points.
  double change(double days_to_expiry, VolatilityMove move) const;
  double shocked(double volatility, double days_to_expiry, VolatilityMove move) const;
};

/// One cell of the matrix.
struct MarginScenario {
  double move = 0;  ///< of the price, as a part of it: the price becomes (1 + move) S
  VolatilityMove volatility = VolatilityMove::same;
  double weight = 1;    ///< of the P&L that counts
  double dampener = 0;  ///< account currency that a loss or a gain is then brought nearer to 0, at most to it
};

/// Scenarios that are written together: each of some moves with each of some volatilities, move by move.
struct ScenarioBlock {
  std::vector<double> moves = {};  ///< parts of the price; in units of the range where `in_ranges` says so
  bool in_ranges = false;
  std::vector<VolatilityMove> volatilities = {};
  std::vector<double> weights = {};  ///< [move]; empty: 1
  double weight_by_distance = 0;     ///< if positive: a move m weighs so many times R / |m|
  double dampener_per_range = 0;     ///< account currency: the dampener of a move m is (|m| / R - 1) times it
};

/// What is charged besides what the scenarios say. A charge of 0 is none.
struct Charges {
  double roll_a_year = 0, least_roll = 0;  ///< per |delta| of an expiry: max(e^(roll t) - 1, least) S
  double net_delta = 0;                    ///< of |net delta| S: a floor of the scan
  double hedged_delta = 0;                 ///< of hedged delta S: adds to that floor
  double short_option = 0;                 ///< of S, per option sold and not bought back
  double offset_futures = 0;               ///< of S, per future that another expiry offsets
  double short_option_minimum = 0;         ///< account currency per option sold: a floor of the scan
};

/// Gains of one asset against losses of another, where prices of all move together, row by row.
struct GainsOffset {
  double share = 0;  ///< of a gain that counts
  double most = 0;   ///< account currency
};

/// A matrix model, complete.
struct MarginModel {
  std::string name;
  double price_range = 0;  ///< R, as a part of the price
  VolatilityShock volatility;
  std::vector<ScenarioBlock> blocks;
  double look_ahead_years = 0;  ///< by which options are older in all scenarios
  Charges charges;
  std::optional<GainsOffset> offset;         ///< absent: each asset stands alone
  std::optional<double> maintenance_factor;  ///< of the requirement less provisions; absent: there is none
};

/// All scenarios of a model, in its order: their index is what results call them by.
std::vector<MarginScenario> scenarios(const MarginModel& model);

struct ExpiryDelta {
  double years = 0;  ///< to expiry; 0 of a perpetual
  double delta = 0;  ///< units, all positions of that expiry together
};

/// What charges count in one asset, today.
struct Exposures {
  double spot = 0;
  double net_delta = 0;     ///< units
  double hedged_delta = 0;  ///< units of option delta that is offset by the asset or futures
  std::span<const ExpiryDelta> by_expiry = {};  ///< of options and futures
  double short_options = 0;                     ///< units sold, series by series
  double offset_futures = 0;                    ///< units of futures long that are short in another expiry
  double provision = 0;                         ///< account currency, for fees and funding: added last
};

/// What is required of the positions in an asset, in account currency.
struct Requirement {
  double scan = 0;        ///< the largest loss that counts; 0 if nothing loses
  std::size_t worst = 0;  ///< scenario with the least P&L that counts
  double floor = 0;       ///< by delta or by options sold, which replaces a smaller scan
  double charges = 0;     ///< added to the larger of the two
  double initial = 0;
  std::optional<double> maintenance;
};

/// What a P&L in a scenario counts: weighted, then dampened.
double counted(const MarginScenario& scenario, double pnl);
/// The same where gains of one asset stand against losses of others.
double counted(const MarginScenario& scenario, const GainsOffset& offset, double pnl);

/// shapes  pnl: [scenario] of the positions in one asset, gains positive; all: scenarios(model)
Requirement requirement(const MarginModel& model, std::span<const MarginScenario> all,
                        std::span<const double> pnl, const Exposures& exposures);

/// Positions in one asset.
struct AssetPnl {
  std::vector<double> pnl;  ///< [scenario]
  Exposures exposures;
};

/// Of a book in several assets. Where the model has no offset, each asset stands alone and `total` has the
/// sums; else the row that is worst for all together is `total.worst`, and floors and charges are summed.
struct BookRequirement {
  std::vector<Requirement> assets;
  Requirement total;
};
BookRequirement requirement(const MarginModel& model, std::span<const MarginScenario> all,
                            std::span<const AssetPnl> assets);

}  // namespace unhedged::margin
