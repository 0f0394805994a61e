#pragma once
#include <deque>
#include <vector>

#include "engine/hedging/account.hpp"
#include "engine/simulation/prepared_run.hpp"

namespace unhedged::simulation {

class BlockRun;

/// Is shown every step of a block, after the orders are filled and before the world moves.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void observe(std::size_t scenario, std::size_t step, const BlockRun& block) = 0;
};

/// One scenario on one block: its world, and every hedger's accounts in it.
struct ScenarioBlock {
  ScenarioBlock(const PreparedRun& run, std::size_t scenario);

  std::size_t scenario;
  world::BlockWorld world;
  std::vector<std::vector<hedging::Account>> accounts;  // [hedger][asset]
  std::vector<std::vector<Lanes>> deltas;               // [belief][asset], units of the asset
  Lanes book_pnl;                                       // of the book alone
  std::vector<Lanes> pnl;                               // [hedger], at the horizon
};

/// The hot loop: simulates a block of paths through every scenario and hedger. One object per thread,
/// reused; nothing is allocated after construction.
class BlockRun {
 public:
  explicit BlockRun(const PreparedRun& run);

  /// Runs the paths; afterwards `pnl` and `accounts` of every scenario hold the outcome.
  void simulate(const PathIds& paths, Observer* observer = nullptr);

  /// The same in parts, for callers that run several blocks side by side: begin, then advance through
  /// steps 0 .. grid.steps - 1, then end.
  void begin(const PathIds& paths);
  void advance(std::uint32_t step, Observer* observer = nullptr);
  void end(Observer* observer = nullptr);

  /// Bytes of state that a step goes through.
  std::size_t state_bytes() const;

  const std::deque<ScenarioBlock>& scenarios() const { return scenarios_; }
  const PreparedRun& run() const { return *run_; }

 private:
  void start(ScenarioBlock& block);
  void trade(ScenarioBlock& block, std::uint32_t step);
  void finish(ScenarioBlock& block, std::uint32_t step);

  void settle(ScenarioBlock& block, std::size_t step);
  void earn_yields(ScenarioBlock& block, std::size_t step);
  void compute_deltas(ScenarioBlock& block, std::size_t step);
  void rebalance(ScenarioBlock& block, std::size_t hedger, std::size_t step);
  void mark_book(ScenarioBlock& block);
  void close_out(ScenarioBlock& block, std::size_t hedger, std::size_t step);
  void total(ScenarioBlock& block, std::size_t hedger);
  bool is_due(std::size_t hedger, std::size_t step) const;

  const PreparedRun* run_;
  world::NoiseCache noise_;
  std::deque<ScenarioBlock> scenarios_;  // a deque: its elements must not move
};

}  // namespace unhedged::simulation
