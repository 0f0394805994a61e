#pragma once
#include <cstdint>

#include "engine/core/isa.hpp"
#include "engine/core/lanes.hpp"

/// Random numbers from coordinates. A number is a function of (seed, purpose, factor, path, step) and of
/// nothing else: no thread, order, block or history can change it, and adding a purpose moves no other.
namespace unhedged::random {

/// What a random number is for. The values are part of the file format: never renumber them.
enum class Purpose : std::uint8_t {
  spot = 1,            ///< Brownian driver of an asset's price
  variance = 2,        ///< independent part of the driver of its variance
  jump_count = 3,      ///< number of jumps in a step
  jump_size = 4,       ///< sum of the sizes of these jumps
  transition = 5,      ///< moment of a random change of regime
  entry_gap = 7,       ///< gap of a price when a regime is entered
  jump_uniform = 6,    ///< size of a single jump, where each has its own
  arrival = 8,         ///< times of self-exciting jumps after the first of a step
  entry_state = 9,     ///< state that a regime starts from
  common_count = 10,   ///< number of jumps that hit several assets
  common_size = 11,    ///< their sizes
  mood = 12,           ///< driver of the sentiment
  market_orders = 13,  ///< arrivals of market orders
  depth = 14,          ///< noise of the liquidity
  basis = 15,          ///< driver of the basis of a perpetual
  blend = 16,          ///< drivers of the prices under the correlation of the regime just left
  outage = 17,         ///< outages of venues
  crash = 18,          ///< crashes of a bubble
  entry_shift = 20,    ///< shift of a price when a regime is entered
  crash_size = 19,     ///< and their sizes
  jump_time = 21,      ///< times within a step of plain jumps
  more_counts = 22,    ///< number of jumps in a step, after the first uniform, where they are many
  size_sum = 23,       ///< sums of many jump sizes
  entry_sign = 25,     ///< signs of the orders of the past an order flow starts from
  mood_path = 24,      ///< mean of the sentiment over a step, given both ends
  latency = 26,        ///< time that orders decided on at a grid time are on their way
};

/// A family of random numbers; path and step pick the member.
struct Stream {
  std::uint64_t seed = 0;
  Purpose purpose = Purpose::spot;
  std::uint32_t factor = 0;  ///< asset or transition; below 2^23
};

/// Steps served by one call of the generator: its four words go to four consecutive steps.
inline constexpr std::size_t kStepsPerGroup = 4;

/// Numbers of one stream for four steps of a block: shape [step within group][lane].
struct NoiseGroup {
  Lanes step[kStepsPerGroup];
};

struct NoiseKernels {
  /// Independent standard normals for steps 4*group .. 4*group+3.
  /// accuracy: 32 random bits in the body; where |z| > 3.3 another 32 bits extend the tail to 9.1.
  void (*normals)(const Stream&, const PathIds&, std::uint32_t group, NoiseGroup& out);
  /// Independent uniforms (w + 1/2) / 2^32, strictly inside (0, 1).
  void (*uniforms)(const Stream&, const PathIds&, std::uint32_t group, NoiseGroup& out);
  /// The same numbers of one step for the first `count` of a list of paths; what is after them is undefined.
  void (*some_normals)(const Stream&, const PathIds&, std::size_t count, std::uint32_t step, Lanes& out);
  void (*some_uniforms)(const Stream&, const PathIds&, std::size_t count, std::uint32_t step, Lanes& out);
};

UNHEDGED_DECLARE_KERNELS(NoiseKernels, noise_kernels)

/// The same numbers one at a time, for rare events and as an oracle of the kernels.
double normal_at(const Stream& stream, std::uint64_t path, std::uint32_t step);
double uniform_at(const Stream& stream, std::uint64_t path, std::uint32_t step);

}  // namespace unhedged::random
