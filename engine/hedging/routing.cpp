#include "engine/hedging/routing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/math/scalar.hpp"

namespace unhedged::hedging {
namespace {

/// What the venues take in all while the marginal cost is `above` that of the least fee.
double taken(double above, double least, double scale, double exponent, const std::vector<double>& fee,
             const std::vector<double>& share, std::vector<double>& out) {
  double sum = 0;
  for (std::size_t v = 0; v < fee.size(); ++v) {
    const double room = (above - (fee[v] - least)) / ((1 + exponent) * scale);
    out[v] = room > 0 ? share[v] * (exponent == 0.5 ? room * room : scalar::power(room, 1 / exponent)) : 0;
    sum += out[v];
  }
  return sum;
}

/// The square-root law in closed form: over the venues that take part, the sum of share (m - fee)^2 is
/// size (3/2 scale)^2. Venues join in the order of their fees while the marginal cost m exceeds the next.
double square_root_marginal(double size, double least, double scale, const std::vector<double>& fee,
                            const std::vector<double>& share) {
  const double target = size * 2.25 * scale * scale;
  double marginal = 0, joined = -1;
  while (true) {
    double next = std::numeric_limits<double>::infinity();
    for (std::size_t v = 0; v < fee.size(); ++v)
      if (share[v] > 0 && fee[v] - least > joined) next = std::min(next, fee[v] - least);
    if (joined >= 0 && !(next < marginal)) return marginal;
    joined = next;
    double a = 0, b = 0, c = -target;
    for (std::size_t v = 0; v < fee.size(); ++v) {
      const double above = fee[v] - least;
      if (share[v] <= 0 || above > joined) continue;
      a += share[v];
      b += share[v] * above;
      c += share[v] * above * above;
    }
    marginal = (b + std::sqrt(std::max(0.0, b * b - a * c))) / a;
  }
}

/// Any exponent, by bisection.
double marginal_of(double size, double least, double scale, double exponent, std::size_t cheapest,
                   const std::vector<double>& fee, const std::vector<double>& share,
                   std::vector<double>& out) {
  if (exponent == 0.5) return square_root_marginal(size, least, scale, fee, share);
  double low = 0, high = (1 + exponent) * scale * scalar::power(size / share[cheapest], exponent);
  for (int round = 0; round < 100 && high - low > 1e-15 * high; ++round) {
    const double middle = 0.5 * (low + high);
    (taken(middle, least, scale, exponent, fee, share, out) < size ? low : high) = middle;
  }
  return high;
}

}  // namespace

void route(double size, double scale, double exponent, const std::vector<double>& fee,
           const std::vector<double>& share, std::vector<double>& out) {
  std::ranges::fill(out, 0.0);
  std::size_t cheapest = fee.size();
  for (std::size_t v = 0; v < fee.size(); ++v)
    if (share[v] > 0 && (cheapest == fee.size() || fee[v] < fee[cheapest])) cheapest = v;
  if (cheapest == fee.size() || !(size > 0)) return;
  const double least = fee[cheapest];
  const double marginal = marginal_of(size, least, scale, exponent, cheapest, fee, share, out);
  const double sum = marginal > 0 ? taken(marginal, least, scale, exponent, fee, share, out) : 0;
  if (sum > 0 && std::isfinite(sum)) {
    for (double& part : out) part *= size / sum;
    return;
  }
  std::ranges::fill(out, 0.0);  // without impact, all goes to where the fee is least
  out[cheapest] = size;
}

}  // namespace unhedged::hedging
