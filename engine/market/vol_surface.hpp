#pragma once
#include <vector>

/// Today's implied volatilities of one asset over strikes and expiries, without static arbitrage: an extended
/// SSVI surface. Total variance w = volatility^2 * tau of an expiry, k = log(strike / forward):
///   w(k) = (theta + p k + sqrt((theta + p k)^2 + (psi^2 - p^2) k^2)) / 2,   p = rho psi
/// theta is the total variance at the money, (psi + p) / 2 and (psi - p) / 2 the slopes of the wings.
/// source  Gatheral and Jacquier, Quant. Finance 14 (2014); Hendriks and Martini, "The extended SSVI
///         volatility surface", J. Comput. Finance 22 (2019); Corbetta, Cohort, Laachir and Martini, "Robust
///         calibration and arbitrage-free interpolation of SSVI slices", Decis. Econ. Finance 42 (2019)
namespace unhedged::market {

struct SurfaceSlice {
  double expiry_years = 0;
  double theta = 0;    ///< > 0
  double psi = 0;      ///< theta phi, in [0, 2)
  double rho_psi = 0;  ///< |rho_psi| <= psi

  double total_variance(double k) const;
  double volatility(double k) const;

  /// Slopes of total variance far out: of calls (k to infinity) and of puts.
  double right() const { return 0.5 * (psi + rho_psi); }
  double left() const { return 0.5 * (psi - rho_psi); }

  bool operator==(const SurfaceSlice&) const = default;
};

/// The slice with a volatility, slope and curvature at the money as in
///   volatility + skew y + curvature y^2,   y = k / sqrt(expiry)
/// to second order in k. expects  volatility, expiry > 0, curvature >= 0
SurfaceSlice slice_at_the_money(double expiry_years, double volatility, double skew, double curvature);

class VolSurface {
 public:
  /// expects  at least one slice, of increasing expiries
  explicit VolSurface(std::vector<SurfaceSlice> slices);

  const std::vector<SurfaceSlice>& slices() const { return slices_; }

  /// The slice of any expiry > 0. Between two, theta, psi and rho psi are linear in time. Before the first
  /// they are in proportion to time. After the last, theta goes on as between the last two (in proportion to
  /// time if there is one only), psi and rho psi stay.
  SurfaceSlice at(double expiry_years) const;

  double volatility(double expiry_years, double k) const { return at(expiry_years).volatility(k); }

  bool operator==(const VolSurface&) const = default;

 private:
  std::vector<SurfaceSlice> slices_;
};

/// Whether slices of increasing expiries, and all that `at` makes of them, are without butterfly and calendar
/// arbitrage by the sufficient conditions
///   psi (1 + |rho|) < 4,  psi^2 (1 + |rho|) <= 4 theta   in each,
///   theta, psi (1 + rho), psi (1 - rho) never fall and psi / theta never rises   from each to the next
/// up to `tolerance` in each of these quantities.
bool free_of_arbitrage(const std::vector<SurfaceSlice>& slices, double tolerance = 0);

}  // namespace unhedged::market
