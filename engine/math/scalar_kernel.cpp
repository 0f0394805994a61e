#include "engine/math/exponentials.hpp"
#include "engine/math/scalar.hpp"

namespace unhedged::math::UNHEDGED_ISA {
namespace {

constexpr double kInfinity = __builtin_inf(), kLeastNormal = 0x1p-1022;

double nothing() { return __builtin_nan(""); }

double whole_log(double x) {
  if (x >= kLeastNormal && x < kInfinity) return log(x);
  if (x > 0 && x < kInfinity) return log(x * 0x1p54) - 54 * 0x1.62e42fefa39efp-1;
  if (x == 0) return -kInfinity;
  return x == kInfinity ? x : nothing();
}

double whole_log1p(double x) {
  if (x > -1 && x < kInfinity) return log1p(x);
  if (x == -1) return -kInfinity;
  return x == kInfinity ? x : nothing();
}

double whole_power(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (x != x || y != y || x < 0) return nothing();
  if (x >= kLeastNormal && x < kInfinity && __builtin_fabs(y) < kInfinity) return power(x, y);
  if (x > 0 && x < kInfinity && __builtin_fabs(y) < kInfinity) return exp(y * whole_log(x));
  const bool grows = x > 1 ? y > 0 : y < 0;  // what is left are zeros and infinities
  return grows ? kInfinity : 0;
}

double one_exp(double x) { return exp(x); }
double one_expm1(double x) { return expm1(x); }
double one_tanh(double x) { return tanh(x); }
double one_cosh_minus_one(double x) { return cosh_minus_one(x); }
double one_cos_of_turns(double u) { return cos_of_turns(u); }

}  // namespace

const ScalarKernels scalar_kernels{one_exp,  whole_log,          one_expm1,   whole_log1p,
                                   one_tanh, one_cosh_minus_one, whole_power, one_cos_of_turns};

}  // namespace unhedged::math::UNHEDGED_ISA
