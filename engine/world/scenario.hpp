#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/calendar.hpp"
#include "engine/market/tradable.hpp"
#include "engine/market/venue.hpp"
#include "engine/math/square_matrix.hpp"
#include "engine/models/dynamics.hpp"

/// A scenario with every default resolved: what the world does, as data. Rates and decays per year.
namespace unhedged::world {

/// Self-excitation of a stream of events: each raises the rate by branching * decay, which decays away.
/// source  Hawkes, Biometrika 58 (1971)
struct Excitation {
  double branching = 0;  ///< mean number of events one event causes directly; below 1
  double decay = 0;
  bool stationary = true;  ///< whether it starts as if it had always run, or from the base rate
  bool resets = false;     ///< whether entering the regime starts it anew; docs/methods/regimes.md, as below
};

/// How an asset trades.
struct Liquidity {
  double half_spread = 0;        ///< fraction of the spot, where the volatility is the regime's own
  double daily_volume = 0;       ///< account currency; 0 means unlimited, that is no impact
  double spread_elasticity = 0;  ///< d log(half spread) / d log(volatility)
  double volume_elasticity = 0;  ///< d log(volume) / d log(volatility)
  double withdrawn_by_jump = 0;  ///< share of the depth that a jump takes away
  double recovery = 0;           ///< decay of what was withdrawn; 0: as in the regime left (start: never 0)
  double noise = 0;              ///< standard deviation of the log depth around its level
  bool resets = false;           ///< whether entering the regime puts the depth at its level
  double outages = 1;            ///< the venues' outage rates are multiplied by this
  double participation = 0;      ///< most of a step's volume that orders get; 0: all of it

  /// Whether depth and spread are more than constants of the regime.
  bool moves() const {
    return spread_elasticity != 0 || volume_elasticity != 0 || withdrawn_by_jump != 0 || noise != 0;
  }
};

/// A gap of the log price at the moment a regime is entered: N(mean, deviation^2), not compensated; then a
/// shift of the price itself, N(shift, shift_deviation^2) in price units, only under Bachelier dynamics.
struct EntryGap {
  double mean = 0;
  double deviation = 0;
  double shift = 0;
  double shift_deviation = 0;
};

/// Crash hazard that grows with the run-up since a bubble was first entered: hazard * (S / S_entry)^growth a
/// year, at most `ceiling`; a crash is a log jump N(mean, deviation^2). The drift pays for the hazard.
/// source  Johansen, Ledoit, Sornette, Int. J. Theor. Appl. Finance 3 (2000); hazard driven by the price
///         as in Sornette, Andersen, Int. J. Mod. Phys. C 13 (2002)
struct Bubble {
  double hazard = 0, growth = 0, ceiling = 1000;
  double crash_mean = 0, crash_deviation = 0;
  bool resets = false;  ///< whether the run-up counts from this entry or from the first

  /// Variance a year of the log price that crashes add at a rate.
  double variance(double rate) const {
    return rate * (crash_mean * crash_mean + crash_deviation * crash_deviation);
  }
};

/// A mood m, an Ornstein-Uhlenbeck process of unit stationary variance that starts at `initial`: the drift
/// gains drift * m, the volatility is multiplied by exp(-volatility * m), and the shocks of mood and price
/// have a correlation, which makes the skew.
/// source  Baker, Wurgler, J. Econ. Perspectives 21 (2007) for the mechanism; Scott, J. Financial and
///         Quantitative Analysis 22 (1987) for volatility as the exponential of such a process
struct Sentiment {
  double decay = 0, initial = 0;
  double drift = 0, volatility = 0, correlation = 0;
  bool resets = false;
};

/// Signed market orders that excite each other: `rate` a year that nothing causes, half of them buys; each
/// causes `same` orders of its own sign and `opposite` of the other. An order moves the log price by `impact`
/// in its direction and takes the share `drain` of the depth. source  Bacry, Delattre, Hoffmann, Muzy,
/// Quantitative Finance 13 (2013)
struct OrderFlow {
  double rate = 0, same = 0, opposite = 0, decay = 0;
  double impact = 0, drain = 0;
  bool stationary = true;  ///< whether it starts as if it had always run, or from the base rate, in balance
  bool resets = false;

  /// Variance a year of the log price over times long against the decay, at an intensity of all orders.
  double variance(double intensity) const {
    const double runs = impact / (1 - (same - opposite));  // an order and those of its sign that follow
    return intensity * runs * runs;
  }
};

/// A perpetual future on the asset: price = spot * exp(basis), the basis an Ornstein-Uhlenbeck process.
struct Perpetual {
  double funding = 0;  ///< a year, paid by longs to shorts on the value of the position
  double basis = 0, basis_deviation = 0, basis_decay = 0;  ///< level, stationary deviation, speed
  bool resets = false;
};

/// The market of one asset while a regime lasts.
struct AssetRegime {
  models::Dynamics dynamics;
  std::optional<Excitation> excitation;
  std::optional<Bubble> bubble;
  std::optional<Sentiment> sentiment;
  std::optional<OrderFlow> order_flow;
  market::ImpliedCurve curve;
  double quote_decay = 0;      ///< with which the level of the quotes follows the variance; 0: at once
  bool resets_quotes = false;  ///< whether entering puts the quotes at the variance
  Liquidity liquidity;
  Perpetual perpetual;
  EntryGap gap;
  bool resets_variance = false;  ///< whether entering sets the variance to its initial value

