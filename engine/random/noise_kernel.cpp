#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "engine/math/rows.hpp"
#include "engine/random/draw.hpp"

namespace unhedged::random::UNHEDGED_ISA {
namespace {

struct alignas(64) Words {
  std::uint32_t value[kStepsPerGroup][kLanes];
};

#if defined(__AVX2__) && !defined(__AVX512F__)
// g++ does not see that the factors fit 32 bits and multiplies in full; say it with the instruction.
using Vector = std::uint64_t __attribute__((vector_size(32)));
constexpr std::size_t kWidth = 4;
UNHEDGED_INLINE Vector multiply(Vector a, Vector b) {
  return reinterpret_cast<Vector>(
      _mm256_mul_epu32(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b)));
}
#elif defined(__AVX512F__)
using Vector = std::uint64_t __attribute__((vector_size(64)));
constexpr std::size_t kWidth = 8;
UNHEDGED_INLINE Vector multiply(Vector a, Vector b) {
  return reinterpret_cast<Vector>(
      _mm512_maskz_mul_epu32(0xff, reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
}
#else
using Vector = std::uint64_t __attribute__((vector_size(16)));
constexpr std::size_t kWidth = 2;
UNHEDGED_INLINE Vector multiply(Vector a, Vector b) { return (a & 0xffffffffu) * (b & 0xffffffffu); }
#endif

UNHEDGED_INLINE Vector broadcast(std::uint64_t x) { return Vector{} + x; }

/// Whether path numbers fit 32 bits.
enum class PathNumbers { small, any };

PathNumbers numbers_of(const PathIds& paths, std::size_t count) {
  std::uint64_t all = 0;
  for (std::size_t lane = 0; lane < count; ++lane) all |= paths.value[lane];
  return all >> 32 == 0 ? PathNumbers::small : PathNumbers::any;
}

/// Philox on kWidth paths at once; a word lives in the low half of a 64-bit lane, whose high half may
/// hold rubbish between rounds. For the first `count` paths, rounded up to kWidth. Where path numbers are
/// small, a tenth of it is the same for all of them.
template <PathNumbers Numbers>
void draw_words_of(const Stream& stream, const PathIds& paths, std::size_t count, std::uint32_t group,
                   Words& out) {
  const Vector multiplier0 = broadcast(kMultiplier0), multiplier1 = broadcast(kMultiplier1);
  for (std::size_t lane = 0; lane < count; lane += kWidth) {
    Vector word0, word1{}, word2 = broadcast(group), word3 = broadcast(identity_of(stream));
    __builtin_memcpy(&word0, &paths.value[lane], sizeof word0);
    if constexpr (Numbers == PathNumbers::any) word1 = word0 >> 32;
    auto key0 = static_cast<std::uint32_t>(stream.seed);
    auto key1 = static_cast<std::uint32_t>(stream.seed >> 32);
#pragma GCC unroll 10
    for (int round = 0; round < 10; ++round) {
      const Vector product0 = multiply(multiplier0, word0), product1 = multiply(multiplier1, word2);
      word0 = (product1 >> 32) ^ (word1 ^ broadcast(key0));
      word2 = (product0 >> 32) ^ (word3 ^ broadcast(key1));
      word1 = product1;  // its low half
      word3 = product0;
      key0 += kWeyl0;
      key1 += kWeyl1;
    }
    for (std::size_t k = 0; k < kWidth; ++k) {
      out.value[0][lane + k] = static_cast<std::uint32_t>(word0[k]);
      out.value[1][lane + k] = static_cast<std::uint32_t>(word1[k]);
      out.value[2][lane + k] = static_cast<std::uint32_t>(word2[k]);
      out.value[3][lane + k] = static_cast<std::uint32_t>(word3[k]);
    }
  }
}

void draw_words(const Stream& stream, const PathIds& paths, std::size_t count, std::uint32_t group,
                Words& out) {
  if (numbers_of(paths, count) == PathNumbers::small)
    draw_words_of<PathNumbers::small>(stream, paths, count, group, out);
  else draw_words_of<PathNumbers::any>(stream, paths, count, group, out);
}

/// Four words as signed numbers, and a half.
UNHEDGED_INLINE math::Quad distances(const std::uint32_t* word) {
  using Signed = std::int32_t __attribute__((vector_size(16)));
  Signed four;
  __builtin_memcpy(&four, word, sizeof four);
  return __builtin_convertvector(four, math::Quad) + 0.5;
}

/// The normals of words outside the tail, for the first `count`, a multiple of four; elsewhere meaningless.
void to_normals(const std::uint32_t* word, std::size_t count, double* z) {
  const double* const table = normal_table();
  alignas(64) std::uint64_t row[kLanes];
  alignas(64) double signed_distance[kLanes];
  for (std::size_t lane = 0; lane < count; lane += 4) {
    const math::Quad x = distances(word + lane);
    math::store_quad(x, signed_distance + lane);
    const math::QuadBits first = std::bit_cast<math::QuadBits>(x) >> kRowShift & kRowMask;
    __builtin_memcpy(row + lane, &first, sizeof first);
  }
  for (std::size_t lane = 0; lane < count; lane += 4) {
    const auto bits = std::bit_cast<math::QuadBits>(math::load_quad(signed_distance + lane));
    const math::Quad lower = math::cubics(table, row + lane, std::bit_cast<math::Quad>(bits & ~kSignBit));
    const auto turned = std::bit_cast<math::QuadBits>(lower) ^ (bits & kSignBit);
    math::store_quad(std::bit_cast<math::Quad>(turned), z + lane);
  }
}

/// Tails are searched for in so many lanes at once.
constexpr std::size_t kSearched = 32;

bool any_in_tail(const std::uint32_t* word) {
  int count = 0;
  for (std::size_t lane = 0; lane < kSearched; ++lane) count += rank_of(word[lane]) < kTailRank ? 1 : 0;
  return count > 0;
}

void normals(const Stream& stream, const PathIds& paths, std::uint32_t group, NoiseGroup& out) {
  Words words;
  draw_words(stream, paths, kLanes, group, words);
  for (std::size_t step = 0; step < kStepsPerGroup; ++step) {
    const std::uint32_t* word = words.value[step];
    to_normals(word, kLanes, out.step[step].data());
    for (std::size_t first = 0; first < kLanes; first += kSearched) {
      if (!any_in_tail(word + first)) continue;
      for (std::size_t lane = first; lane < first + kSearched; ++lane)
        if (rank_of(word[lane]) < kTailRank)
          out.step[step][lane] = tail_normal(stream, paths.value[lane], group, step, word[lane]);
    }
  }
}

void uniforms(const Stream& stream, const PathIds& paths, std::uint32_t group, NoiseGroup& out) {
  Words words;
  draw_words(stream, paths, kLanes, group, words);
  for (std::size_t step = 0; step < kStepsPerGroup; ++step)
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      out.step[step][lane] = uniform_of(words.value[step][lane]);
}

/// So many numbers that whole vectors are made.
std::size_t in_vectors(std::size_t count) { return (count + 7) / 8 * 8; }

void some_normals(const Stream& stream, const PathIds& paths, std::size_t count, std::uint32_t step,
                  Lanes& out) {
  Words words;
  const std::uint32_t group = step / kStepsPerGroup, position = step % kStepsPerGroup;
  draw_words(stream, paths, in_vectors(count), group, words);
  const std::uint32_t* word = words.value[position];
  to_normals(word, in_vectors(count), out.data());
  for (std::size_t k = 0; k < count; ++k)
    if (rank_of(word[k]) < kTailRank) out[k] = tail_normal(stream, paths.value[k], group, position, word[k]);
}

void some_uniforms(const Stream& stream, const PathIds& paths, std::size_t count, std::uint32_t step,
                   Lanes& out) {
  Words words;
  draw_words(stream, paths, in_vectors(count), step / kStepsPerGroup, words);
  const std::uint32_t* word = words.value[step % kStepsPerGroup];
  for (std::size_t k = 0; k < in_vectors(count); ++k) out[k] = uniform_of(word[k]);
}

}  // namespace

const NoiseKernels noise_kernels{normals, uniforms, some_normals, some_uniforms};

}  // namespace unhedged::random::UNHEDGED_ISA
