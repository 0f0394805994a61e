#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/core/stop.hpp"
#include "engine/simulation/path_block.hpp"
#include "engine/simulation/result.hpp"

namespace unhedged::simulation {

/// What is kept of a path, at every grid time and of every asset. Fills are those of that time; cash and P&L are
/// in money of that time.
enum class Track {
  spot, perpetual, variance, implied_volatility, half_spread, daily_volume, delta, hedge, cash, fill, cost,
  book_value, pnl_so_far
};
inline constexpr std::size_t kTracks = 13;

struct TrackInfo {
  const char* name;
  const char* units;
  const char* meaning;
};
/// shapes  one for each Track, in its order
std::span<const TrackInfo> track_table();

/// Paths in full. shapes  track: [cell][path][step][asset], regime: [cell][path][step]
struct PathRecord {
  std::size_t steps = 0, assets = 0;  ///< `steps` counts grid times: the plan's steps + 1
  std::vector<std::uint64_t> path;    ///< the paths, in the order asked for
  std::vector<double> track[kTracks];
  std::vector<std::uint8_t> regime;

  double at(Track what, std::size_t path_index, std::size_t step, std::size_t asset) const {
    return track[static_cast<std::size_t>(what)][(path_index * steps + step) * assets + asset];
  }
};

/// Replays `paths` (any, in any order) of one scenario and one hedger and keeps them in full. They come
/// out as they went through `run`, to the last bit.
/// errors  Interrupted
PathRecord replay(const PreparedRun& prepared, std::size_t scenario, std::size_t hedger,
                  const std::vector<std::uint64_t>& paths, Stop stop = {});

/// The grid times as a reader would name them. With market.date: UTC instants on the continuous calendar
/// (2020-03-12T01:00Z); on the trading one a weekday and the time since its open (2020-03-12 +3:15). Without: the
/// number of days since today instead of the date.
/// shapes  [grid.steps + 1]
std::vector<std::string> time_stamps(const Plan& plan);

/// The `count` paths with the largest losses, worst first.
std::vector<std::uint64_t> worst_paths(std::span<const double> pnl, std::size_t count);

}  // namespace unhedged::simulation
