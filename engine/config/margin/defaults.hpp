#pragma once
#include "engine/config/load.hpp"

namespace unhedged::config {

/// Yardsticks of a run that names none: of all models that can be found, those that are complete, meant for
/// one of its assets and for its calendar, and, of perpetuals, where somebody may hold one. A file that is
/// not sound is a warning and no yardstick.
std::vector<margin::Yardstick> default_yardsticks(const Configuration& run, const LoadOptions& options,
                                                  std::vector<Problem>& warnings);

}  // namespace unhedged::config
