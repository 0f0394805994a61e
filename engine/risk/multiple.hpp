#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "engine/risk/contrast.hpp"

/// Several numbers at once: tests that hold together, ranks with ties, and the largest of several.
namespace unhedged::risk {

/// Adjusted p of each: it is significant at a where that is at most a, and all that are so hold together with
/// confidence 1 - a, however the tests depend on each other.
/// source  Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Stat. 6 (1979)
std::vector<double> holm(const std::vector<double>& p);

/// Whether two things differ. shapes  [thing][thing], symmetric
using Differs = std::vector<std::vector<bool>>;

/// The places a thing can have: from 1 + those that are better to n - those that are worse, counted where
/// they differ. source  Mogstad, Romano, Shaikh and Wilhelm, "Inference for ranks", Rev. Econ. Stud. 91
/// (2024)
struct RankRange {
  std::size_t first, last;
  std::vector<std::string>
      groups;  ///< letters: things that share one do not differ, things that share none do

  bool shares_group(const RankRange& other) const;
};

/// `order`: things from the best on. Letters by insertion and absorption, a for the group of the best.
/// source  Piepho, "An algorithm for a letter-based representation of all-pairwise comparisons", J. Comput.
///         Graph. Stat. 13 (2004)
std::vector<RankRange> places(const std::vector<std::size_t>& order, const Differs& differs);

/// The largest of several numbers: value the largest value; upper the largest of the upper ends at the
/// confidence C; lower the largest of the lower ends at 1 - (1 - C) / n. It covers the largest of the true
/// numbers at least as often as C says where each of the n does, whichever of them is the largest.
/// No interval where one has none. expects  at least one
struct Largest {
  Estimate estimate;
  std::size_t which;  ///< whose value it is
};
Largest largest(const std::vector<Contrast>& numbers, double confidence);

/// Of several estimates of which the intervals are given: at the confidence C, and at 1 - (1 - C) / n.
Largest largest(const std::vector<Estimate>& numbers, const std::vector<Estimate>& stricter);

/// 1 - (1 - C) / n
double stricter_confidence(double confidence, std::size_t numbers);

}  // namespace unhedged::risk
