#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace unhedged::risk {

/// v(i) of a sample whose points count the same.
struct EqualWeights {
  double operator()(std::size_t) const { return 1; }
};

/// v(i) of a sample with weights.
struct ScaledWeights {
  const double* weight;
  double scale;
  double operator()(std::size_t i) const { return weight[i] * scale; }
};

/// P&L of paths and what each of them counts: the likelihood ratios of importance sampling, known up to a
/// common factor. Every statistic of it is self-normalised, with the shares p_i = w_i / sum w in the place of
/// 1 / n, and every error and number of degrees of freedom has the effective number of points (Kish)
///     n_e = (sum w)^2 / sum w^2
/// in the place of n. The arithmetic runs over v_i = n_e p_i, which is 1 where all weights are equal, sums to
/// n_e and has squares that sum to n_e as well: formulas of the unweighted sample hold with v_i J_i for J_i
/// and n_e for n. Without weights nothing is multiplied, and the bits are those of the unweighted formulas.
/// The numbers are seen, not copied: they must outlive the sample.
/// source  Owen, "Monte Carlo theory, methods and examples" (2013), 9.2 and 9.3;
///         Kish, "Survey Sampling" (1965)
class Sample {
 public:
  /// shapes  pnl: [path]; weight: [path], or none if all paths count the same
  /// errors  NumericalError unless the weights are finite, none negative and one positive; ContractViolation
  ///         where their number is not that of the paths
  Sample(std::span<const double> pnl, std::span<const double> weight);
  Sample(std::span<const double> pnl)
      : pnl_(pnl), effective_(static_cast<double>(pnl.size())), cubes_(effective_) {}
  Sample(const std::vector<double>& pnl) : Sample(std::span<const double>(pnl)) {}

  std::size_t size() const { return pnl_.size(); }
  std::span<const double> pnl() const { return pnl_; }
  double operator[](std::size_t i) const { return pnl_[i]; }

  bool is_weighted() const { return !weight_.empty(); }
  double effective() const { return effective_; }  ///< n_e; the number of paths without weights
  double cubes() const { return cubes_; }          ///< sum v_i^3
  /// Whether path i counts in both the same.
  bool has_weights_of(const Sample& other) const;

  /// The first `count` paths.
  Sample first(std::size_t count) const;

  /// f(v), compiled once for equal weights and once for others.
  template <class Function>
  auto with_weights(Function f) const {
    return is_weighted() ? f(ScaledWeights{weight_.data(), scale_}) : f(EqualWeights{});
  }

 private:
  std::span<const double> pnl_, weight_;
  double effective_, cubes_, scale_ = 1;
};

}  // namespace unhedged::risk
