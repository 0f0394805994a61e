#pragma once
#include <array>
#include <optional>
#include <vector>

#include "engine/pricing/belief.hpp"
#include "engine/pricing/black_scholes.hpp"

namespace unhedged::pricing {

/// What a model quotes whose prices go by a level of its own: implied volatilities as functions of its quote
/// at the money for one life, which the level is calibrated to.
/// accuracy 1e-3 of the volatility
class ModelQuotes {
 public:
  /// A quote that a desk looks at: of options of a life, so many deviations out of the money, each the quote
  /// at the money times the root of the life.
  struct Point {
    double life_years, deviations;
  };
  static constexpr std::size_t kPoints = 6;

  /// expects  belief.own_curve() moves with the level
  ModelQuotes(const Belief& belief, const Carry& carry, double spot_today, double life_years);

  const std::array<Point, kPoints>& points() const { return points_; }
  /// The quotes at the money that the model reaches.
  double lowest() const { return quoted_.front(); }
  double highest() const { return quoted_.back(); }
  /// The level at which it quotes a volatility at the money, and what it then quotes at a point.
  /// expects  lowest() <= volatility <= highest()
  double level(double volatility) const;
  double volatility(std::size_t point, double at_the_money) const;

 private:
  struct Place {
    std::size_t node;
    double weight;  ///< of the next
  };
  Place place(double volatility) const;

  std::array<Point, kPoints> points_;
  std::vector<double> log_level_, quoted_, log_quoted_;   // [node], ascending
  std::array<std::vector<double>, kPoints> over_quoted_;  // [point][node] volatility over quoted_
};

}  // namespace unhedged::pricing
