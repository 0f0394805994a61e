#pragma once
#include <span>
#include <string>

namespace unhedged::testing {

/// Two-sided tests of estimates against exact values. A family of checks declares its false-alarm rate
/// (the chance that sound code fails any of them) and how many checks it makes; each check then gets its
/// share (Bonferroni). The seed of a test is fixed, so it fails always or never.
class StatisticalFamily {
 public:
  /// expects  0 < false_alarm < 1, checks >= 1
  StatisticalFamily(double false_alarm, int checks);
  ~StatisticalFamily() noexcept(false);  // fails if more checks were made than declared

  /// Largest |estimate - exact| / standard_error that passes.
  double critical_z() const { return critical_z_; }

  /// True if `estimate` may have mean `exact`. `bias` is a known bound on systematic error (stated by
  /// the caller with its reason). A standard error that is zero or not finite fails.
  bool accepts(double estimate, double standard_error, double exact, double bias = 0);

  /// As accepts, but reports the numbers through Catch2 as well.
  void check(const std::string& what, double estimate, double standard_error, double exact, double bias = 0);

 private:
  double critical_z_;
  int left_;
};

struct SampleMoments {
  double mean, mean_error, sd, sd_error;
};

/// Mean and standard deviation with their standard errors.
SampleMoments sample_moments(std::span<const double> sample);

}  // namespace unhedged::testing
