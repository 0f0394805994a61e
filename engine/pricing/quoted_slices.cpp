#include "engine/pricing/quoted_slices.hpp"

#include <algorithm>

#include "engine/pricing/up_curves.hpp"

namespace unhedged::pricing {
namespace {

/// Of the lowest level of the reach.
constexpr double kSafelyAbove = 0.9;

/// The gross of some expiries over that of a slice.
double share_of(const BookSlice& slice, std::span<const RowFiller* const> expiries, CallColumn column,
                double quote_level) {
  double gross = 0;
  for (const RowFiller* expiry : expiries) gross += expiry->gross(column, quote_level);
  return gross / slice.gross(column, quote_level);
}

/// In tables of their own: those whose prices stand still somewhere in the reach.
std::vector<std::vector<const RowFiller*>> groups_for_levels(const std::vector<const RowFiller*>& expiries,
                                                             const Reach& reach) {
  std::vector<std::vector<const RowFiller*>> out;
  std::vector<const RowFiller*> others;
  for (const RowFiller* expiry : expiries)
    if (expiry->still_below() > kSafelyAbove * reach.level_low) out.push_back({expiry});
    else others.push_back(expiry);
  if (!others.empty()) out.push_back(std::move(others));
  return out;
}

bool serves_levels(const BookSlice& slice) {
  return slice.moves_with_level && (slice.call_count() >= kFewestForLevels || slice.is_costly());
}

}  // namespace

QuotedSlices::QuotedSlices(const Model& model, const PricedBook& book, double time_years,
                           const std::vector<market::ImpliedCurve>& curves, const std::vector<bool>& used) {
  for (std::size_t curve = 0; curve < curves.size(); ++curve) {
    slices_.emplace_back();
    if (!used[curve]) continue;
    slices_.back() = std::make_unique<Slice>(model, book, time_years, curves[curve]);
  }
}

bool QuotedSlices::needs_reach() const {
  return std::ranges::any_of(slices_, [](const auto& slice) { return slice && serves_levels(slice->exact); });
}

void QuotedSlices::stand_in(const Model& model, const PricedBook& book, double time_years,
                            const std::vector<market::ImpliedCurve>& curves, const StandIn& by) {
  for (std::size_t curve = 0; curve < curves.size(); ++curve) {
    if (!slices_[curve]) continue;
    slices_[curve]->of_stand_ins = by.error;
    for (const CallArrays* calls : by.expiries)
      if (!calls->quantity.empty() && instruments::outlives(calls->expiry_years, time_years))
        slices_[curve]->stand_ins.push_back(
            model.rows(*calls, {time_years, book.carry, book.spot_today}, curves[curve]));
  }
}

void QuotedSlices::prepare(GreekSet greeks, const SurfaceSettings& settings, const Reach& reach) {
  for (const auto& slice : slices_) {
    if (!slice) continue;
    for (const CallColumn column : columns_of(greeks, slice->exact.delta_column())) {
      if (!slice->exact.moves_with_level) tabulate_still(*slice, column, settings, reach);
      else if (serves_levels(slice->exact)) tabulate_moving(*slice, column, settings, reach);
    }
  }
}

std::vector<const RowFiller*> QuotedSlices::tabled(const Slice& slice) {
  std::vector<const RowFiller*> out;
  for (const auto& expiry : slice.stand_ins.empty() ? slice.exact.expiries() : slice.stand_ins)
    out.push_back(expiry.get());
  return out;
}

/// Errors are fractions of the gross of what is tabulated, which is larger than that of what it stands for.
void QuotedSlices::tabulate_still(Slice& slice, CallColumn column, const SurfaceSettings& settings,
                                  const Reach& reach) {
  const std::vector<const RowFiller*> expiries = tabled(slice);
  double bound = settings.error_bound;
  if (!slice.stand_ins.empty()) {
    slice.of_gross = std::max(1.0, share_of(slice.exact, expiries, column, 0));
    bound = (bound - slice.of_stand_ins) / slice.of_gross;
  }
  const Interval within = settings.within_reach ? Interval{reach.log_spot_low, reach.log_spot_high}
                                                : Interval{-INFINITY, INFINITY};
  slice.still[static_cast<std::size_t>(column)] =
      std::make_unique<CallSurface>(expiries, column, bound, within);
}

/// Plain expiries and others in tables of their own.
void QuotedSlices::tabulate_moving(Slice& slice, CallColumn column, const SurfaceSettings& settings,
                                   const Reach& reach) {
  LevelTable::Book plain;
  std::vector<const RowFiller*> others;
  for (const RowFiller* expiry : tabled(slice))
    (expiry->is_plain() ? plain.expiries : others).push_back(expiry);
  plain.exact = &slice.exact;
  plain.error = slice.of_stand_ins;
  if (!others.empty())
    plain.share = std::min({1.0, share_of(slice.exact, plain.expiries, column, reach.level_low),
                            share_of(slice.exact, plain.expiries, column, reach.level_high)});
  const auto index = static_cast<std::size_t>(column);
  if (!plain.expiries.empty())
    slice.plain[index] = std::make_unique<LevelTable>(std::move(plain), column, reach, settings);
  for (std::vector<const RowFiller*>& group : groups_for_levels(others, reach))
    slice.moving[index].push_back(std::make_unique<LevelSurface>(std::move(group), column, reach, settings));
}

void QuotedSlices::add_column(const Slice& slice, CallColumn column, const market::AssetQuotes& quotes,
                              const Cuts* cuts, Lanes& out) {
  const double *x = quotes.log_spot->data(), *quote_level = quotes.quote_level->data();
  const auto index = static_cast<std::size_t>(column);
  if (cuts != nullptr && (*cuts)[index]) (*cuts)[index]->add(x, out.data());
  else if (slice.plain[index]) slice.plain[index]->add(x, quote_level, out.data());
  for (const auto& surface : slice.moving[index]) surface->add(x, quote_level, out.data());
  if (slice.plain[index] || !slice.moving[index].empty()) return;
  if (slice.still[index]) return slice.still[index]->add(x, kLanes, out.data());
  add_exactly(slice.exact, column, x, quote_level, kLanes, out.data());
}

void QuotedSlices::greek_of(const Slice& slice, Greek greek, const market::AssetQuotes& quotes,
                            const Cuts* cuts, Lanes& out) {
  if (greek == Greek::delta) {  // every step needs it: straight into its place
    const CallColumn column = slice.exact.delta_column();
    const auto& still = slice.still[static_cast<std::size_t>(column)];
    if (still) return still->set(slice.exact.linear_units, quotes.log_spot->data(), kLanes, out.data());
    out.fill(slice.exact.linear_units);
    return add_column(slice, column, quotes, cuts, out);
  }
  Lanes columns[3];
  std::size_t count = 0;
  for (const CallColumn column : columns_of(greek, slice.exact.delta_column())) {
    columns[count].fill(0.0);
    add_column(slice, column, quotes, cuts, columns[count++]);
  }
  assemble(slice.exact, greek, quotes.spot->data(), columns, kLanes, out.data());
}

/// Delta S - cash, where the delta is what calls hold of the asset.
void QuotedSlices::value_of(const Slice& slice, const market::AssetQuotes& quotes, const Lanes& delta,
                            Lanes& out) {
  if (slice.exact.delta_column() != CallColumn::shares)
    return greek_of(slice, Greek::value, quotes, nullptr, out);
  const auto& still = slice.still[static_cast<std::size_t>(CallColumn::cash)];
  if (still) {
    still->set(-slice.exact.linear_cash, quotes.log_spot->data(), kLanes, out.data());
  } else {
    out.fill(-slice.exact.linear_cash);
    add_column(slice, CallColumn::cash, quotes, nullptr, out);
  }
  const Lanes& spot = *quotes.spot;
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] = delta[lane] * spot[lane] - out[lane];
}

