#pragma once
#include <vector>

#include "engine/pricing/row_filler.hpp"

namespace unhedged::pricing {

/// One column of an expiry that is about to expire: constant but for narrow stretches around its strikes.
/// Points between the stretches cost a search; the few within them are exact.
class StepTable {
 public:
  /// expects  the expiry, which outlives this, does not move with the quote_level
  StepTable(const RowFiller& expiry, CallColumn column);

  /// Whether the stretches are so narrow that few points lie in them.
  static bool serves(const RowFiller& expiry);

  /// out += the column, exactly. shapes  log_spot, out: [count], count <= kLanes
  void add(const double* log_spot, std::size_t count, double* out) const;

 private:
  const RowFiller* expiry_;
  CallColumn column_;
  std::vector<double> edges_;   // low and high end of each stretch in turn, ascending
  std::vector<double> values_;  // before the first stretch, and after each
};

}  // namespace unhedged::pricing
