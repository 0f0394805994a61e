#include "engine/pricing/strip_kernels.hpp"

namespace unhedged::pricing::UNHEDGED_ISA {
namespace {

constexpr int kPoints = 10, kBefore = 4;  // those before the interval of a place
constexpr std::size_t kTogether = 16;

struct TenNodes {
  double first[kTogether], within[kTogether];  // of the ten nodes; the place among them
};

void find(const StripNodes& strip, double shift, const double* x, TenNodes& out) {
  const double last = static_cast<double>(strip.count - 1), last_first = last - (kPoints - 1);
  for (std::size_t l = 0; l < kTogether; ++l) {
    double place = (strip.high - shift - x[l]) * strip.inverse_step;
    place = place > 0 ? place : 0.0;
    place = place < last ? place : last;
    double first = __builtin_floor(place) - kBefore;
    first = first > 0 ? first : 0.0;
    first = first < last_first ? first : last_first;
    out.first[l] = first;
    out.within[l] = place - first;
  }
}

/// Through kPoints neighbours of places 0, 1, ..., each at a place between the middle ones.
void through_points(const StripNodes& strip, const TenNodes& at, double* sum) {
  constexpr double inverse_weights[kPoints] = {-1.0 / 362880, 1.0 / 40320, -1.0 / 10080, 1.0 / 4320,
                                               -1.0 / 2880,   1.0 / 2880,  -1.0 / 4320,  1.0 / 10080,
                                               -1.0 / 40320,  1.0 / 362880};
  double below[kPoints][kTogether], above[kTogether];
  for (std::size_t l = 0; l < kTogether; ++l) below[0][l] = above[l] = 1, sum[l] = 0;
  for (int i = 1; i < kPoints; ++i)
    for (std::size_t l = 0; l < kTogether; ++l) below[i][l] = below[i - 1][l] * (at.within[l] - (i - 1));
  for (int i = kPoints - 1; i >= 0; --i)
    for (std::size_t l = 0; l < kTogether; ++l) {
      const double node = strip.nodes[static_cast<std::size_t>(at.first[l]) + static_cast<std::size_t>(i)];
      sum[l] += node * inverse_weights[i] * below[i][l] * above[l];
      above[l] *= at.within[l] - i;
    }
}

void add(const StripNodes& strip, double weight, double shift, const double* x, std::size_t count,
         double* out) {
  for (std::size_t first = 0; first < count; first += kTogether) {
    const std::size_t here = count - first < kTogether ? count - first : kTogether;
    double at[kTogether], sum[kTogether];
    for (std::size_t l = 0; l < kTogether; ++l) at[l] = x[first + (l < here ? l : here - 1)];
    TenNodes places;
    find(strip, shift, at, places);
    through_points(strip, places, sum);
    for (std::size_t l = 0; l < here; ++l) out[first + l] += weight * sum[l];
  }
}

}  // namespace

const StripKernels strip_kernels{add};

}  // namespace unhedged::pricing::UNHEDGED_ISA
