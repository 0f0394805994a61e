#include "engine/pricing/contract_valuation.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "engine/math/scalar.hpp"
#include "engine/pricing/contract_kernels.hpp"
#include "engine/pricing/up_curves.hpp"

namespace unhedged::pricing {
namespace {

using instruments::ContractPart;

/// Errors are fractions of the greatest value of the column of one contract: for barriers that of a spike.
constexpr double kContractBound = 1e-5;
/// Tables end so many deviations beyond the bends where quotes change everywhere.
constexpr double kFarthest = 9, kFarthestAtLeast = 0.5;
/// Variances below this share of the highest are seldom seen, and need the finest steps.
constexpr double kLeastLevel = 0.02;

void greek_of(Greek greek, const Carry& carry, const Lanes& spot, const ContractPart& part,
              const Lanes* column, Lanes& out) {
  const std::size_t columns = columns_of(greek).size();
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    double of_lane[3] = {};
    for (std::size_t k = 0; k < columns; ++k) of_lane[k] = column[k][lane];
    out[lane] = greek_of_shape(greek, carry, {spot[lane], part.reference_of(lane)}, of_lane);
  }
}

}  // namespace

ContractValuation::ContractValuation(PricedContract what)
    : valued_(std::move(what)), shapes_(valued_.quoted.contract->shapes()) {
  valued_.settings.error_bound = std::max(valued_.settings.error_bound, kContractBound);
  valued_.settings.moving_bound = std::max(valued_.settings.moving_bound, kContractBound);
  for (std::size_t step = 0; step < steps(); ++step) {
    auto& row = slices_.emplace_back(valued_.curves.size() * shapes_);
    const double time = valued_.times_years[step];
    if (!instruments::outlives(valued_.quoted.contract->expiry_years(), time)) continue;
    for (std::size_t curve = 0; curve < valued_.curves.size(); ++curve) {
      if (valued_.follows_quotes && !(*valued_.used)[step][curve]) continue;
      for (std::size_t shape = 0; shape < shapes_; ++shape)
        row[curve * shapes_ + shape] =
            std::make_unique<Slice>(ContractRows(valued_.quoted, shape, time, valued_.curves[curve]));
    }
  }
}

bool ContractValuation::needs_reach() const {
  if (valued_.quoted.contract->is_tabulated()) return false;
  return std::ranges::any_of(valued_.curves, [](const auto& curve) { return curve.moves_with_level; });
}

/// In x. `log_reference`: NaN if it differs from path to path.
Reach ContractValuation::reach_of(const ContractRows& rows, const Reach& market, double log_reference) const {
  const Interval bends = rows.money();
  const double widest = rows.width(CallColumn::shares, market.level_high, bends),
               margin = std::max(kFarthest * widest, kFarthestAtLeast);
  Reach out{bends.low - margin, bends.high + margin, market.level_low, market.level_high};
  out.level_low = std::max(out.level_low, market.level_high * kLeastLevel);
  if (std::isfinite(log_reference)) {
    out.log_spot_low = std::max(out.log_spot_low, market.log_spot_low - log_reference);
    out.log_spot_high = std::min(out.log_spot_high, market.log_spot_high - log_reference);
  }
  out.log_spot_low = std::max(out.log_spot_low, rows.outline().low);
  out.log_spot_high = std::min(out.log_spot_high, rows.outline().high);
  if (!(out.log_spot_low < out.log_spot_high))
    out.log_spot_low = bends.low - 1e-3, out.log_spot_high = bends.high + 1e-3;
  return out;
}

void ContractValuation::prepare(std::size_t step, const Reach& reach) {
  if (valued_.quoted.contract->is_tabulated()) return;
  const std::vector<Lanes> memory(valued_.quoted.contract->memory());
  std::vector<double> log_reference(shapes_, NAN);
  for (const ContractPart& part : valued_.quoted.contract->parts(memory, valued_.times_years[step]))
    if (part.reference == nullptr)
      log_reference[part.shape] = scalar::log(part.fixed_reference / valued_.spot_today);
  for (std::size_t k = 0; k < slices_[step].size(); ++k) {
    Slice* const slice = slices_[step][k].get();
    if (slice == nullptr) continue;
    const RowFiller* const rows = &slice->rows;
    for (const CallColumn column : columns_of(valued_.greeks)) {
      const auto index = static_cast<std::size_t>(column);
      if (!rows->moves_with_level())
        slice->still[index] =
            std::make_unique<CallSurface>(std::span(&rows, 1), column, valued_.settings.error_bound);
      else
        slice->moving[index] = std::make_unique<LevelSurface>(
            std::vector<const RowFiller*>{rows}, column,
            reach_of(slice->rows, reach, log_reference[k % shapes_]), valued_.settings);
    }
  }
}

