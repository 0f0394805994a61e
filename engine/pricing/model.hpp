#pragma once
#include <memory>
#include <span>

#include "engine/market/implied_curve.hpp"
#include "engine/pricing/priced_book.hpp"
#include "engine/pricing/row_filler.hpp"

namespace unhedged::pricing {

/// Where the log spot and the quote_level are expected to be; whatever lies outside is priced exactly.
struct Reach {
  double log_spot_low = 0, log_spot_high = 0;
  double level_low = 0, level_high = 0;

  void cover(double log_spot, double quote_level);
  /// A little wider than what was seen.
  Reach widened() const;

  bool operator==(const Reach&) const = default;
};

/// When calls are looked at, and under which quote.
struct Moment {
  double time_years = 0;
  Carry carry;
  double spot_today = 0;
};

/// What a desk believes prices calls. A model is one file: this, and its rows.
class Model {
 public:
  virtual ~Model() = default;

  /// The calls of an expiry after `moment.time_years`. They point into `calls` and the model.
  virtual std::unique_ptr<RowFiller> rows(const CallArrays& calls, const Moment& moment,
                                          const market::ImpliedCurve& curve) const = 0;

  /// What delta is a sum of: shares, unless what is held against a call is not the derivative of its price.
  virtual CallColumn delta_column() const { return CallColumn::shares; }

  /// Whether single calls are tabulated where quotes move, because exact prices cost so much.
  virtual bool is_costly() const { return false; }

  /// Whether, at any log-moneyness and quote_level, prices are smooth functions of the log of the life, the
  /// standard deviation growing no faster than life: other expiries can then stand in for this one.
  virtual bool is_smooth_in_life(const CallArrays&, const market::ImpliedCurve&) const { return false; }

  /// Decides what the rows of some expiries at many times have in common, before the first is asked for;
  /// nothing unless a model says so. It is made part by part, before rows are used. `planned`: the slices
  /// that tables will be made of, and where paths go then.
  struct Planned {
    double time_years;
    const market::ImpliedCurve* curve;
    Reach reach;
  };
  virtual void share(std::span<const CallArrays* const>, const Carry&, std::span<const Planned>,
                     std::span<const CallColumn>) {}

  /// Parts of what is shared, which may be made in any order and at once.
  virtual std::size_t parts() const { return 0; }
  virtual void make(std::size_t /*part*/) {}
};

}  // namespace unhedged::pricing
