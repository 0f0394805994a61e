#pragma once
#include <array>
#include <cstdint>

#include "engine/core/isa.hpp"

namespace unhedged::random {

using Word4 = std::array<std::uint32_t, 4>;
using Word2 = std::array<std::uint32_t, 2>;

inline constexpr std::uint32_t kMultiplier0 = 0xD2511F53u, kMultiplier1 = 0xCD9E8D57u;
inline constexpr std::uint32_t kWeyl0 = 0x9E3779B9u, kWeyl1 = 0xBB67AE85u;

/// Philox4x32 with ten rounds: four random words as a pure function of counter and key.
/// source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11.
UNHEDGED_INLINE void philox(std::uint32_t (&word)[4], std::uint32_t key0, std::uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = std::uint64_t{kMultiplier0} * word[0];
    const std::uint64_t product1 = std::uint64_t{kMultiplier1} * word[2];
    const auto high0 = static_cast<std::uint32_t>(product0 >> 32);
    const auto high1 = static_cast<std::uint32_t>(product1 >> 32);
    word[0] = high1 ^ word[1] ^ key0;
    word[2] = high0 ^ word[3] ^ key1;
    word[1] = static_cast<std::uint32_t>(product1);
    word[3] = static_cast<std::uint32_t>(product0);
    key0 += kWeyl0;
    key1 += kWeyl1;
  }
}

inline Word4 philox(Word4 counter, Word2 key) {
  std::uint32_t word[4] = {counter[0], counter[1], counter[2], counter[3]};
  philox(word, key[0], key[1]);
  return {word[0], word[1], word[2], word[3]};
}

}  // namespace unhedged::random
