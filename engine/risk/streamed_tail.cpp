#include "engine/risk/streamed_tail.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "engine/core/errors.hpp"
#include "engine/risk/sums.hpp"
#include "engine/risk/tail_formulas.hpp"

namespace unhedged::risk {
namespace {

constexpr int kDigitBits = 16, kAllBits = 64;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
constexpr std::uint64_t kSmallestCapacity = 4096;

/// Grows with the number. Zeros of both signs have the same.
std::uint64_t key_of(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x + 0.0);
  constexpr std::uint64_t sign = std::uint64_t{1} << 63;
  return (bits & sign) != 0 ? ~bits : bits | sign;
}

double number_of(std::uint64_t key) {
  constexpr std::uint64_t sign = std::uint64_t{1} << 63;
  return std::bit_cast<double>((key & sign) != 0 ? key & ~sign : ~key);
}

/// The last key of those that begin with the same `bits` as `first`, the rest of which is 0.
std::uint64_t last_with(std::uint64_t first, int bits) {
  return bits == kAllBits ? first : first | (~std::uint64_t{0} >> bits);
}

/// What blocked_sum makes of numbers that come one after the other.
class RunningSum {
 public:
  void add(double term) {
    block_[count_++] = term;
    if (count_ == kSumBlock) end_block();
  }
  double value() {
    if (count_ > 0) end_block();
    return total_.value();
  }

 private:
  void end_block() {
    const std::size_t whole = count_ / kStrands * kStrands;
    double strand[kStrands] = {};
    for (std::size_t i = 0; i < whole; i += kStrands)
      for (std::size_t k = 0; k < kStrands; ++k) strand[k] += block_[i + k];
    for (std::size_t i = whole; i < count_; ++i) strand[i - whole] += block_[i];
    for (const double s : strand) total_.add(s);
    count_ = 0;
  }

  double block_[kSumBlock];
  std::size_t count_ = 0;
  CompensatedSum total_;
};

}  // namespace

StreamedTail::StreamedTail(const PnlSource& source, std::vector<double> levels, double confidence,
                           std::size_t memory_bytes)
    : source_(source),
      levels_(std::move(levels)),
      confidence_(confidence),
      n_(source.size()),
      capacity_(std::max<std::uint64_t>(kSmallestCapacity, memory_bytes / sizeof(double))) {
  UNHEDGED_EXPECT(n_ > 0 && !levels_.empty());
  count_ = tail_count(n_, std::ranges::min(levels_), confidence_);
  split(0, 0);
  if (grouped_ <= capacity_) held_ = losses_of({groups_.back().first, groups_.front().last, grouped_});
  find_ranked();
  estimate();
}

void StreamedTail::read(const PnlSource::Take& take) {
  ++reads_;
  source_.read(take);
}

/// Counts the losses whose keys begin with the first `bits` of `first` by what comes next, and makes groups
/// of them until the tail is complete.
void StreamedTail::split(std::uint64_t first, int bits) {
  const int shift = kAllBits - bits - kDigitBits;
  const std::uint64_t last = last_with(first, bits);
  std::vector<std::uint64_t> counts(kDigits, 0);
  bool finite = true;
  read([&](std::span<const double> piece) {
    for (const double x : piece) {
      const std::uint64_t key = key_of(-x);
      finite = finite && std::isfinite(x);
      if (key >= first && key <= last) ++counts[key >> shift & (kDigits - 1)];
    }
  });
  if (!finite) throw NumericalError("a P&L is not a finite number");
  for (std::size_t digit = kDigits; digit-- > 0 && grouped_ < count_;) {
    if (counts[digit] == 0) continue;
    const std::uint64_t begin = first | static_cast<std::uint64_t>(digit) << shift;
    if (counts[digit] > capacity_ && shift > 0) split(begin, bits + kDigitBits);
    else add({begin, last_with(begin, bits + kDigitBits), counts[digit]});
  }
}

/// To the group before, if both fit into memory.
void StreamedTail::add(const Group& group) {
  grouped_ += group.count;
  if (!groups_.empty() && groups_.back().count + group.count <= capacity_) {
    groups_.back().first = group.first;
    groups_.back().count += group.count;
  } else {
    groups_.push_back(group);
  }
}

