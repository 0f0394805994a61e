#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/simulation/path_causes.hpp"
#include "engine/simulation/recorder.hpp"

/// One path, as it is shown.
namespace unhedged::app {

struct Replayed {
  const simulation::Plan& plan;
  std::size_t scenario, hedger;
  simulation::PathRecord record;      ///< of this path alone
  std::optional<double> stored_pnl;   ///< what the result file has; none: there is no result
  std::optional<std::uint64_t> rank;  ///< 1 is the largest loss of the file
  std::vector<std::string> stamps{};  ///< [step] date and clock
  simulation::PathCauses causes{};    ///< empty: the run takes nothing apart

  std::uint64_t path() const { return record.path.front(); }
  double pnl() const { return record.pnl.front(); }
  double at(std::string_view what, std::size_t step, std::size_t asset) const {
    return record.at(what, 0, step, asset);
  }
  /// What was newly ordered at a time, less what was withdrawn: what is filled and what more is pending.
  double order(std::size_t step, std::size_t asset) const;
  /// P&L so far of all assets.
  double pnl_so_far(std::size_t step) const;
  const std::string& regime(std::size_t step) const;
  /// What the path is and what it came to, in a line.
  std::string title() const;
};

/// A table for each asset, a line for each grid time, in blocks of at most `width` characters.
std::string replay_table(const Replayed& path, std::size_t width);
/// A row for each grid time and asset, all that is recorded, to the last bit.
std::string replay_csv(const Replayed& path);
std::string replay_json(const Replayed& path);

/// Charts of `width` characters: spots, the hedge beside the delta, half spreads, P&L, and the regimes.
std::string replay_chart(const Replayed& path, std::size_t width);
/// The same as a drawing: a file that needs nothing else.
std::string replay_svg(const Replayed& path);

}  // namespace unhedged::app
