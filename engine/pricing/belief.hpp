#pragma once
#include <typeinfo>
#include <utility>
#include <variant>

#include "engine/core/parameter.hpp"
#include "engine/pricing/model.hpp"

/// What desks compute their Greeks with.
namespace unhedged::pricing {

struct RealisedVolatility;
struct Recalibration;
using OwnLevel = std::variant<RealisedVolatility, Recalibration>;

/// A model with its parameters. Immutable; equal to another if model and parameters are the same.
class Belief {
 public:
  explicit Belief(ParameterValues values) : values_(std::move(values)) {}
  virtual ~Belief() = default;

  /// The model, for one valuation.
  virtual std::unique_ptr<Model> model() const = 0;

  /// The curve that prices go by whatever is quoted; absent: what is quoted.
  virtual std::optional<market::ImpliedCurve> own_curve() const { return {}; }

  /// Whether what it follows are quotes of before.
  bool holds_quotes() const { return follows_quotes() && own_level() != nullptr; }

  /// Whether valuations look at the quotes; those that do not are the same in all scenarios.
  bool follows_quotes() const { return !own_curve(); }
  /// Whether it prices at one level, whatever the market does.
  bool is_same_everywhere() const { return !follows_quotes() && own_level() == nullptr; }

  /// Whether it prices by one volatility for each contract, as what is no European option is priced.
  virtual bool is_lognormal() const { return false; }

  /// The curve that its prices would follow in a level of the desk's own, where one level says all; absent:
  /// it prices each option at its quote.
  virtual std::optional<market::ImpliedCurve> calibrated_curve() const { return {}; }
  /// Where the level comes from that its prices go by, if the desk works it out itself; null: from what is
  /// shown, or there is none.
  virtual const OwnLevel* own_level() const { return nullptr; }

  bool operator==(const Belief& other) const {
    return typeid(*this) == typeid(other) && values_ == other.values_ && equals(other);
  }

 protected:
  /// Of the parameter with that number; absent: its word.
  const std::optional<double>& value(std::size_t parameter) const { return values_[parameter]; }

 private:
  /// Whether all else is the same. expects  `other` is of the same type
  virtual bool equals(const Belief& /*other*/) const { return true; }

  ParameterValues values_;
};

/// A belief as it is held: shared, and compared by what is believed.
class Believed {
 public:
  Believed(std::shared_ptr<const Belief> belief) : belief_(std::move(belief)) {}

  const Belief* operator->() const { return belief_.get(); }
  const Belief& operator*() const { return *belief_; }
  bool operator==(const Believed& other) const { return *belief_ == *other.belief_; }

 private:
  std::shared_ptr<const Belief> belief_;
};

}  // namespace unhedged::pricing
