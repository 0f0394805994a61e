#include "engine/simulation/result.hpp"

namespace unhedged::simulation {

Outcome::Outcome(std::size_t scenarios, std::size_t hedgers, std::uint64_t paths,
                 const StorageLimits& limits)
    : scenarios_(scenarios),
      hedgers_(hedgers),
      paths_(paths),
      pnl_(scenarios * hedgers * paths, limits),
      flows_(scenarios * hedgers) {}

std::span<double> Outcome::pnl(std::size_t scenario, std::size_t hedger) {
  return {pnl_.data() + (scenario * hedgers_ + hedger) * paths_, paths_};
}

std::span<const double> Outcome::pnl(std::size_t scenario, std::size_t hedger) const {
  return {pnl_.data() + (scenario * hedgers_ + hedger) * paths_, paths_};
}

}  // namespace unhedged::simulation
