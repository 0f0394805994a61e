#pragma once
#include "engine/risk/moments.hpp"
#include "engine/risk/settings.hpp"
#include "engine/risk/tail.hpp"

/// Statistics of two samples on the same paths, and what both are made of.
namespace unhedged::risk {

/// A sample with its moments and its tail, worked out once.
struct Digest {
  Digest(const Sample& of, const Settings& settings);

  Sample sample;
  Tail tail;
  Moments moments;
};

/// A hedger's P&L and the P&L it is held against: that of the unhedged book, or of another hedger.
/// expects  the same paths with the same weights
struct Comparison {
  const Digest &hedger, &reference;
  const Settings& settings;

  /// Compared with itself a hedger is 0 without error.
  bool is_with_itself() const { return &hedger == &reference; }
};

/// 1 - Var(hedger) / Var(reference)
Estimate variance_effectiveness(const Comparison& pair);

/// 1 - ES(hedger) / ES(reference)
Estimate shortfall_effectiveness(const Comparison& pair, double level);

/// Hedger less reference; errors from the differences path by path.
Estimate mean_difference(const Comparison& pair);
Estimate shortfall_difference(const Comparison& pair, double level);

/// Share of the paths on which holds(i).
template <class Predicate>
Estimate share(const Sample& sample, double confidence, Predicate holds) {
  std::uint64_t count = 0;
  if (!sample.is_weighted()) {
    for (std::size_t i = 0; i < sample.size(); ++i) count += holds(i) ? 1 : 0;
    return proportion(static_cast<double>(count), static_cast<double>(sample.size()), confidence);
  }
  return sample.with_weights([&](auto weight) {
    const auto sum = [&](bool wanted, auto power) {
      return blocked_sum(sample.size(),
                         [&](std::size_t i) { return holds(i) == wanted ? power(weight(i)) : 0.0; });
    };
    const auto plain = [](double v) { return v; };
    const auto square = [](double v) { return v * v; };
    const WeightedHits seen{sum(true, plain), sum(false, plain), sum(true, square), sum(false, square)};
    return weighted_proportion(seen, confidence);
  });
}

}  // namespace unhedged::risk
