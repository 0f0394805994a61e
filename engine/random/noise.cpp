#include "engine/random/noise.hpp"

#include "engine/random/draw.hpp"

namespace unhedged::random {
namespace {

std::uint32_t word_at(const Stream& stream, std::uint64_t path, std::uint32_t step) {
  std::uint32_t word[4];
  draw(stream, identity_of(stream), path, step / kStepsPerGroup, word);
  return word[step % kStepsPerGroup];
}

}  // namespace

double normal_at(const Stream& stream, std::uint64_t path, std::uint32_t step) {
  const std::uint32_t word = word_at(stream, path, step);
  if (rank_of(word) >= kTailRank) return body_normal(normal_table(), word);
  return tail_normal(stream, path, step / kStepsPerGroup, step % kStepsPerGroup, word);
}

double uniform_at(const Stream& stream, std::uint64_t path, std::uint32_t step) {
  return uniform_of(word_at(stream, path, step));
}

}  // namespace unhedged::random