void QuotedSlices::evaluate_value(const market::AssetQuotes& quotes, const Lanes& delta, Lanes& out) const {
  choose(quotes, slices_.size(), out,
         [&](std::size_t curve, Lanes& lanes) { value_of(*slices_[curve], quotes, delta, lanes); });
}

void QuotedSlices::evaluate(Greek greek, const market::AssetQuotes& quotes, Lanes& out) const {
  choose(quotes, slices_.size(), out,
         [&](std::size_t curve, Lanes& lanes) { greek_of(*slices_[curve], greek, quotes, nullptr, lanes); });
}

void QuotedSlices::evaluate_at_first(Greek greek, const market::AssetQuotes& quotes, Lanes& out) const {
  greek_of(*slices_.front(), greek, quotes, nullptr, out);
}

/// A block at a time; what is left of the last one is filled up from the middle, as ends may be beyond what
/// tables cover.
void QuotedSlices::evaluate_line(Greek greek, const QuotedLine& line, std::span<double> out) const {
  const Slice& slice = *slices_[line.curve];
  Cuts cuts;
  for (const CallColumn column : columns_of(greek, slice.exact.delta_column()))
    if (const auto& plain = slice.plain[static_cast<std::size_t>(column)])
      cuts[static_cast<std::size_t>(column)].emplace(*plain, line.quote_level);
  const Lanes level = filled_with(line.quote_level);
  Lanes x, spot, values;
  const market::AssetQuotes quotes{&x, &spot, &level, {}, nullptr, 1};
  for (std::size_t first = 0; first < out.size(); first += kLanes) {
    const std::size_t count = std::min(kLanes, out.size() - first);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const std::size_t at = first + (lane < count ? lane : count / 2);
      x[lane] = line.log_spot[at];
      spot[lane] = line.spot[at];
    }
    greek_of(slice, greek, quotes, &cuts, values);
    std::copy_n(values.data(), count, out.begin() + static_cast<std::ptrdiff_t>(first));
  }
}

