#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/risk/estimate.hpp"

/// VaR and ES of P&L that is larger than memory.
namespace unhedged::risk {

/// P&L that is read piece by piece, as often as it takes.
class PnlSource {
 public:
  using Take = std::function<void(std::span<const double> piece)>;
  virtual ~PnlSource() = default;
  virtual std::uint64_t size() const = 0;
  /// All of it, in the same order every time.
  virtual void read(const Take& take) const = 0;
};

/// VaR and ES at some levels, with the intervals, to the last bit those of a Tail (whether a VaR of zero has
/// a sign is left open). The losses of the tail are found by counting how many there are under the first 16
/// bits of an integer that grows with them, and under the next 16 where that is too many. If they fit into
/// the memory given, all is read twice: to count, and to take them. Else they are taken group by group, each
/// three times: for the order statistics, for their sums and for the sums of their powers. Where they are r
/// times as large as the memory, there are at most 2 (r + 1) + 1 groups, and at most 1 + 3 (r + 1) counts.
class StreamedTail {
 public:
  /// `memory_bytes`: of losses at once; 32 KiB at least are taken.
  /// expects  a source that is not empty, levels
  /// errors  NumericalError if a number is not finite; those of the source
  StreamedTail(const PnlSource& source, std::vector<double> levels, double confidence,
               std::size_t memory_bytes);

  /// shapes  [level]
  const std::vector<Estimate>& value_at_risk() const { return value_at_risk_; }
  const std::vector<Estimate>& expected_shortfall() const { return expected_shortfall_; }
  /// How often all of the source was read.
  std::uint64_t reads() const { return reads_; }

 private:
  /// Losses whose keys are from `first` to `last`.
  struct Group {
    std::uint64_t first, last, count;
  };
  using Sorted = std::function<void(std::span<const double> losses)>;

  void read(const PnlSource::Take& take);
  void split(std::uint64_t first, int bits);
  void add(const Group& group);
  void descend(const Sorted& take);
  std::vector<double> losses_of(const Group& group);
  static void repeat(const Group& group, const Sorted& take);
  void find_ranked();
  void estimate();
  double ranked(std::uint64_t rank) const;

  const PnlSource& source_;
  std::vector<double> levels_;
  double confidence_;
  std::uint64_t n_, count_, capacity_, grouped_ = 0, reads_ = 0;
  std::vector<Group> groups_;          // the largest losses first
  std::vector<double> held_;           // all of the tail, where it fits
  std::vector<std::uint64_t> places_;  // from the largest loss, ascending, of which the losses are needed
  std::vector<double> placed_;
  std::vector<Estimate> value_at_risk_, expected_shortfall_;
};

}  // namespace unhedged::risk
