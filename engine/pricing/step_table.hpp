#pragma once
#include <vector>

#include "engine/pricing/row_filler.hpp"

namespace unhedged::pricing {

/// One column of an expiry that is about to expire: constant but for narrow stretches around its strikes.
/// Points between the stretches cost a search; the few within them are exact.
class StepTable {
 public:
  /// `quote_level`: the highest it will be asked at; any if quotes do not move. The expiry outlives this.
  StepTable(const RowFiller& expiry, CallColumn column, double quote_level);

  /// Whether the stretches are so narrow that few of these points lie in them.
  static bool serves(const RowFiller& expiry, double quote_level, const Interval& log_spot);

  /// out += the column, exactly. shapes  log_spot, quote_level (null if quotes do not move), out: [count],
  /// count <= kLanes
  void add(const double* log_spot, const double* quote_level, std::size_t count, double* out) const;

 private:
  const RowFiller* expiry_;
  CallColumn column_;
  std::vector<double> edges_;   // low and high end of each stretch in turn, ascending
  std::vector<double> values_;  // before the first stretch, and after each
};

}  // namespace unhedged::pricing
