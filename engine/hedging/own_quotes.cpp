#include "engine/hedging/own_quotes.hpp"

#include "engine/hedging/recalibration.hpp"

#include <algorithm>

#include "engine/math/scalar.hpp"

namespace unhedged::hedging {
namespace {

using pricing::RealisedVolatility;
using Weights = RealisedVolatility::Weights;

/// What the looks of a window have in common on all paths.
struct WindowLook {
  std::size_t slot = 0;          ///< of the move that ends now
  double prior = 0;              ///< variance times years that moves do not fill
  double per_year = 0;           ///< 1 / years of the mean
  std::vector<std::size_t> out;  ///< slots of moves that leave without one taking their place
};

/// Looks of a desk that means squared moves over a window, step by step.
std::vector<WindowLook> window_looks(const RealisedVolatility& how, double prior, const TimeGrid& grid,
                                     std::size_t& slots) {
  std::vector<WindowLook> out(how.looks.size());
  std::vector<double> begins, ends;  // of the moves so far
  std::vector<std::size_t> slot_of, free;
  std::size_t first = 0;  // move in the window
  double last = 0;
  slots = 0;
  for (std::size_t step = 1; step < how.looks.size(); ++step) {
    if (how.looks[step] == 0) continue;
    const double now = grid.time(step), window = how.of_weights, slack = kGridTolerance * grid.dt_years;
    WindowLook& look = out[step];
    while (first < begins.size() && begins[first] < now - window - slack) free.push_back(slot_of[first++]);
    if (free.empty()) free.push_back(slots++);
    look.slot = free.back();
    free.pop_back();
    look.out = free;
    begins.push_back(last), ends.push_back(now), slot_of.push_back(look.slot);
    const double covered = now - begins[first], missing = std::max(0.0, window - now);
    look.prior = prior * missing;
    look.per_year = 1 / (covered + missing);
    last = now;
  }
  return out;
}

/// From the moves of the price.
class Realised : public OwnQuotes {
 public:
  Realised(const RealisedVolatility& how, const OwnQuotesTerms& terms)
      : how_(how), grid_(terms.grid), prior_(how.prior.value_or(terms.volatility_today)) {
    prior_ *= prior_;
  }

  void start() override {
    level_.fill(std::clamp(prior_, pricing::kLeastOwnVariance, pricing::kGreatestOwnVariance));
    last_look_ = 0;
    begin();
  }

  void look(std::size_t step, const market::AssetQuotes& shown) override {
    quotes_ = shown;
    quotes_.quote_level = &level_;
    if (step == 0) last_ = *shown.log_spot;
    if (step == 0 || how_.looks[step] == 0) return;
    take(step, *shown.log_spot);
    last_look_ = grid_.time(step);
  }

  std::size_t lanes() const override { return 3; }

 protected:
  virtual void begin() = 0;
  virtual void take(std::size_t step, const Lanes& log_spot) = 0;

  RealisedVolatility how_;
  TimeGrid grid_;
  double prior_;          // variance
  double last_look_ = 0;  // years
  Lanes last_, mean_, level_;
};

class Decaying final : public Realised {
 public:
  using Realised::Realised;

 private:
  void begin() override { mean_.fill(prior_); }
  void take(std::size_t step, const Lanes& log_spot) override {
    const double passed = grid_.time(step) - last_look_;
    const double keep = how_.weights == Weights::lambda
                            ? how_.of_weights
                            : scalar::exp(-scalar::log(2.0) * passed / how_.of_weights);
    level_kernels().decay(keep, (1 - keep) / passed, log_spot, last_, mean_, level_);
  }
};

class InWindow final : public Realised {
 public:
  InWindow(const RealisedVolatility& how, const OwnQuotesTerms& terms) : Realised(how, terms) {
    std::size_t slots = 0;
    looks_ = window_looks(how, prior_, grid_, slots);
    squares_.resize(slots);
  }

  std::size_t lanes() const override { return 3 + squares_.size(); }

 private:
  void begin() override {
    mean_.fill(0);
    for (Lanes& square : squares_) square.fill(0);
  }
  void take(std::size_t step, const Lanes& log_spot) override {
    const WindowLook& look = looks_[step];
    for (const std::size_t slot : look.out) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) mean_[lane] -= squares_[slot][lane];
      squares_[slot].fill(0);
    }
    level_kernels().slide(look.prior, look.per_year, log_spot, last_, squares_[look.slot], mean_, level_);
  }

  std::vector<WindowLook> looks_;  // [step]
  std::vector<Lanes> squares_;
};

}  // namespace

std::unique_ptr<OwnQuotes> make_own_quotes(const pricing::Belief& belief, const OwnQuotesTerms& terms) {
  const pricing::OwnLevel* level = belief.own_level();
  if (level == nullptr) return nullptr;
  if (auto recalibrated = make_recalibrated(belief, terms)) return recalibrated;
  const auto* realised = std::get_if<RealisedVolatility>(level);
  if (realised->weights == Weights::window) return std::make_unique<InWindow>(*realised, terms);
  return std::make_unique<Decaying>(*realised, terms);
}

}  // namespace unhedged::hedging