  /// Variance a year of the price while nothing is excited, and on average; used as the level at which
  /// the liquidity is as stated.
  double usual_variance() const { return curve.long_run + curve.jump_variance; }
};

/// Jumps that hit several assets at once: log jumps loading[asset] * N(mean, deviation^2).
struct CommonJumps {
  std::string name;  ///< jumps of the same name carry their excitation from one regime to the next
  double rate = 0, mean = 0, deviation = 0;
  std::optional<Excitation> excitation;
  std::vector<double> loading;  ///< [asset]

  double jump_variance(std::size_t asset) const {
    return rate * loading[asset] * loading[asset] * (mean * mean + deviation * deviation);
  }
};

struct Regime {
  std::string name;
  std::vector<AssetRegime> assets;
  std::vector<CommonJumps> common_jumps;
  bool halted = false;              ///< prices move and nobody trades
  math::SquareMatrix correlation;   ///< of the drivers of the prices; positive semidefinite
  double blend_years = 0;           ///< time over which it replaces the correlation of the regime left
  double variance_correlation = 0;  ///< between any two of the drivers of the variances
};

/// What a transition may wait for.
struct Trigger {
  enum class Quantity {
    drawdown,             ///< fall from the highest price since the regime was entered, as a fraction
    run_up,               ///< rise from the lowest price since then
    realised_volatility,  ///< exponentially weighted, a year
    half_spread,
    daily_volume,
    hedger_flow,  ///< traded by the hedgers over a day, exponentially weighted, over the daily volume
  };
  Quantity quantity = Quantity::drawdown;
  std::size_t asset = 0;
  bool above = true;
  double threshold = 0;
  double decay = 0;  ///< of the weights of the past

  bool watches_price() const { return quantity <= Quantity::realised_volatility; }
};

/// A change of regime, looked at once per step, before quotes are shown. Of several that are due, the first
/// in the list fires.
struct Transition {
  enum class Kind { at, after, rate, when };
  std::size_t from = 0, to = 0;
  Kind kind = Kind::at;
  std::size_t step = 0;  ///< at: grid index; after: steps of sessions spent in `from`
  double rate = 0;       ///< a year
  Trigger trigger{};
};

/// The market holds `crowding` books like the hedger's: what the hedger trades, they trade as well, and it
/// moves the price.
struct Feedback {
  double crowding = 0;
  double permanent = 0;  ///< log-price move in daily volatilities of trading a day's volume (linear)
  double transient = 0;  ///< the same of the part that decays, times the root of the share of volume
  double decay = 0;      ///< of the transient part
};

struct AssetToday {
  double spot = 0;
  double implied_volatility = 0;
  double half_spread = 0;
  double daily_volume = 0;  ///< 0: unlimited
  double carry = 0;         ///< rate less yield, a year: what prices of contracts with a date grow by
  bool has_perpetual = false;
  std::vector<market::Venue> venues;                    ///< empty: one market that is always there
  std::shared_ptr<const market::VolSurface> surface{};  ///< of implied volatilities; null: flat

  bool may_be_stale() const;
};

struct Scenario {
  std::string name;
  std::vector<AssetToday> today;
  std::vector<market::Tradable> tradables;  ///< world::tradables(today)
  std::vector<Regime> regimes;
  std::size_t start = 0;
  std::vector<Transition> transitions;
  std::optional<Feedback> feedback;
  TimeGrid grid;
  double days_per_year = 365;

  /// Whether the price of an asset may leave the positive numbers.
  bool may_be_negative(std::size_t asset) const;
  bool quotes_may_lag(std::size_t asset) const;
};

/// A set of regimes (of at most 63), bit by bit.
class RegimeSet {
 public:
  bool contains(std::size_t regime) const { return (bits_ >> regime & 1) != 0; }
  void insert(std::size_t regime) { bits_ |= std::uint64_t{1} << regime; }

 private:
  std::uint64_t bits_ = 0;
};

/// Regimes some path may be in at each grid time: shape [steps + 1].
std::vector<RegimeSet> reachable_regimes(const Scenario& scenario);

/// Half-life in years with which depth may come back at the slowest, by regime: its own, or one that a path
/// may have brought along.
std::vector<double> slowest_recovery(const Scenario& scenario, std::size_t asset);

/// Which transitions may happen before the horizon on some path, as far as times tell.
std::vector<bool> transitions_that_may_fire(const Scenario& scenario);

}  // namespace unhedged::world
