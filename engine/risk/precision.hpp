#pragma once
#include <cstdint>
#include <span>

#include "engine/risk/settings.hpp"
#include "engine/risk/tail.hpp"

/// Runs that end when their numbers are known well enough. Looks are few, far between and late enough that
/// the intervals at the look that ends a run keep their coverage: docs/methods/risk.md.
namespace unhedged::risk {

/// Paths at the first look: so many that a hundred losses are expected in the smallest tail.
/// expects  at least one target
std::uint64_t first_look(std::span<const Precision> targets);

/// Paths at the look after that: sqrt(2) times as many.
std::uint64_t next_look(std::uint64_t paths);

/// Half the width of the interval over the estimate; infinite where there is no interval, or nothing to
/// measure it by.
double relative_error(const Precision& target, const Tail& tail, double confidence);

}  // namespace unhedged::risk
