#include "engine/pricing/valuation.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <optional>

#include "engine/pricing/quoted_slices.hpp"
#include "engine/pricing/stand_ins.hpp"

namespace unhedged::pricing {
namespace {

/// So many expiries are tabulated as they are in the shortest stretches of time, where quotes stand still
/// and where they move.
constexpr std::size_t kFewStill = 64, kFewInStretch = 24;

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
        reach_(what.used->size()),
        plain_(what.used->size() * curves_.size()),
        plain_cash_(plain_.size()) {
    for (std::size_t step = 0; step < what.used->size(); ++step) {
      used_.push_back(follows_quotes_ ? (*what.used)[step] : std::vector<bool>(curves_.size(), true));
      slices_.emplace_back(*model_, *book_, times_[step], curves_, used_.back());
    }
  }

  std::size_t steps() const override { return slices_.size(); }

  bool needs_reach() const override { return settings_.within_reach || moves(); }

  void share(const std::vector<Reach>& reach) override {
    const bool moves = this->moves();
    if (needs_reach()) reach_.assign(reach.begin(), reach.begin() + static_cast<std::ptrdiff_t>(steps()));
    std::vector<const CallArrays*> smooth, others;
    for (const CallArrays& calls : book_->expiries) (is_smooth(calls) ? smooth : others).push_back(&calls);
    const double bound = moves ? settings_.plain_bound : settings_.error_bound;
    const StandIns::Density& density =
        bound < 2 * StandIns::kUsual.error ? StandIns::kDense : StandIns::kUsual;
    if (smooth.size() <= StandIns::kFewExpiries || bound < 2 * density.error)
      return share({{0, steps()}}, all_expiries());
    stand_ins_.emplace(smooth, book_->carry, times_, moves ? kFewInStretch : kFewStill, density);
    std::vector<std::vector<const CallArrays*>> expiries(steps(), others);
    std::map<const CallArrays*, Steps> used;  // the same expiry may serve several stretches
    for (const StandIns::Stretch& stretch : stand_ins_->stretches())
      for (const CallArrays* calls : stretch.expiries) {
        used[calls].push_back({stretch.first, stretch.end});
        for (std::size_t step = stretch.first; step < stretch.end; ++step) expiries[step].push_back(calls);
      }
    std::map<Steps, std::vector<const CallArrays*>> alike;
    for (const auto& [calls, where] : used) alike[where].push_back(calls);
    for (const auto& [where, calls] : alike) share(where, calls);
    share({{0, steps()}}, others);
    for (std::size_t step = 0; step < steps(); ++step)
      slices_[step].stand_in(*model_, *book_, times_[step], curves_, {expiries[step], stand_ins_->error()});
  }

  std::size_t parts() const override { return model_->parts(); }
  void make(std::size_t part) override { model_->make(part); }

  void prepare(std::size_t step) override {
    slices_[step].prepare(greeks_, settings_, reach_[step]);
    for (std::size_t curve = 0; curve < curves_.size(); ++curve)
      plain_[curve * steps() + step] = slices_[step].plain_delta(curve);
    for (std::size_t curve = 0; curve < curves_.size() && greeks_.contains(Greek::value); ++curve)
      plain_cash_[curve * steps() + step] = slices_[step].plain_cash(curve);
  }

  void fetch(std::size_t step, const market::AssetQuotes& quotes) const override {
    const QuotedSlices::PlainDelta* const plain = plain_delta(step, quotes);
    if (plain == nullptr) return;
    math::table_kernels().fetch(plain->table, quotes.log_spot->data(), kLanes);
    const math::CubicView& cash = plain_cash_[static_cast<std::size_t>(plain - plain_.data())];
    if (cash.pieces != nullptr) math::table_kernels().fetch(cash, quotes.log_spot->data(), kLanes);
  }

  void evaluate(std::size_t step, const market::AssetQuotes& quotes, Greek greek, Lanes& out) const override {
    const QuotedSlices::PlainDelta* plain = greek == Greek::delta ? plain_delta(step, quotes) : nullptr;
    if (plain != nullptr)
      return math::table_kernels().set(plain->table, plain->base, quotes.log_spot->data(), kLanes,
                                       out.data());
    if (follows_quotes_) return slices_[step].evaluate(greek, quotes, out);
    slices_[step].evaluate_at_first(greek, quotes, out);
  }

  void evaluate_value(std::size_t step, const market::AssetQuotes& quotes, const Lanes& delta,
                      Lanes& out) const override {
    if (follows_quotes_) return slices_[step].evaluate_value(quotes, delta, out);
    evaluate(step, quotes, Greek::value, out);
  }

  void evaluate_line(std::size_t step, const QuotedLine& line, Greek greek,
                     std::span<double> out) const override {
    QuotedLine own = line;
    if (!follows_quotes_) own.curve = 0;
    slices_[step].evaluate_line(greek, own, out);
  }

  void report(SurfaceReport& into) const override {
    for (const QuotedSlices& slice : slices_) slice.report(into);
  }

 private:
  bool moves() const {
    return std::ranges::any_of(slices_, [](const QuotedSlices& slice) { return slice.needs_reach(); });
  }

  /// Of all lanes, if that is one table.
  const QuotedSlices::PlainDelta* plain_delta(std::size_t step, const market::AssetQuotes& quotes) const {
    if (follows_quotes_ && !std::has_single_bit(quotes.curves_present)) return nullptr;
    const auto curve =
        follows_quotes_ ? static_cast<std::size_t>(std::countr_zero(quotes.curves_present)) : 0;
    const QuotedSlices::PlainDelta& plain = plain_[curve * steps() + step];
    return plain.table.pieces != nullptr ? &plain : nullptr;
  }

  bool is_smooth(const CallArrays& calls) const {
    return std::ranges::all_of(curves_,
                               [&](const auto& curve) { return model_->is_smooth_in_life(calls, curve); });
  }

  std::vector<const CallArrays*> all_expiries() const {
    std::vector<const CallArrays*> out;
    for (const CallArrays& calls : book_->expiries) out.push_back(&calls);
    return out;
  }

  using Steps = std::vector<std::pair<std::size_t, std::size_t>>;  ///< from one to before another

  /// What expiries have in common in some steps.
  void share(const Steps& where, const std::vector<const CallArrays*>& expiries) {
    std::vector<Model::Planned> planned;
    for (const auto& [first, end] : where)
      for (std::size_t step = first; step < end; ++step)
        for (std::size_t curve = 0; curve < curves_.size(); ++curve)
          if (used_[step][curve] && (!curves_[curve].moves_with_level || slices_[step].needs_reach()))
            planned.push_back({times_[step], &curves_[curve], reach_[step]});
    model_->share(expiries, book_->carry, planned, columns_of(greeks_, model_->delta_column()));
  }

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
  std::optional<StandIns> stand_ins_;
  // [curve][step]: every step of most books looks at one table, which is kept at hand
  std::vector<QuotedSlices::PlainDelta> plain_;
  std::vector<math::CubicView> plain_cash_;  // the same of what values need besides
};

}  // namespace

std::shared_ptr<Valuation> make_valuation(const Believed& believed, const Valued& what) {
  std::vector<market::ImpliedCurve> own;
  if (const auto curve = believed->own_curve()) own.push_back(*curve);
  return std::make_shared<TabulatedValuation>(believed->model(), what, own);
}

}  // namespace unhedged::pricing
