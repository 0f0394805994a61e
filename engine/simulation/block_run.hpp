#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "engine/hedging/account.hpp"
#include "engine/hedging/venues.hpp"
#include "engine/simulation/prepared_run.hpp"

namespace unhedged::simulation {

class BlockRun;
struct ScenarioBlock;

/// Is shown every step of a block, after the orders are filled and before the world moves.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void observe(const ScenarioBlock& block, std::size_t step, const BlockRun& run) = 0;
};

/// One world of a scenario on one block, and the accounts of the hedgers in it. A scenario without feedback
/// has one world with all hedgers; with feedback there is that one, in which nobody moves the price, and
/// another for each hedger, in which its own crowd does.
struct ScenarioBlock {
  /// `crowd`: the hedger whose crowd moves the price, if any.
  ScenarioBlock(const PreparedRun& run, std::size_t scenario, std::optional<std::size_t> crowd = {});

  std::size_t scenario;
  std::optional<std::size_t> crowd;
  std::vector<std::size_t> hedgers;  // who acts here
  world::BlockWorld world;
  std::vector<std::vector<hedging::Account>> accounts;  // [hedger][asset]
  std::vector<std::vector<Lanes>> deltas;               // [belief][asset], units of the asset
  Lanes book_pnl;                                       // of the book alone
  std::vector<Lanes> pnl;                               // [hedger], at the horizon
  std::vector<std::vector<Lanes>> waiting;  // [hedger][asset], unfilled; only where caps or halts hold orders up
  /// [hedger][asset]; only of assets with venues.
  std::vector<std::vector<std::unique_ptr<hedging::VenueOrders>>> venue_orders;
  std::vector<Lanes> regime_time;                       // [regime], years; only with several
};

/// The hot loop: simulates a block of paths through every scenario and hedger. One object per thread,
/// reused; nothing is allocated after construction.
class BlockRun {
 public:
  explicit BlockRun(const PreparedRun& run);

  /// Runs the paths; afterwards `pnl` and `accounts` of every scenario hold the outcome.
  void simulate(const PathIds& paths, Observer* observer = nullptr);

  /// From now on simulates only the world a hedger is judged by in a scenario.
  void restrict_to(std::size_t scenario, std::size_t hedger);

  /// The same in parts, for callers that run several blocks side by side: begin, then advance through
  /// steps 0 .. grid.steps - 1, then end.
  void begin(const PathIds& paths);
  void advance(std::uint32_t step, Observer* observer = nullptr);
  void end(Observer* observer = nullptr);

  /// A step in parts: look, then trade in each asset, then leave. Asset by asset over several blocks, the
  /// tables of an asset are read while they are in the nearest cache.
  void look(std::uint32_t step);
  void trade(std::size_t asset, std::uint32_t step);
  void leave(std::uint32_t step, Observer* observer = nullptr);

  /// Bytes of state that a step goes through.
  std::size_t state_bytes() const;

  /// The worlds without feedback first, one for each scenario, then those with it.
  const std::deque<ScenarioBlock>& scenarios() const { return scenarios_; }
  /// The world whose P&L a hedger is judged by: that of its crowd if it has one.
  const ScenarioBlock& world_of(std::size_t scenario, std::size_t hedger) const;
  /// Spread, impact and fees a hedger has paid in an asset on a path so far, as the summary counts them:
  /// in money of the horizon.
  double cost_of(const ScenarioBlock& block, std::size_t hedger, std::size_t asset, std::size_t lane) const;
  /// Whether a hedger looks at a grid time.
  bool is_due(std::size_t hedger, std::size_t step) const;
  const PreparedRun& run() const { return *run_; }

 private:
  void start(ScenarioBlock& block);
  void finish(ScenarioBlock& block, std::uint32_t step);

  void settle(ScenarioBlock& block, std::size_t step);
  void earn_yields(ScenarioBlock& block, std::size_t asset, std::size_t step);
  void carry_perpetuals(ScenarioBlock& block, std::size_t step);
  void compute_deltas(ScenarioBlock& block, std::size_t asset, std::size_t step);
  void mark_book(ScenarioBlock& block);
  void close_out(ScenarioBlock& block, std::size_t hedger, std::size_t step);
  void total(ScenarioBlock& block, std::size_t hedger);
  void trade_asset(ScenarioBlock& block, std::size_t hedger, std::size_t asset, std::size_t step);
  void make_order(ScenarioBlock& block, std::size_t hedger, std::size_t asset, std::size_t step, bool due);
  void trade_at_venues(ScenarioBlock& block, std::size_t hedger, std::size_t asset, std::size_t step, bool due);
  void count_time(ScenarioBlock& block, std::size_t step);

  const PreparedRun* run_;
  world::NoiseCache noise_;
  std::deque<ScenarioBlock> scenarios_;  // a deque: its elements must not move
  std::vector<ScenarioBlock*> active_;   // those that are simulated
};

}  // namespace unhedged::simulation
