#pragma once
#include "engine/core/isa.hpp"
#include "engine/core/lanes.hpp"

/// What rules work out on all paths of a block. `rest` is that of Rule::judge.
namespace unhedged::hedging {

/// The half-width of a band: (scale (half_spread + fee) price gamma^2)^(1/3) units, of which `stop` is left.
struct CubeRootBand {
  double scale, fee, stop;
};

struct RuleKernels {
  void (*larger)(const Lanes& one, Lanes& rest);
  void (*smaller)(const Lanes& one, Lanes& rest);
  void (*opposite)(Lanes& rest);
  /// Trades where |gap| > tolerance.
  void (*band)(const Lanes& gap, double tolerance, Lanes& rest);
  void (*cube_root_band)(const CubeRootBand&, const Lanes& half_spread, const Lanes& price,
                         const Lanes& gamma, const Lanes& gap, Lanes& rest);
  /// Trades where |log_spot - reference| > deviations * volatility, or nothing has been traded yet.
  void (*moved)(const Lanes& log_spot, const Lanes& reference, const Lanes& traded, const Lanes& volatility,
                double deviations, Lanes& rest);
  /// Where there is an order, reference = log_spot and traded = 1.
  void (*note_move)(const Lanes& order, const Lanes& log_spot, Lanes& reference, Lanes& traded);
  /// Trades where x * scale > limit.
  void (*above)(const Lanes& x, double scale, double limit, Lanes& rest);
  /// order = gap, less what is left of it; 0 where |gap| is no larger than that.
  void (*order)(const Lanes& gap, const Lanes& rest, Lanes& order);
};

UNHEDGED_DECLARE_KERNELS(RuleKernels, rule_kernels)

}  // namespace unhedged::hedging
