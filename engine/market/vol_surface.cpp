#include "engine/market/vol_surface.hpp"

#include <algorithm>
#include <cmath>

#include "engine/core/errors.hpp"

namespace unhedged::market {

double SurfaceSlice::total_variance(double k) const {
  const double line = theta + rho_psi * k;
  return 0.5 * (line + std::sqrt(line * line + (psi * psi - rho_psi * rho_psi) * k * k));
}

double SurfaceSlice::volatility(double k) const { return std::sqrt(total_variance(k) / expiry_years); }

SurfaceSlice slice_at_the_money(double expiry_years, double volatility, double skew, double curvature) {
  // sqrt(w / tau) = vol (1 + rho phi k / 2 + phi^2 (1 - 2 rho^2) k^2 / 8 + ...)
  const double theta = volatility * volatility * expiry_years;
  const double rho_phi = 2 * skew / (volatility * std::sqrt(expiry_years));
  const double phi = std::sqrt(8 * curvature / (volatility * expiry_years) + 2 * rho_phi * rho_phi);
  return {expiry_years, theta, phi * theta, rho_phi * theta};
}

VolSurface::VolSurface(std::vector<SurfaceSlice> slices) : slices_(std::move(slices)) {
  UNHEDGED_EXPECT(!slices_.empty());
}

SurfaceSlice VolSurface::at(double expiry_years) const {
  const SurfaceSlice &first = slices_.front(), &last = slices_.back();
  if (expiry_years <= first.expiry_years) {
    const double part = expiry_years / first.expiry_years;
    return {expiry_years, part * first.theta, part * first.psi, part * first.rho_psi};
  }
  if (expiry_years > last.expiry_years) {
    const bool alone = slices_.size() == 1;
    const SurfaceSlice& before = alone ? SurfaceSlice{} : slices_[slices_.size() - 2];
    const double slope = (last.theta - before.theta) / (last.expiry_years - before.expiry_years);
    return {expiry_years, last.theta + slope * (expiry_years - last.expiry_years), last.psi, last.rho_psi};
  }
  const auto after = std::ranges::lower_bound(slices_, expiry_years, {}, &SurfaceSlice::expiry_years);
  const SurfaceSlice &b = *after, &a = *(after - 1);
  if (expiry_years == b.expiry_years) return b;
  const double part = (expiry_years - a.expiry_years) / (b.expiry_years - a.expiry_years);
  const auto between = [part](double x, double y) { return x + part * (y - x); };
  return {expiry_years, between(a.theta, b.theta), between(a.psi, b.psi), between(a.rho_psi, b.rho_psi)};
}

bool free_of_arbitrage(const std::vector<SurfaceSlice>& slices, double tolerance) {
  for (std::size_t i = 0; i < slices.size(); ++i) {
    const SurfaceSlice& s = slices[i];
    const double steepest = std::max(s.left(), s.right());  // psi (1 + |rho|) / 2
    if (!(s.theta > 0) || steepest >= 2 || s.left() < -tolerance || s.right() < -tolerance) return false;
    if (0.5 * s.psi * steepest > s.theta + tolerance) return false;
    if (i == 0) continue;
    const SurfaceSlice& before = slices[i - 1];
    if (s.theta < before.theta - tolerance || s.left() < before.left() - tolerance ||
        s.right() < before.right() - tolerance)
      return false;
    if (s.psi / s.theta > before.psi / before.theta + tolerance * (1 + before.psi / before.theta))
      return false;
  }
  return true;
}

}  // namespace unhedged::market
