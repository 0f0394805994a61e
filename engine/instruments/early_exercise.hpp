#pragma once
#include <cstddef>
#include <memory>
#include <vector>

#include "engine/instruments/lognormal.hpp"

namespace unhedged::instruments {

/// More dates of exercise than this are as good as any time.
inline constexpr std::size_t kMostExerciseDates = 100;

/// An option of strike 1.
struct EarlyExerciseTerms {
  Side side = Side::put;
  double rate = 0, yield = 0;  ///< not negative
  double expiry_years = 0;
  std::vector<double> dates;  ///< of exercise, ascending, the last is the expiry; none: any time

  bool operator==(const EarlyExerciseTerms&) const = default;
};

/// Of a table: volatilities, and points in log(spot / strike).
inline constexpr std::size_t kNodesOfVolatility = 56, kPoints = 401;

/// Weights of four neighbours among equally spaced points, and their derivatives by the place.
struct CubicWeights {
  std::size_t first;
  double weight[4], slope[4], bend[4];

  /// expects  count >= 4
  CubicWeights(double at, std::size_t count);
};

/// What the right to exercise before expiry adds to a European option on a lognormal spot, per unit of the
/// strike: a table in time, volatility and log(spot / strike), made once from finite differences.
/// accuracy  2e-5 of the strike
class EarlyExercise {
 public:
  explicit EarlyExercise(EarlyExerciseTerms terms);

  const EarlyExerciseTerms& terms() const { return terms_; }

  /// Whether it is ever best to exercise before expiry; if not nothing is tabulated.
  bool is_worth_something() const { return !layers_.empty(); }

  /// Of the option, which has not been exercised yet at that time.
  math::Jet price(const LognormalMarket& market) const;

  /// Whether it is best to exercise, where that is possible at that time.
  bool exercises(double time_years, double x, double volatility) const;

 private:
  /// Times that are interpolated between: all, or those between two dates of exercise, which lie `late` and
  /// `early` before the expiry.
  struct Layer {
    double late = 0, early = 0;
    std::size_t first = 0;  ///< of its slices, which are equally spaced in time, or in its root
  };
  struct Lookup {
    const Layer* layer;
    CubicWeights time, node;
    double deviation;  ///< of the whole life, at a volatility within the table
    bool inside;       ///< whether the volatility is
  };

  bool at_any_time() const { return terms_.dates.empty(); }
  double slice_time(const Layer& layer, std::size_t slice) const;
  void lay_out();
  void sweep(std::size_t node);
  const Layer* layer_at(double tau) const;
  Lookup look_up(double tau, double volatility) const;
  double critical(const Lookup& at) const;
  math::Jet premium(const Lookup& at, const math::Jet& x, const math::Jet& volatility) const;
  math::Jet in_the_money(const Lookup& at, double tau, const math::Jet& x) const;
  double* slice(std::size_t index, std::size_t node) {
    return &premium_[(index * kNodesOfVolatility + node) * kPoints];
  }
  const double* slice(std::size_t index, std::size_t node) const {
    return &premium_[(index * kNodesOfVolatility + node) * kPoints];
  }

  EarlyExerciseTerms terms_;
  std::vector<Layer> layers_;
  std::size_t slices_ = 0;
  std::vector<double> premium_;  // [slice][volatility][point]
  std::vector<double>
      critical_;  // [slice][volatility], where it is exercised below, in units of the deviation
};

/// Tables that options of one book share: strikes and quantities do not matter.
class EarlyExerciseTables {
 public:
  std::shared_ptr<const EarlyExercise> of(const EarlyExerciseTerms& terms);

 private:
  std::vector<std::shared_ptr<const EarlyExercise>> made_;
};

}  // namespace unhedged::instruments
