#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/simulation/pnl_storage.hpp"

namespace unhedged::simulation {

/// Per-path quantities of which only the mean and its error are kept.
enum class Flow { turnover, spread_cost, impact_cost, fee, cost };
inline constexpr std::size_t kFlows = 5;

struct Tally {
  double sum = 0;
  double sum_of_squares = 0;
};

using FlowTallies = std::array<Tally, kFlows>;

/// What a run leaves: P&L of every path, and sums of the flows.
class Outcome {
 public:
  Outcome(std::size_t scenarios, std::size_t hedgers, std::uint64_t paths,
          const StorageLimits& limits = {});

  std::size_t scenarios() const { return scenarios_; }
  std::size_t hedgers() const { return hedgers_; }
  std::uint64_t paths() const { return paths_; }

  /// shapes  [path]; account currency at the horizon
  std::span<double> pnl(std::size_t scenario, std::size_t hedger);
  std::span<const double> pnl(std::size_t scenario, std::size_t hedger) const;

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
  PnlStorage pnl_;  // [scenario][hedger][path]
  std::vector<FlowTallies> flows_;
};

}  // namespace unhedged::simulation
