#include "engine/pricing/row_filler.hpp"

#include <algorithm>

namespace unhedged::pricing {

std::span<const CallColumn> columns_of(Greek greek, CallColumn delta) {
  static constexpr CallColumn value[] = {CallColumn::shares, CallColumn::cash};
  static constexpr CallColumn theta[] = {CallColumn::shares, CallColumn::cash, CallColumn::decay};
  static constexpr CallColumn hedge[] = {CallColumn::hedge};
  static constexpr CallColumn gamma[] = {CallColumn::gamma}, vega[] = {CallColumn::vega};
  switch (greek) {
    case Greek::value: return value;
    case Greek::delta: return delta == CallColumn::hedge ? hedge : std::span(value).first(1);
    case Greek::gamma: return gamma;
    case Greek::vega: return vega;
    case Greek::theta: return theta;
  }
  return {};
}

std::vector<CallColumn> columns_of(GreekSet greeks, CallColumn delta) {
  std::vector<CallColumn> out;
  for (const Greek greek : kGreeks)
    for (const CallColumn column : columns_of(greek, delta))
      if (greeks.contains(greek) && std::ranges::find(out, column) == out.end()) out.push_back(column);
  return out;
}

void RowFiller::add_row(CallColumn column, double quote_level, const double* log_spot, std::size_t count,
                        double* out) const {
  double levels[kLanes];
  std::fill_n(levels, count, quote_level);
  add(column, log_spot, levels, count, out);
}

}  // namespace unhedged::pricing
