#include "engine/pricing/own_level.hpp"

namespace unhedged::pricing {
namespace {

/// A market that quotes the level for everything.
market::ImpliedCurve level_itself() {
  market::ImpliedCurve curve = market::flat(0);
  curve.moves_with_level = true;
  return curve;
}

class OwnLevelBelief final : public Belief {
 public:
  OwnLevelBelief(std::shared_ptr<const Belief> base, OwnLevel level)
      : Belief({}), base_(std::move(base)), level_(std::move(level)) {}

  std::unique_ptr<Model> model() const override { return base_->model(); }
  std::optional<market::ImpliedCurve> own_curve() const override {
    return std::holds_alternative<RealisedVolatility>(level_) ? level_itself() : base_->calibrated_curve();
  }
  bool is_lognormal() const override { return base_->is_lognormal(); }
  const OwnLevel* own_level() const override { return &level_; }

 private:
  bool equals(const Belief& other) const override {
    const auto& same = static_cast<const OwnLevelBelief&>(other);
    return *base_ == *same.base_ && level_ == same.level_;
  }

  std::shared_ptr<const Belief> base_;
  OwnLevel level_;
};

}  // namespace

std::shared_ptr<const Belief> with_own_level(std::shared_ptr<const Belief> base, OwnLevel level) {
  return std::make_shared<OwnLevelBelief>(std::move(base), std::move(level));
}

}  // namespace unhedged::pricing
