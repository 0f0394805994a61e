#include "engine/simulation/result.hpp"

namespace unhedged::simulation {

Outcome::Outcome(std::size_t scenarios, std::size_t hedgers, std::uint64_t paths,
                 const StorageLimits& limits, bool with_feedback, double flow_unit)
    : scenarios_(scenarios),
      hedgers_(hedgers),
      paths_(paths),
      flow_unit_(flow_unit),
      pnl_(scenarios * hedgers * paths, limits),
      self_inflicted_(with_feedback ? scenarios * hedgers * paths : 0, limits),
      exploded_(with_feedback ? scenarios * hedgers * paths : 0),
      flows_(scenarios * hedgers),
      regime_time_(scenarios) {}

std::span<double> Outcome::pnl(std::size_t scenario, std::size_t hedger) {
  return {pnl_.data() + (scenario * hedgers_ + hedger) * paths_, paths_};
}

std::span<const double> Outcome::pnl(std::size_t scenario, std::size_t hedger) const {
  return {pnl_.data() + (scenario * hedgers_ + hedger) * paths_, paths_};
}

std::span<double> Outcome::self_inflicted(std::size_t scenario, std::size_t hedger) {
  return {self_inflicted_.data() + (scenario * hedgers_ + hedger) * paths_, paths_};
}

std::span<const double> Outcome::self_inflicted(std::size_t scenario, std::size_t hedger) const {
  return {self_inflicted_.data() + (scenario * hedgers_ + hedger) * paths_, paths_};
}

std::span<std::uint8_t> Outcome::exploded(std::size_t scenario, std::size_t hedger) {
  return {exploded_.data() + (scenario * hedgers_ + hedger) * paths_, paths_};
}

std::span<const std::uint8_t> Outcome::exploded(std::size_t scenario, std::size_t hedger) const {
  return {exploded_.data() + (scenario * hedgers_ + hedger) * paths_, paths_};
}

}  // namespace unhedged::simulation