/// In descending order.
std::vector<double> StreamedTail::losses_of(const Group& group) {
  std::vector<double> losses;
  losses.reserve(static_cast<std::size_t>(group.count));
  read([&](std::span<const double> piece) {
    for (const double x : piece) {
      const std::uint64_t key = key_of(-x);
      if (key >= group.first && key <= group.last) losses.push_back(-x);
    }
  });
  std::ranges::sort(losses, std::greater<>{});
  return losses;
}

/// A group that does not fit into memory is of one number.
void StreamedTail::repeat(const Group& group, const Sorted& take) {
  const std::vector<double> same(kSmallestCapacity, number_of(group.first));
  for (std::uint64_t left = group.count; left > 0;) {
    const std::uint64_t now = std::min<std::uint64_t>(left, same.size());
    take(std::span(same).first(static_cast<std::size_t>(now)));
    left -= now;
  }
}

/// All losses of the tail, and perhaps some more, in descending order.
void StreamedTail::descend(const Sorted& take) {
  if (!held_.empty()) return take(held_);
  for (const Group& group : groups_) {
    if (group.count > capacity_) repeat(group, take);
    else take(losses_of(group));
  }
}

/// The losses at the ranks that are asked for, and those at the ends of the tail.
void StreamedTail::find_ranked() {
  places_ = {0, count_ - 1};
  for (const double level : levels_) {
    const RankInterval ranks = quantile_ranks(n_, level, confidence_);
    for (const std::uint64_t rank : {quantile_rank(n_, level), ranks.lower, ranks.upper})
      if (rank >= 1 && rank <= n_ && n_ - rank < count_) places_.push_back(n_ - rank);
  }
  std::ranges::sort(places_);
  std::uint64_t before = 0;
  descend([&](std::span<const double> losses) {
    for (; placed_.size() < places_.size() && places_[placed_.size()] - before < losses.size();)
      placed_.push_back(losses[static_cast<std::size_t>(places_[placed_.size()] - before)]);
    before += losses.size();
  });
}

double StreamedTail::ranked(std::uint64_t rank) const {
  const auto found = std::ranges::lower_bound(places_, n_ - rank);
  UNHEDGED_EXPECT(found != places_.end() && *found == n_ - rank);
  return placed_[static_cast<std::size_t>(found - places_.begin())];
}

void StreamedTail::estimate() {
  const double unit = power_of_two_near(std::max(std::abs(placed_.front()), std::abs(placed_.back())));
  const double per_unit = 1 / unit;
  std::vector<Shortfall> shortfalls;
  for (const double level : levels_)
    shortfalls.emplace_back(n_, level, ranked(quantile_rank(n_, level)) / unit);
  /// f(level, loss) for the losses beyond VaR of each level
  const auto each = [&](auto f) {
    std::uint64_t before = 0;
    descend([&](std::span<const double> losses) {
      for (std::size_t k = 0; k < levels_.size(); ++k) {
        const std::uint64_t beyond = shortfalls[k].beyond();
        const std::uint64_t count =
            beyond > before ? std::min<std::uint64_t>(beyond - before, losses.size()) : 0;
        for (std::size_t i = 0; i < count; ++i) f(k, losses[i] * per_unit);
      }
      before += losses.size();
    });
  };
  std::vector<RunningSum> sums(levels_.size()), squares(levels_.size()), cubes(levels_.size());
  each([&](std::size_t k, double x) { sums[k].add(x); });
  for (std::size_t k = 0; k < levels_.size(); ++k) shortfalls[k].set_sum(sums[k].value());
  each([&](std::size_t k, double x) {
    const double centred = shortfalls[k].centred()(x);
    squares[k].add(centred * centred);
    cubes[k].add(centred * centred * centred);
  });
  for (std::size_t k = 0; k < levels_.size(); ++k) {
    value_at_risk_.push_back(value_at_risk_of(n_, levels_[k], confidence_, unit,
                                              [this](std::uint64_t rank) { return ranked(rank); }));
    expected_shortfall_.push_back(
        shortfalls[k].estimate(squares[k].value(), cubes[k].value(), unit, confidence_));
  }
}

}  // namespace unhedged::risk
