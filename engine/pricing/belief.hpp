#pragma once
#include <typeinfo>
#include <utility>

#include "engine/core/parameter.hpp"
#include "engine/pricing/model.hpp"

/// What desks compute their Greeks with.
namespace unhedged::pricing {

/// A model with its parameters. Immutable; equal to another if model and parameters are the same.
class Belief {
 public:
  explicit Belief(ParameterValues values) : values_(std::move(values)) {}
  virtual ~Belief() = default;

  /// The model, for one valuation.
  virtual std::unique_ptr<Model> model() const = 0;

  /// The curve that prices go by whatever is quoted; absent: what is quoted.
  virtual std::optional<market::ImpliedCurve> own_curve() const { return {}; }

  /// Whether valuations look at the quotes; those that do not are the same in all scenarios.
  bool follows_quotes() const { return !own_curve(); }

  /// Whether it prices by one volatility for each contract, as what is no European option is priced.
  virtual bool is_lognormal() const { return false; }

  bool operator==(const Belief& other) const {
    return typeid(*this) == typeid(other) && values_ == other.values_;
  }

 protected:
  /// Of the parameter with that number; absent: its word.
  const std::optional<double>& value(std::size_t parameter) const { return values_[parameter]; }

 private:
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
