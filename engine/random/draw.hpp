#pragma once
#include "engine/math/elementary.hpp"
#include "engine/random/noise.hpp"
#include "engine/random/normal_table.hpp"
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

/// Words this close to either end belong to the tail.
inline constexpr std::uint32_t kTailRank = 2'100'000;

/// Distance of a word from the nearer end of its range.
UNHEDGED_INLINE std::uint32_t rank_of(std::uint32_t word) {
  return word < 0x80000000u ? word : 0xffffffffu - word;
}

inline constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63;

/// The normal of a word outside the tail. The word and a half, as a signed number, is the distance of its
/// uniform from the nearer end, negative if that is the upper one.
UNHEDGED_INLINE double body_normal(const double* table, std::uint32_t word) {
  const double signed_distance = static_cast<double>(static_cast<std::int32_t>(word)) + 0.5;
  const auto bits = std::bit_cast<std::uint64_t>(signed_distance);
  const double* c = table + (bits >> kRowShift & kRowMask);
  const double x = std::bit_cast<double>(bits & ~kSignBit);
  const double lower = math::fma(math::fma(math::fma(c[3], x, c[2]), x, c[1]), x, c[0]);
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(lower) ^ (bits & kSignBit));
}

/// z > 0 with Phi(-z) = p for 2^-65 <= p <= kTailRank 2^-32. accuracy: relative 1e-13
UNHEDGED_INLINE double tail_quantile(double p) {
  const double t = __builtin_sqrt(-2.0 * math::log(p));
  return t * math::polynomial(math::tail_polynomial, math::fma(1.0 / t, 13.125, -2.375));
}

/// The normal of a word in the tail, refined by a second word so that it does not end at 6.3.
UNHEDGED_INLINE double tail_normal(const Stream& stream, std::uint64_t path, std::uint32_t group,
                                   std::size_t position, std::uint32_t word) {
  std::uint32_t extra[4];
  draw(stream, identity_of(stream) | kTailBit, path, group, extra);
  const bool lower = word < 0x80000000u;
  const double z = tail_quantile((rank_of(word) + uniform_of(extra[position])) * 0x1p-32);
  return lower ? -z : z;
}

}  // namespace unhedged::random
