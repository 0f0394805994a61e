#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/simulation/path_storage.hpp"
#include "engine/simulation/plan.hpp"

namespace unhedged::simulation {

/// Squares are of x / unit, a power of two that keeps them in the range of doubles.
struct Tally {
  double sum = 0;
  double sum_of_squares = 0;
};

/// Where in a run the paths of a block go.
struct PathRange {
  std::uint64_t first;
  std::size_t lanes;
};

/// Paths that follow each other.
struct PathSpan {
  std::uint64_t first, count;
};

/// A hedger in a scenario with paths that ended in no number: how many, and the number of the first.
struct FailedCell {
  std::size_t scenario, hedger;
  std::uint64_t count, first;
};

/// Paths that are left out (simulation/failed_paths.hpp), and where they failed.
struct FailedPaths {
  std::uint64_t count = 0;
  std::vector<FailedCell> cells;
};

/// Sums of the columns of which the mean is kept. shapes  [column][row]: see Outcome::row
using TallySums = std::vector<std::vector<Tally>>;

/// What a run leaves: the columns of its plan, number by number or as sums.
class Outcome {
 public:
  /// All zero, of the paths of the plan. The plan is not needed afterwards.
  explicit Outcome(const Plan& plan, const StorageLimits& limits = {});
  /// Of some of them. shapes  [span], by path, none of them empty but a single one
  Outcome(const Plan& plan, const StorageLimits& limits, std::vector<PathSpan> paths);

  std::size_t scenarios() const { return scenarios_; }
  std::size_t hedgers() const { return hedgers_; }
  std::uint64_t paths() const { return paths_; }
  /// The paths there are, by their numbers in the plan.
  std::vector<PathSpan> spans() const;
  /// Of all its batches.
  std::uint64_t room() const { return room_; }
  /// The number in the plan of the path that stands in a place here, and the other way round.
  std::uint64_t path_at(std::uint64_t place) const;
  std::uint64_t place_of(std::uint64_t path) const;
  /// From the first to the first that is missing.
  std::uint64_t paths_in_a_row() const { return in_a_row_; }

  /// The place of a column in the plan's list. errors  ContractViolation if there is none of the name
  std::size_t index_of(const std::string& name) const;

  /// What is kept of every path; `part` is the hedger, 0 for a column by scenario. shapes  [path]
  std::span<const double> numbers(std::size_t column, std::size_t scenario, std::size_t part) const;
  std::span<const std::uint8_t> flags(std::size_t column, std::size_t scenario, std::size_t part) const;
  /// By name. errors  ContractViolation if no numbers are kept under it
  std::span<const double> numbers(const std::string& name, std::size_t scenario, std::size_t part) const;
  std::span<const std::uint8_t> flags(const std::string& name, std::size_t scenario, std::size_t part) const;
  /// Account currency at the horizon. shapes  [path]
  std::span<const double> pnl(std::size_t scenario, std::size_t hedger) const {
    return numbers(0, scenario, hedger);
  }

  /// What is kept as a mean; `part` is the hedger, 0 or the regime.
  const Tally& tally(std::size_t column, std::size_t scenario, std::size_t part) const;
  const Tally& tally(const std::string& name, std::size_t scenario, std::size_t part) const;
  /// A power of two near the size of what is summed: of what is traded for money, else 1.
  double unit(std::size_t column) const { return kept_[column].unit; }

  /// Sums of no paths.
  TallySums no_sums() const;
  /// Keeps the numbers of a block: of every path in their place, of means in `sums`.
  void keep(std::size_t column, std::size_t scenario, std::size_t part, const Lanes& numbers,
            const PathRange& range, TallySums& sums);
  /// Adds the sums of a range of paths that is complete. Whatever the order they come in, they are added up
  /// in that of the paths, so that the bits are the same.
  void add(const PathRange& range, TallySums&& part);
  /// The same room for other paths, from `first` on. expects  a single span, to which nothing was added
  void begin_at(std::uint64_t first) { spans_.front().first = first; }
  /// Leaves out what comes after the first path that is missing.
  void end_at_gap() { paths_ = in_a_row_; }
  /// Takes out paths by their places, which ascend. The sums have not had them: see `store`.
  void leave_out(std::span<const std::uint64_t> places);

  /// Appends what is kept of a range: numbers of every path, column by column and row by row, then the sums;
  /// bytes as they stand in memory. docs/formats/journal.md
  void pack(const PathRange& range, const TallySums& sums, std::string& out) const;
  /// The same back. returns  whether it was of the right length
  bool unpack(const PathRange& range, std::string_view bytes, TallySums& sums);
  std::size_t packed_bytes(std::size_t lanes) const;

  FailedPaths failed;
  double seconds_simulating = 0;
  double seconds_preparing = 0;
  int threads = 1;

 private:
  struct Kept {
    std::string data, mean;
    Keep keep;
    Element element;
    double unit;
    std::vector<std::size_t> first_row;  // [scenario + 1]
    PathStorage storage;                 // [row][path]
  };

  std::size_t row(std::size_t column, std::size_t scenario, std::size_t part) const;
  void fold(const TallySums& part);

  std::size_t scenarios_, hedgers_;
  std::vector<PathSpan> spans_;
  std::uint64_t room_ = 0, paths_ = 0, in_a_row_ = 0;
  std::vector<Kept> kept_;  // [column]
  TallySums sums_;
  std::map<std::uint64_t, std::pair<std::uint64_t, TallySums>> waiting_;  // by first place: end, sums
};

}  // namespace unhedged::simulation