QuotedSlices::PlainDelta QuotedSlices::plain_delta(std::size_t curve) const {
  const Slice* const slice = slices_[curve].get();
  if (slice == nullptr) return {};
  const auto& still = slice->still[static_cast<std::size_t>(slice->exact.delta_column())];
  const math::CubicTable* const table = still ? still->whole() : nullptr;
  return table != nullptr ? PlainDelta{table->view(), slice->exact.linear_units} : PlainDelta{};
}

math::CubicView QuotedSlices::plain_cash(std::size_t curve) const {
  const Slice* const slice = slices_[curve].get();
  if (slice == nullptr) return {};
  const auto& still = slice->still[static_cast<std::size_t>(CallColumn::cash)];
  const math::CubicTable* const table = still ? still->whole() : nullptr;
  return table != nullptr ? table->view() : math::CubicView{};
}

SurfaceReport QuotedSlices::report_of(const Slice& slice) {
  SurfaceReport out;
  bool any = false;
  const auto take = [&](const SurfaceReport& one) { out = any ? out.beside(one) : one, any = true; };
  for (std::size_t column = 0; column < kColumns; ++column) {
    if (slice.still[column]) take(slice.still[column]->report());
    SurfaceReport moving;
    if (slice.plain[column]) moving.add(slice.plain[column]->report());
    for (const auto& surface : slice.moving[column]) moving.add(surface->report());
    if (slice.plain[column] || !slice.moving[column].empty()) take(moving);
  }
  const std::size_t calls = slice.exact.call_count();
  if (!any) out.exact = calls;
  else if (!slice.stand_ins.empty()) {
    out.refused = std::min(out.refused, calls);
    out.interpolated = calls - out.refused;
    if (!slice.exact.moves_with_level)
      out.worst_error = out.worst_error * slice.of_gross + slice.of_stand_ins;
  }
  return out;
}

void QuotedSlices::report(SurfaceReport& into) const {
  for (const auto& slice : slices_)
    if (slice) into.add(report_of(*slice));
}

}  // namespace unhedged::pricing
