#pragma once
#include <array>
#include <memory>
#include <vector>

#include "engine/margin/matrix.hpp"
#include "engine/pricing/slice.hpp"
#include "engine/pricing/valuation.hpp"
#include "engine/simulation/plan.hpp"
#include "engine/simulation/scan.hpp"

/// What the book comes to in the scenarios of a margin matrix, at every grid time. docs/methods/account.md
namespace unhedged::simulation {

/// Scenarios of a matrix that differ in the way of the volatilities alone: what loses most of them decides,
/// whatever else is held that has no volatility.
struct MoveGroup {
  margin::MarginScenario scenario;  ///< with the way of the first
  std::array<bool, 3> ways{};       ///< [VolatilityMove]
};
std::vector<MoveGroup> move_groups(const margin::MarginModel& model);

/// What a shock makes of the quotes of a life. expects  quotes without a smile
pricing::VolatilityShift shift_of(const margin::VolatilityShock& shock, margin::VolatilityMove way,
                                  double life_years);

/// The calls, puts, forwards and spot of the book in one asset, in one scenario of the run. Shared by all
/// blocks.
class ShockedBook {
 public:
  struct Of {
    const Plan* plan;
    std::size_t asset;
    const pricing::PricedBook* book;                  ///< of the asset; outlives this
    const std::vector<market::ImpliedCurve>* curves;  ///< that may be quoted
    const std::vector<std::vector<bool>>* used;       ///< [grid time before the horizon]
    bool drifts = true;                               ///< whether hedges need not have the market's delta
  };
  ShockedBook(const margin::MarginModel& model, const Of& of);

  /// The book with the volatilities moved in one way.
  struct Moved {
    std::shared_ptr<pricing::Valuation> book;
    double lowest = 0, highest = 0;  ///< moves of the log price that it is asked at

    /// Where it is asked, if the market is here.
    std::vector<pricing::Reach> reach(std::vector<pricing::Reach> market) const;
  };
  /// Those that are there, to be prepared.
  std::vector<Moved> moved() const;

  /// Tabulates what is lost at a grid time before the horizon, under each of the quotes.
  /// Different steps may be tabulated at once, those of kAlike that follow one after it. `marks`: the book at
  /// the market's quotes; `gross`: units without sign
  void tabulate(std::size_t step, const pricing::Reach& market, const pricing::Valuation& marks,
                double gross);
  static constexpr std::size_t kAlike = 8;
  std::size_t curves() const { return curves_->size(); }
  /// Of what has been tabulated; null where there is none.
  const Scan* scan(std::size_t step, std::size_t curve) const { return scans_[step][curve].get(); }

  /// What all of it is worth with the volatilities moved, after the look-ahead, on the first `lanes` paths;
  /// anything on the others. shapes  out: [lanes]
  void value(margin::VolatilityMove way, std::size_t step, const market::AssetQuotes& quotes,
             std::size_t lanes, Lanes& out) const;
  /// Units of what is no option, and of options sold, series by series.
  double linear_delta(std::size_t step) const { return linear_[step]; }
  double short_options(std::size_t step) const { return sold_[step]; }

 private:
  void count(const margin::MarginModel& model, const Of& of);
  struct Rows {
    std::span<const margin::MarginScenario> scenarios;
    std::size_t curve;
    ScanPoints at;
  };
  void value_rows(margin::VolatilityMove way, std::size_t step, const Rows& of, std::span<double> rows) const;
  std::vector<double> level_kinks(std::size_t step, std::size_t curve) const;
  std::vector<double> spots_at(std::span<const double> log_spot) const;
  ScanSource source(std::size_t step, std::size_t curve, const pricing::Valuation& marks) const;

  std::vector<margin::MarginScenario> scenarios_;
  margin::VolatilityShock volatility_;
  double look_ahead_years_;
  std::vector<double> times_;  // [grid time] after the look-ahead
  const pricing::PricedBook* book_;
  double spot_today_;
  bool drifts_;
  const std::vector<market::ImpliedCurve>* curves_;
  std::vector<std::vector<bool>> used_;                          // [grid time][curve]
  std::vector<std::vector<std::shared_ptr<const Scan>>> scans_;  // the same
  std::array<Moved, 3> moved_;                                   // [VolatilityMove], null: no scenario asks
  std::vector<instruments::Payoff> payoffs_;
  std::vector<std::vector<std::size_t>> expired_;  // [grid time] payoffs of what expires in the look-ahead
  std::vector<double> linear_, sold_;              // [grid time]
};

}  // namespace unhedged::simulation
