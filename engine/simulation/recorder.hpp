#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/stop.hpp"
#include "engine/simulation/track.hpp"

namespace unhedged::simulation {

/// Paths in full. shapes  track: [track of tracks()][path][step][asset], regime: [path][step],
/// pnl: [path]
struct PathRecord {
  std::size_t steps = 0, assets = 0;  ///< `steps` counts grid times: the plan's steps + 1
  std::vector<std::uint64_t> path;    ///< the paths, in the order asked for
  std::vector<double> pnl;            ///< of each of them, as the run counts it
  std::vector<std::vector<double>> track;
  std::vector<std::uint8_t> regime;

  /// By the name of a track.
  double at(std::string_view what, std::size_t path_index, std::size_t step, std::size_t asset) const {
    return track[track_index(what)][(path_index * steps + step) * assets + asset];
  }
};

/// Paths to keep, in any order. shapes  [hedger][...]
using PathsOfHedgers = std::vector<std::vector<std::uint64_t>>;

/// Replays paths of one scenario and keeps them in full, for each hedger its own. They come out as they went
/// through `run`, to the last bit. Hedgers who trade on one floor are replayed together.
/// errors  Interrupted
std::vector<PathRecord> replay(const PreparedRun& prepared, std::size_t scenario, const PathsOfHedgers& paths,
                               Stop stop = {});

/// The same of one hedger.
PathRecord replay(const PreparedRun& prepared, std::size_t scenario, std::size_t hedger,
                  const std::vector<std::uint64_t>& paths, Stop stop = {});

/// The grid times as a reader would name them. With market.date: UTC instants on the continuous calendar
/// (2020-03-12T01:00Z); on the trading one a weekday and the time since its open (2020-03-12 +3:15). Without:
/// the number of days since today instead of the date. shapes  [grid.steps + 1]
std::vector<std::string> time_stamps(const Plan& plan);

/// The `count` paths with the largest losses, worst first.
std::vector<std::uint64_t> worst_paths(std::span<const double> pnl, std::size_t count);

}  // namespace unhedged::simulation
