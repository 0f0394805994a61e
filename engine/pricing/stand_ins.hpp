#pragma once
#include <deque>
#include <span>
#include <vector>

#include "engine/pricing/priced_book.hpp"

namespace unhedged::pricing {

/// Few expiries in place of many. Seen from some way off an option of one life is, to 1e-7, a sum of options
/// of eight lives nearby, whatever they are: a smooth function of the log of its life is interpolated. So
/// many scattered expiries become a few per factor of their lives. What is too close to its expiry for that
/// is left to shorter stretches of time: halves of halves of all steps, each of which adds what its own steps
/// are far enough from.
class StandIns {
 public:
  /// Of so many expiries each is tabulated as it is.
  static constexpr std::size_t kFewExpiries = 64;

  /// Steps between lives, in their log, and the error that follows, as a fraction of the gross: none exceeds
  /// it. It grows with the standard deviation; the square of that grows like life at most squared.
  struct Density {
    double step, error;
  };
  static constexpr Density kUsual{0.1, 7e-8}, kDense{0.036, 2e-11};

  /// `times_years` of the steps, ascending; `smooth`: the expiries that may be replaced, ascending. Stretches
  /// with no more than `few` expiries are not divided further.
  StandIns(std::span<const CallArrays* const> smooth, const Carry& carry, std::span<const double> times_years,
           std::size_t few, const Density& density = kUsual);

  double error() const { return density_.error; }

  /// Expiries that serve the steps from `first` to before `end`.
  struct Stretch {
    std::size_t first, end;
    std::vector<const CallArrays*> expiries;
  };
  const std::vector<Stretch>& stretches() const { return stretches_; }

 private:
  void divide(std::size_t first, std::size_t end, std::vector<const CallArrays*> alive);
  std::vector<const CallArrays*> represent(std::span<const CallArrays* const> far, double from_years);

  Carry carry_;
  std::span<const double> times_;
  std::size_t few_;
  Density density_;
  std::deque<CallArrays> made_;
  std::vector<Stretch> stretches_;
};

}  // namespace unhedged::pricing
