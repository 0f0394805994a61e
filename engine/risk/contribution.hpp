#pragma once
#include <cstdint>

#include "engine/risk/estimate.hpp"

/// What parts of the P&L contribute to its expected shortfall.
namespace unhedged::risk {

/// The worst share 1 - a of n paths of equal weight: `whole` of them count in full, the next in part.
class TailShare {
 public:
  TailShare(std::uint64_t n, double level);

  double n() const { return n_; }
  double points() const { return points_; }  ///< n (1 - a)
  double level() const { return level_; }
  /// Of the path at a place of the tail, the worst first.
  double weight(std::uint64_t place) const { return place < whole_ ? 1 : edge_; }
  std::uint64_t paths() const { return whole_ + 1; }
  /// Whether it is one of those that stand for the paths at the value at risk.
  bool is_near_edge(std::uint64_t place) const { return place + near_ >= paths(); }
  std::uint64_t near() const { return near_; }

 private:
  double n_, level_, points_, edge_ = 0;
  std::uint64_t whole_ = 0, near_ = 1;
};

/// E[X | the P&L is in its worst share]: of parts that sum to the P&L they sum to -ES, path by path and so to
/// rounding. Paths are added in any order, each once.
/// standard error: spread of the influence  m + (X - m) 1{tail} / (1 - a),  m = E[X | loss = VaR], which is
/// the mean over the root of the tail's paths at its edge. source  Tasche, "Capital allocation to business
/// units and sub-portfolios: the Euler principle" (2007);
///         the influence is that of Manistre and Hancock where X is the P&L
class TailContribution {
 public:
  explicit TailContribution(const TailShare& share) : share_(share) {}

  void add(std::uint64_t place, double x);
  double value() const { return sum_ / share_.points(); }
  /// Interval: Student's with 2 n (1 - a) degrees of freedom; none below kFewestPoints points.
  Estimate estimate(double confidence) const;

 private:
  TailShare share_;
  double sum_ = 0, edge_ = 0;                        // of w x; of x near the edge
  double squares_ = 0, weighted_ = 0, weights_ = 0;  // of (w x)^2, w^2 x, w^2
};

}  // namespace unhedged::risk
