#include "engine/pricing/valuation.hpp"

#include <algorithm>

#include "engine/pricing/quoted_slices.hpp"

namespace unhedged::pricing {
namespace {

/// From the rows of a model.
class TabulatedValuation final : public Valuation {
 public:
  /// `own`: the curves the model goes by if it does not follow the quotes.
  TabulatedValuation(std::unique_ptr<Model> model, const Valued& what,
                     const std::vector<market::ImpliedCurve>& own)
      : model_(std::move(model)),
        book_(what.book),
        greeks_(what.greeks),
        settings_(what.settings),
        follows_quotes_(own.empty()),
        curves_(follows_quotes_ ? *what.quotes : own),
        times_(what.times_years),
        reach_(what.used->size()) {
    for (std::size_t step = 0; step < what.used->size(); ++step) {
      used_.push_back(follows_quotes_ ? (*what.used)[step] : std::vector<bool>(curves_.size(), true));
      slices_.emplace_back(*model_, *book_, times_[step], curves_, used_.back());
    }
  }

  std::size_t steps() const override { return slices_.size(); }

  bool needs_reach() const override {
    return std::ranges::any_of(slices_, [](const QuotedSlices& slice) { return slice.needs_reach(); });
  }

  void share(const std::vector<Reach>& reach) override {
    if (needs_reach()) reach_ = reach;
    std::vector<Model::Planned> planned;
    for (std::size_t step = 0; step < slices_.size(); ++step)
      for (std::size_t curve = 0; curve < curves_.size(); ++curve)
        if (used_[step][curve] && (!curves_[curve].moves_with_level || slices_[step].needs_reach()))
          planned.push_back({times_[step], &curves_[curve], reach_[step]});
    model_->share(*book_, planned, columns_of(greeks_));
  }

  void prepare(std::size_t step) override { slices_[step].prepare(greeks_, settings_, reach_[step]); }

  void evaluate(std::size_t step, const market::AssetQuotes& quotes, Greek greek, Lanes& out) const override {
    if (follows_quotes_) return slices_[step].evaluate(greek, quotes, out);
    slices_[step].evaluate_at_first(greek, quotes, out);
  }

  void report(SurfaceReport& into) const override {
    for (const QuotedSlices& slice : slices_) slice.report(into);
  }

 private:
  std::unique_ptr<Model> model_;
  const PricedBook* book_;
  GreekSet greeks_;
  SurfaceSettings settings_;
  bool follows_quotes_;
  std::vector<market::ImpliedCurve> curves_;
  std::vector<double> times_;            // [step]
  std::vector<std::vector<bool>> used_;  // [step][curve]
  std::vector<QuotedSlices> slices_;     // [step]
  std::vector<Reach> reach_;             // [step]
};

}  // namespace

std::shared_ptr<Valuation> make_valuation(const Believed& believed, const Valued& what) {
  std::vector<market::ImpliedCurve> own;
  if (const auto curve = believed->own_curve()) own.push_back(*curve);
  return std::make_shared<TabulatedValuation>(believed->model(), what, own);
}

}  // namespace unhedged::pricing
