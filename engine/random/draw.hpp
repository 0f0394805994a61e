#pragma once
#include "engine/math/elementary.hpp"
#include "engine/random/noise.hpp"
#include "engine/random/philox.hpp"

/// The arithmetic that kernels and single draws share.
namespace unhedged::random {

/// Bit 31 of the fourth counter word marks the extra draw that refines a tail.
inline constexpr std::uint32_t kTailBit = 0x80000000u;

UNHEDGED_INLINE std::uint32_t identity_of(const Stream& stream) {
  return (static_cast<std::uint32_t>(stream.purpose) << 23) | stream.factor;
}

/// The four words of (path, group).
UNHEDGED_INLINE void draw(const Stream& stream, std::uint32_t identity, std::uint64_t path,
                          std::uint32_t group, std::uint32_t (&word)[4]) {
  word[0] = static_cast<std::uint32_t>(path);
  word[1] = static_cast<std::uint32_t>(path >> 32);
  word[2] = group;
  word[3] = identity;
  philox(word, static_cast<std::uint32_t>(stream.seed),
         static_cast<std::uint32_t>(stream.seed >> 32));
}

UNHEDGED_INLINE double uniform_of(std::uint32_t word) {
  const double integer =
      std::bit_cast<double>(0x4330000000000000ULL | std::uint64_t{word}) - 0x1p52;
  return math::fma(integer, 0x1p-32, 0x1p-33);
}

/// 2u - 1 for the uniform u of `word`; exact.
UNHEDGED_INLINE double centred_of(std::uint32_t word) {
  const double integer =
      std::bit_cast<double>(0x4330000000000000ULL | std::uint64_t{word}) - 0x1p52;
  return math::fma(integer, 0x1p-31, 0x1p-32 - 1.0);
}

/// The normal of a word in the tail, refined by a second word so that it does not end at 6.3.
UNHEDGED_INLINE double tail_normal(const Stream& stream, std::uint64_t path, std::uint32_t group,
                                   std::size_t position, std::uint32_t word) {
  std::uint32_t extra[4];
  draw(stream, identity_of(stream) | kTailBit, path, group, extra);
  const bool lower = word < 0x80000000u;
  const double rank = lower ? word : 0xffffffffu - word;
  const double p = (rank + uniform_of(extra[position])) * 0x1p-32;
  const double z = math::normal_quantile_tail(p);
  return lower ? -z : z;
}

}  // namespace unhedged::random
