#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/simulation/pnl_storage.hpp"

namespace unhedged::simulation {

/// Per-path quantities of which only the mean and its error are kept, in money of the horizon.
enum class Flow { turnover, spread_cost, impact_cost, fee, cost };
inline constexpr std::size_t kFlows = 5;

/// Squares are of x / unit, a power of two that keeps them in the range of doubles: Outcome::flow_unit for
/// flows, 1 for shares of time.
struct Tally {
  double sum = 0;
  double sum_of_squares = 0;
};

using FlowTallies = std::array<Tally, kFlows>;

/// How a scenario's paths divide their time: share of the horizon spent in each regime.
using RegimeTallies = std::vector<Tally>;

/// What a run leaves: P&L of every path, and sums of the flows.
class Outcome {
 public:
  Outcome(std::size_t scenarios, std::size_t hedgers, std::uint64_t paths,
          const StorageLimits& limits = {}, bool with_feedback = false, double flow_unit = 1);

  std::size_t scenarios() const { return scenarios_; }
  std::size_t hedgers() const { return hedgers_; }
  std::uint64_t paths() const { return paths_; }
  /// A power of two near the size of what is traded.
  double flow_unit() const { return flow_unit_; }

  /// shapes  [path]; account currency at the horizon
  std::span<double> pnl(std::size_t scenario, std::size_t hedger);
  std::span<const double> pnl(std::size_t scenario, std::size_t hedger) const;

  /// Whether some scenario has feedback; only then the two below have elements.
  bool has_feedback() const { return !exploded_.empty(); }
  /// P&L without feedback less P&L with it. shapes  [path]; 0 in scenarios without feedback
  std::span<double> self_inflicted(std::size_t scenario, std::size_t hedger);
  std::span<const double> self_inflicted(std::size_t scenario, std::size_t hedger) const;
  /// 1 where feedback ran away. shapes  [path]
  std::span<std::uint8_t> exploded(std::size_t scenario, std::size_t hedger);
  std::span<const std::uint8_t> exploded(std::size_t scenario, std::size_t hedger) const;

  /// shapes  [regime]; in the world without feedback; empty where there is one regime
  RegimeTallies& regime_time(std::size_t scenario) { return regime_time_[scenario]; }
  const RegimeTallies& regime_time(std::size_t scenario) const { return regime_time_[scenario]; }

  FlowTallies& flows(std::size_t scenario, std::size_t hedger) {
    return flows_[scenario * hedgers_ + hedger];
  }
  const FlowTallies& flows(std::size_t scenario, std::size_t hedger) const {
    return flows_[scenario * hedgers_ + hedger];
  }

  double seconds_simulating = 0;
  double seconds_preparing = 0;
  int threads = 1;

 private:
  std::size_t scenarios_, hedgers_;
  std::uint64_t paths_;
  double flow_unit_;
  PnlStorage pnl_;  // [scenario][hedger][path]
  PnlStorage self_inflicted_;
  std::vector<std::uint8_t> exploded_;
  std::vector<FlowTallies> flows_;
  std::vector<RegimeTallies> regime_time_;
};

}  // namespace unhedged::simulation