void ContractValuation::column_on(const Slice& slice, CallColumn column, const Lanes& x,
                                  const Lanes& quote_level, Lanes& out) const {
  const auto index = static_cast<std::size_t>(column);
  if (slice.still[index]) return slice.still[index]->set(0, x.data(), kLanes, out.data());
  out.fill(0);
  if (slice.moving[index]) slice.moving[index]->add(x.data(), quote_level.data(), out.data());
  else slice.rows.add(column, x.data(), quote_level.data(), kLanes, out.data());
}

void ContractValuation::column_of(const Place& place, CallColumn column, const market::AssetQuotes& quotes,
                                  Lanes& out) const {
  const auto on_curve = [&](std::size_t curve, Lanes& lanes) {
    column_on(*slices_[place.step][curve * shapes_ + place.shape], column, place.x, *quotes.quote_level,
              lanes);
  };
  if (!valued_.follows_quotes) on_curve(0, out);
  else choose(quotes, valued_.curves.size(), out, on_curve);
  if (place.outside > 0) beyond_the_ends(place, column, quotes, out);
}

/// Where a shape has come to its end, on the few paths that go there, it is what its contract says.
void ContractValuation::beyond_the_ends(const Place& place, CallColumn column,
                                        const market::AssetQuotes& quotes, Lanes& out) const {
  const instruments::ShapeOutline& outline = *place.outline;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double x = place.x[lane];
    if (x >= outline.low && x <= outline.high) continue;
    const std::size_t curve = valued_.follows_quotes ? quotes.curve->value[lane] : 0;
    const ContractRows& rows = slices_[place.step][curve * shapes_ + place.shape]->rows;
    out[lane] = rows.beyond(column, x, (*quotes.quote_level)[lane]);
  }
}

/// Where the paths stand on a shape.
void ContractValuation::find(const ContractPart& part, const market::AssetQuotes& quotes,
                             Place& place) const {
  const std::size_t any =
      valued_.follows_quotes ? static_cast<std::size_t>(std::countr_zero(quotes.curves_present)) : 0;
  place.shape = part.shape;
  place.outline = &slices_[place.step][any * shapes_ + part.shape]->rows.outline();
  const double middle = 0.5 * (place.outline->bend_low + place.outline->bend_high);
  Placing how{0, 1 / valued_.spot_today, middle, place.outline->low, place.outline->high};
  if (part.reference == nullptr) {
    how.log_reference = scalar::log(part.fixed_reference / valued_.spot_today);
    place.outside = contract_kernels().place(how, *quotes.log_spot, part.weight, place.x);
  } else {
    place.outside =
        contract_kernels().place_each(how, *quotes.log_spot, part.weight, *part.reference, place.x);
  }
}

void ContractValuation::add(std::size_t step, const market::AssetQuotes& quotes,
                            instruments::ConstMemory memory, Greek greek, double quantity, Lanes& out) const {
  const double time = valued_.times_years[step];
  if (!instruments::outlives(valued_.quoted.contract->expiry_years(), time)) return;
  const std::span<const CallColumn> columns = columns_of(greek);
  Place place;
  place.step = step;
  Lanes column[3], whole;
  for (const ContractPart& part : valued_.quoted.contract->parts(memory, time)) {
    find(part, quotes, place);
    for (std::size_t k = 0; k < columns.size(); ++k) column_of(place, columns[k], quotes, column[k]);
    if (greek != Greek::delta) greek_of(greek, valued_.quoted.carry, *quotes.spot, part, column, whole);
    contract_kernels().add_weighted(quantity, part.weight, greek == Greek::delta ? column[0] : whole, out);
  }
}

void ContractValuation::report(SurfaceReport& into) const {
  for (const auto& row : slices_)
    for (const auto& slice : row) {
      if (!slice) continue;
      SurfaceReport one;
      bool any = false;
      for (std::size_t k = 0; k < kColumns; ++k) {
        const SurfaceReport* const report = slice->still[k]    ? &slice->still[k]->report()
                                            : slice->moving[k] ? &slice->moving[k]->report()
                                                               : nullptr;
        if (report != nullptr) one = any ? one.beside(*report) : *report, any = true;
      }
      if (!any) one.exact = 1;
      into.add(one);
    }
}

}  // namespace unhedged::pricing
