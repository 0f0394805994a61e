#pragma once
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/market/quotes.hpp"
#include "engine/pricing/level_surface.hpp"
#include "engine/pricing/level_table.hpp"
#include "engine/pricing/quoted_line.hpp"
#include "engine/pricing/surface.hpp"

namespace unhedged::pricing {

/// A book at one instant under each of the quotes that may be up: interpolated where the quotes
/// allow it, exact where they do not.
class QuotedSlices {
 public:
  /// `used`: curves that can be up at this time; the others are left out. Points into model and book.
  QuotedSlices(const Model& model, const PricedBook& book, double time_years,
               const std::vector<market::ImpliedCurve>& curves, const std::vector<bool>& used);

  /// Expiries that tables are filled from, which come to the same but for an error.
  struct StandIn {
    std::span<const CallArrays* const> expiries;
    double error;  ///< as a fraction of the gross
  };
  void stand_in(const Model& model, const PricedBook& book, double time_years,
                const std::vector<market::ImpliedCurve>& curves, const StandIn& by);

  /// Whether some slice is interpolated in log spot and quote_level, so that its reach is needed.
  bool needs_reach() const;

  /// Makes interpolants of the Greeks; until then, and where the bound cannot be met, all is exact.
  void prepare(GreekSet greeks, const SurfaceSettings& settings, const Reach& reach);

  /// A Greek of all contracts, each path at the quotes that are up on it.
  void evaluate(Greek greek, const market::AssetQuotes& quotes, Lanes& out) const;

  /// The value, where the delta is known.
  void evaluate_value(const market::AssetQuotes& quotes, const Lanes& delta, Lanes& out) const;

  /// Each path at curve 0, whatever is quoted.
  void evaluate_at_first(Greek greek, const market::AssetQuotes& quotes, Lanes& out) const;

  /// A Greek at many places of one of the quotes. shapes  out: [log spot]
  void evaluate_line(Greek greek, const QuotedLine& line, std::span<double> out) const;

  /// The delta of a curve where it is one table and no more.
  struct PlainDelta {
    math::CubicView table;  ///< without pieces: it is more
    double base = 0;        ///< to be added
  };
  PlainDelta plain_delta(std::size_t curve) const;
  /// What a value is read from besides the delta, where that is one table; else without pieces.
  math::CubicView plain_cash(std::size_t curve) const;

  /// Adds what became of the options.
  void report(SurfaceReport& into) const;

 private:
  struct Slice {
    Slice(const Model& model, const PricedBook& book, double time_years, const market::ImpliedCurve& curve)
        : exact(model, book, time_years, curve) {}

    BookSlice exact;
    std::vector<std::unique_ptr<RowFiller>> stand_ins;  ///< what tables are filled from; `exact` if empty
    double of_gross = 1;                                ///< their gross over that of `exact`
    double of_stand_ins = 0;                            ///< their error
    // one per column that tables were asked for; these point into both
    std::array<std::unique_ptr<const CallSurface>, kColumns> still;
    std::array<std::unique_ptr<const LevelTable>, kColumns> plain;
    std::array<std::vector<std::unique_ptr<const LevelSurface>>, kColumns> moving;  ///< what is not plain
  };

  static std::vector<const RowFiller*> tabled(const Slice& slice);
  static void tabulate_still(Slice& slice, CallColumn column, const SurfaceSettings& settings,
                             const Reach& reach);
  static void tabulate_moving(Slice& slice, CallColumn column, const SurfaceSettings& settings,
                              const Reach& reach);
  /// Tables of plain expiries at the level of all paths.
  using Cuts = std::array<std::optional<LevelTable::Cut>, kColumns>;

  static void add_column(const Slice& slice, CallColumn column, const market::AssetQuotes& quotes,
                         const Cuts* cuts, Lanes& out);
  /// `cuts`: null where levels differ
  static void greek_of(const Slice& slice, Greek greek, const market::AssetQuotes& quotes, const Cuts* cuts,
                       Lanes& out);
  static void value_of(const Slice& slice, const market::AssetQuotes& quotes, const Lanes& delta, Lanes& out);
  static SurfaceReport report_of(const Slice& slice);

  std::vector<std::unique_ptr<Slice>> slices_;  // null where the curve is not used
};

}  // namespace unhedged::pricing
