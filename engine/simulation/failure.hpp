#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/core/errors.hpp"
#include "engine/simulation/recorder.hpp"

/// Where a path that ended in no number left the numbers.
namespace unhedged::simulation {

/// What was not finite first: of one grid time the first asset, of one asset the first track.
struct FirstFailure {
  std::size_t step = 0, asset = 0;
  std::string_view track;  ///< its name
};

/// The first value of a recorded path that is not finite; none: all of them are.
/// expects  path_index < record.path.size()
std::optional<FirstFailure> first_failure(const PathRecord& record, std::size_t path_index);

/// `error` of a run of `prepared`, and where on that path it began: the path is simulated once more, alone.
/// Errors that name no path, and those of another plan, come back as they are. errors  Interrupted
NumericalError located(const NumericalError& error, const PreparedRun& prepared, Stop stop = {});

}  // namespace unhedged::simulation
