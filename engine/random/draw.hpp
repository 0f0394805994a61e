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
  philox(word, static_cast<std::uint32_t>(stream.seed), static_cast<std::uint32_t>(stream.seed >> 32));
}

UNHEDGED_INLINE double uniform_of(std::uint32_t word) {
  const double integer = std::bit_cast<double>(0x4330000000000000ULL | std::uint64_t{word}) - 0x1p52;
  return math::fma(integer, 0x1p-32, 0x1p-33);
}

/// 2u - 1 for the uniform u of `word`; exact.
UNHEDGED_INLINE double centred_of(std::uint32_t word) {
  const double integer = std::bit_cast<double>(0x4330000000000000ULL | std::uint64_t{word}) - 0x1p52;
  return math::fma(integer, 0x1p-31, 0x1p-32 - 1.0);
}

/// Words this close to either end belong to the tail: there w = -log(1 - x^2) may exceed kCentralLimit.
inline constexpr std::uint32_t kTailRank = 2'100'000;

/// Distance of a word from the nearer end of its range.
UNHEDGED_INLINE std::uint32_t rank_of(std::uint32_t word) {
  return word < 0x80000000u ? word : 0xffffffffu - word;
}

/// The normal of a word; meaningless in the tail. accuracy: relative 3e-12, a hundredth of what one bit of
/// the word is worth.
UNHEDGED_INLINE double body_normal(std::uint32_t word) {
  const double x = centred_of(word);
  const double w = -math::log(math::fma(-x, x, 1.0));
  return x * math::polynomial(math::noise_polynomial, w);
}

/// The normal of a word in the tail, refined by a second word so that it does not end at 6.3.
UNHEDGED_INLINE double tail_normal(const Stream& stream, std::uint64_t path, std::uint32_t group,
                                   std::size_t position, std::uint32_t word) {
  std::uint32_t extra[4];
  draw(stream, identity_of(stream) | kTailBit, path, group, extra);
  const bool lower = word < 0x80000000u;
  const double p = (rank_of(word) + uniform_of(extra[position])) * 0x1p-32;
  const double z = math::normal_quantile_tail(p);
  return lower ? -z : z;
}

}  // namespace unhedged::random
