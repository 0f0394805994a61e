#include "engine/hedging/recalibration.hpp"

#include <cmath>

namespace unhedged::hedging {
namespace {

using pricing::ModelQuotes;
using pricing::Recalibration;

/// Looks at quotes at intervals.
class Recalibrated : public OwnQuotes {
 public:
  explicit Recalibrated(const Recalibration& how) : how_(how) {}

  void start() override {
    for (Lanes* lanes : {&record_.squared_error, &record_.drift, &record_.failures}) lanes->fill(0.0);
    record_.calibrations = 0;
  }

  void look(std::size_t step, const market::AssetQuotes& shown) override {
    quotes_ = shown;
    if (how_.looks[step] != 0) {
      calibrate(shown);
      record_.calibrations += 1;
    }
    quotes_.quote_level = &level_;
    keep();
  }

  const CalibrationRecord* record() const override { return &record_; }
  std::size_t lanes() const override { return 5; }

 protected:
  virtual void calibrate(const market::AssetQuotes& shown) = 0;
  virtual void keep() {}

  bool is_first() const { return record_.calibrations == 0; }
  static double quote(const market::AssetQuotes& shown, std::size_t lane, double life, double k) {
    return shown.curves[shown.curve->value[lane]].volatility(life, (*shown.quote_level)[lane], k);
  }

  Recalibration how_;
  CalibrationRecord record_;
  Lanes level_, quoted_;  // quoted_: at the money, as calibrated to
};

/// Every option at the quote that it had then, by its moneyness and life.
class HeldQuotes final : public Recalibrated {
 public:
  using Recalibrated::Recalibrated;

 private:
  void calibrate(const market::AssetQuotes& shown) override {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double now = quote(shown, lane, how_.life_years, 0);
      if (!is_first()) record_.drift[lane] += std::abs(now - quoted_[lane]);
      quoted_[lane] = now;
    }
    level_ = *shown.quote_level;
    curve_ = *shown.curve;
    present_ = 0;
    for (const std::uint8_t curve : curve_.value) present_ |= std::uint64_t{1} << curve;
  }
  void keep() override {
    quotes_.curve = &curve_;
    quotes_.curves_present = present_;
  }

  LaneIndex curve_{};
  std::uint64_t present_ = 1;
};

/// A variance at which the model quotes what the market does at the money, for one life.
class CalibratedLevel final : public Recalibrated {
 public:
  CalibratedLevel(const Recalibration& how, const ModelQuotes& model) : Recalibrated(how), model_(&model) {}

 private:
  void calibrate(const market::AssetQuotes& shown) override {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double now = quote(shown, lane, how_.life_years, 0);
      const bool reached = now >= model_->lowest() && now <= model_->highest();
      if (!reached) record_.failures[lane] += 1;
      if (reached || is_first()) take(lane, std::min(std::max(now, model_->lowest()), model_->highest()));
      record_.squared_error[lane] += squared_error(shown, lane);
    }
  }

  void take(std::size_t lane, double quoted) {
    const double level = model_->level(quoted);
    if (!is_first()) record_.drift[lane] += std::abs(std::sqrt(level) - std::sqrt(level_[lane]));
    level_[lane] = level;
    quoted_[lane] = quoted;
  }

  double squared_error(const market::AssetQuotes& shown, std::size_t lane) const {
    double sum = 0;
    for (std::size_t p = 0; p < ModelQuotes::kPoints; ++p) {
      const ModelQuotes::Point& point = model_->points()[p];
      const double k = point.deviations * quoted_[lane] * std::sqrt(point.life_years);
      const double error = model_->volatility(p, quoted_[lane]) - quote(shown, lane, point.life_years, k);
      sum += error * error;
    }
    return sum / ModelQuotes::kPoints;
  }

  const ModelQuotes* model_;
};

}  // namespace

std::unique_ptr<OwnQuotes> make_recalibrated(const pricing::Belief& belief, const OwnQuotesTerms& terms) {
  const pricing::OwnLevel* const level = belief.own_level();
  const auto* how = level != nullptr ? std::get_if<Recalibration>(level) : nullptr;
  if (how == nullptr) return nullptr;
  if (belief.follows_quotes()) return std::make_unique<HeldQuotes>(*how);
  return std::make_unique<CalibratedLevel>(*how, *terms.model);
}

}  // namespace unhedged::hedging
