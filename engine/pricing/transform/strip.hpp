#pragma once
#include <vector>

#include "engine/pricing/transform/cosine_series.hpp"

namespace unhedged::pricing {

/// A column of a call of quantity 1 and strike 1 at all moneynesses: what serves a whole strip of strikes.
/// accuracy  1e-9 of the greatest: ten points of a grid that is 2.5 times as fine as the series, or finer
class Strip {
 public:
  explicit Strip(const CosineSeries& series);

  double m_low() const { return low_; }
  double m_high() const { return high_; }
  double at_low() const { return nodes_.back(); }  ///< its value there and below
  double at_high() const { return nodes_.front(); }
  double greatest() const { return greatest_; }  ///< absolute value

  /// Standard deviation of the normal distribution whose fourth derivative is as large at its greatest.
  double width() const;

  /// out += weight * value at x + shift. shapes  x, out: [count]
  void add(double weight, double shift, const double* x, std::size_t count, double* out) const;

 private:
  double low_, high_, greatest_ = 0, inverse_step_;
  std::vector<double> nodes_;  ///< from m_high down
};

}  // namespace unhedged::pricing
