#pragma once
#include <span>
#include <vector>

#include "engine/math/cubic_table.hpp"
#include "engine/pricing/row_filler.hpp"

namespace unhedged::pricing {

/// An expiry and the width of its narrowest bend.
struct Sized {
  const RowFiller* expiry;
  double width;
};

/// What a sum of rows is wanted for.
struct RowPlan {
  CallColumn column;
  double quote_level;
  Interval log_spot;  ///< where it will be asked for
  double step;        ///< between the points it will be asked for
  double interval;    ///< of its own tables, in units of widths
};

/// One column of several expiries at one quote_level, for many points. Expiries that bend on a wider scale
/// than the points stand apart are tabulated together first, by classes of like width: an expiry costs as
/// many evaluations as its own width asks, whatever the narrowest one needs. Expiries that are constant over
/// a run of points cost nothing there.
class RowSum {
 public:
  /// expects  widths > 0, ascending
  RowSum(std::span<const Sized> expiries, const RowPlan& plan);

  /// out += the sum. Neighbouring points should be close to each other.
  /// shapes  log_spot, out: [count]; count <= kLanes and a multiple of 16
  void add(const double* log_spot, std::size_t count, double* out) const;

  /// No value differs from the exact one by more.
  double error() const { return error_; }

 private:
  struct Member {
    const RowFiller* expiry;
    Interval changes;
    double above;  ///< its value where it has stopped to change
  };

  Member member_of(const RowFiller& expiry);
  void tabulate(std::span<const Sized> expiries);
  void add_run(const std::vector<Member>& members, const double* log_spot, std::size_t count,
               double* out) const;

  RowPlan plan_;
  std::vector<Member> direct_;
  std::vector<math::CubicTable> tables_;
  double error_ = 0;
};

}  // namespace unhedged::pricing
