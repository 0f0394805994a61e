#pragma once
#include <unordered_map>

#include "engine/config/run_spec.hpp"
#include "engine/instruments/contract_shelf.hpp"
#include "engine/market/surface_fit.hpp"
#include "engine/math/square_matrix.hpp"
#include "engine/simulation/plan.hpp"

/// From what the user wrote to the plan: defaults are filled in, units become years and fractions, and
/// everything that depends on two keys at once is checked. Problems go to the findings; what is returned
/// after a problem is only good for finding more of them.
namespace unhedged::config {

/// Repair of a matrix that is no correlation matrix.
struct CorrelationRepair {
  std::string where;
  double distance = 0;  ///< Frobenius norm of the change
};

/// Today's implied volatilities of an asset, and how they stand to what was quoted.
struct TodaysSurface {
  std::shared_ptr<const market::VolSurface> surface;  ///< null: flat
  std::vector<market::SliceError> errors;             ///< of each slice
};

struct MarketContext {
  Calendar calendar = kContinuous;
  TimeGrid grid;
  double paths = 0;
  std::vector<std::string> names;
  std::unordered_map<std::string, std::size_t> places;  ///< of the names
  std::vector<AssetSpec> assets;                        ///< every one with its implied_vol
  std::vector<TodaysSurface> surfaces;                  ///< [asset]
  math::SquareMatrix correlation;                       ///< as written, not repaired
  std::optional<Date> today;
  std::vector<world::AssetToday> world_today;  ///< [asset] what scenarios start from
  std::vector<market::Tradable> tradables;     ///< what can be traded, in the order of all runs
  std::shared_ptr<instruments::ContractShelf> contracts = std::make_shared<instruments::ContractShelf>();

  std::optional<std::size_t> index_of(const std::string& asset) const;
};

/// The asset that P&L is counted in, if it is one.
std::optional<std::size_t> resolve_numeraire(const RiskSpec& spec, const MarketContext& market,
                                             Findings& findings);

/// Whether what is paid or counted in coin can be.
void check_coins(const RunSpec& spec, const simulation::Plan& plan, Findings& findings);

/// Those yardsticks of a run that are held against its losses; a warning where one cannot be. After book,
/// grid and assets.
void resolve_coverage(const std::vector<margin::Yardstick>& yardsticks, simulation::Plan& plan,
                      Findings& findings);

enum class Repair { warn, refuse };

const Calendar& calendar_of(const MarketSpec& market);
MarketContext resolve_market(const RunSpec& spec, Findings& findings);

/// Fits the surfaces of a market whose calendar, grid and assets are resolved, and fills in what implied_vol
/// is where only a surface says it.
void resolve_surfaces(MarketContext& market, Findings& findings);

/// Today's implied volatility of an option of that strike and life.
double quote_today(const MarketContext& market, std::size_t asset, double strike, double years);

/// Years from today to an expiry, wherever it lies on the grid.
double expiry_years(const Expiry& expiry, const MarketContext& market, const std::string& path,
                    Findings& findings);

/// Replaces entries of `matrix` by the pairs.
void apply_pairs(const std::vector<PairSpec>& pairs, const MarketContext& market, const std::string& path,
                 math::SquareMatrix& matrix, Findings& findings);

/// The nearest correlation matrix, with a warning (or an error) where that changes anything.
math::SquareMatrix repaired(const math::SquareMatrix& matrix, const std::string& path, Repair policy,
                            std::vector<CorrelationRepair>& repairs, Findings& findings);

/// A length of time in steps of sessions, of which nights take none; a problem unless it is a whole number of
/// them and at least one.
std::size_t whole_steps(const Duration& time, const MarketContext& market, const std::string& path,
                        Findings& findings);

/// Steps nearest to a time, at least one, with a warning where that is off by more than a quarter: from today
/// the grid time, from an entry steps of sessions. A stay of less than half a step is refused: a whole one
/// would be more than twice as long as was meant.
enum class Counted { from_today, from_entry };
std::size_t nearest_step(const Duration& time, Counted counted, const MarketContext& market,
                         const std::string& path, Findings& findings);

/// Years of a time from today, and where it is on the grid (perhaps between two grid times).
double years_of(const Duration& time, const MarketContext& market);
double place_of(const Duration& time, const MarketContext& market);

/// A length of time that may begin at any moment: in steps of sessions, and in years. Hours are those of a
/// session; a whole day brings its night.
double steps_in(const Duration& time, const MarketContext& market);
double span_of(const Duration& time, const MarketContext& market);

/// Speed a year of something with a half-life, which is a length of time as in span_of.
double decay_of(const Duration& half_life, const MarketContext& market);

/// The venues of an asset; outages and latencies in steps and years.
std::vector<market::Venue> resolve_venues(const Named<VenueSpec>& venues, const MarketContext& market,
                                          const std::string& path, Findings& findings);

/// Positions one by one with today's marks, and netted per asset with today's value. `path` is where they
/// stand.
void resolve_book(const std::vector<PositionSpec>& positions, const MarketContext& market,
                  const std::string& path, simulation::Plan& plan, Findings& findings);

world::Scenario resolve_scenario(const ScenarioSpec& spec, const MarketContext& market,
                                 const std::string& path, Repair policy,
                                 std::vector<CorrelationRepair>& repairs, Findings& findings);

std::vector<hedging::Hedger> resolve_hedgers(const RunSpec& spec, const MarketContext& market,
                                             Findings& findings);

/// Objectives that cannot be had with the book and the market of a plan that is otherwise complete.
void check_objectives(const simulation::Plan& plan, Findings& findings);

risk::Settings resolve_risk(const RunSpec& spec, Findings& findings);

/// errors  problems for numbers that are no VaR or ES at one of the levels
/// [scenario]; empty if none are stated. All are, or none.
std::vector<double> resolve_weights(const RiskSpec& spec, const std::vector<world::Scenario>& scenarios,
                                    Findings& findings);

std::vector<risk::Precision> resolve_precision(const RunSpec& spec, const risk::Settings& settings,
                                               Findings& findings);

}  // namespace unhedged::config
