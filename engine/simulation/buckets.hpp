#pragma once
#include <cstddef>
#include <span>

/// Where every cent of the P&L comes from: the P&L of each path as a sum over causes.
namespace unhedged::simulation {

/// The causes. Every one of them is worked out on its own but the last, which is what they leave of the P&L.
enum class Bucket {
  theta,
  gamma,
  vega,
  cross,
  unhedged_delta,
  belief_delta,
  unfilled_delta,
  jump,
  regime,
  basis,
  hedge_options,
  spread,
  impact,
  fees,
  financing,
  funding,
  exercise,
  liquidation,
  deleveraging,
  inception,
  self_inflicted,
  remainder
};

struct BucketInfo {
  Bucket bucket;
  const char *name, *meaning;
};

/// All of them, in their order.
std::span<const BucketInfo> buckets();
inline constexpr std::size_t kBuckets = static_cast<std::size_t>(Bucket::remainder) + 1;

}  // namespace unhedged::simulation
