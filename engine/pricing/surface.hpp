#pragma once
#include <cmath>
#include <vector>

#include "engine/math/cubic_table.hpp"
#include "engine/pricing/book_slice.hpp"
#include "engine/pricing/row_sum.hpp"
#include "engine/pricing/step_table.hpp"
#include "engine/pricing/table_settings.hpp"

/// The whole book as a few interpolants in the log spot, so that its cost does not depend on how many
/// options it has. Only for volatilities that do not move along the path; see level_surface.hpp for those
/// that do.
namespace unhedged::pricing {

/// One column of part of a slice as tables.
class CallSurface {
 public:
  /// `within`: log spots beyond which plain expiries are exact.
  /// expects  no expiry moves with the quote_level; all outlive this
  CallSurface(std::span<const RowFiller* const> expiries, CallColumn column, double error_bound,
              const Interval& within = {-INFINITY, INFINITY});

  const SurfaceReport& report() const { return report_; }

  /// out += the column of all calls, those in no table exactly. shapes  [count], count <= kLanes
  void add(const double* log_spot, std::size_t count, double* out) const;
  /// out = base + the same
  void set(double base, const double* log_spot, std::size_t count, double* out) const;
  /// The table that is all of it, if there is one alone and nothing beyond its ends; else null.
  const math::CubicTable* whole() const;

 private:
  /// Expiries of like width and the table of their sum.
  struct Group {
    std::vector<const RowFiller*> expiries;
    math::CubicTable table;
    /// Whether the sum is constant beyond the table; with a smile it is not, nor where the table ends early.
    bool flat_outside;
  };

  std::vector<Sized> without_plain(std::vector<Sized> sized);
  void tabulate(std::span<const Sized> group);
  void give_up(std::span<const Sized> group);
  void keep(std::span<const Sized> group, math::CubicTable table, double error);
  void add(const Group& group, const double* log_spot, std::size_t count, double* out) const;
  void add_from(std::size_t group, const double* log_spot, std::size_t count, double* out) const;

  CallColumn column_;
  double error_bound_;
  Interval within_;
  std::vector<Group> groups_;
  std::vector<StepTable> steps_;        // too narrow for a table of cubics
  std::vector<const RowFiller*> rest_;  // in no table
  SurfaceReport report_;
};

}  // namespace unhedged::pricing
