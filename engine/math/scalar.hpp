#pragma once
#include "engine/core/isa.hpp"

/// exp, log and their like of single numbers, with the same bits on every processor: what feeds the P&L calls
/// these and not the C library, whose results differ in the last bit with what the processor can do. They are
/// the functions of elementary.hpp and exponentials.hpp, compiled once per instruction set, for arguments of
/// any value.
///
/// accuracy  relative 1e-15 of normal results, power where |y log x| <= 300; what is below 3e-308 (log: the
/// argument may
///           be) counts as zero. Zero, infinity, NaN and numbers outside the domain give what the C library
///           gives.
/// For numbers of every path of a block call elementary.hpp from a kernel: that is five times as fast.
namespace unhedged::math {

struct ScalarKernels {
  double (*exp)(double x);
  double (*log)(double x);
  double (*expm1)(double x);
  double (*log1p)(double x);
  double (*tanh)(double x);
  double (*cosh_minus_one)(double x);
  double (*power)(double x, double y);
  double (*cos_of_turns)(double u);
};

UNHEDGED_DECLARE_KERNELS(ScalarKernels, scalar_kernels)

}  // namespace unhedged::math

namespace unhedged::scalar {

inline double exp(double x) { return math::scalar_kernels().exp(x); }
inline double log(double x) { return math::scalar_kernels().log(x); }
/// e^x - 1
inline double expm1(double x) { return math::scalar_kernels().expm1(x); }
/// log(1 + x)
inline double log1p(double x) { return math::scalar_kernels().log1p(x); }
inline double tanh(double x) { return math::scalar_kernels().tanh(x); }
/// cosh(x) - 1, which keeps its digits where x is small
inline double cosh_minus_one(double x) { return math::scalar_kernels().cosh_minus_one(x); }
/// x^y. A negative x gives NaN, also where y is whole; -0 counts as 0.
inline double power(double x, double y) { return math::scalar_kernels().power(x, y); }
/// cos(2 pi u), for |u| < 2^50
inline double cos_of_turns(double u) { return math::scalar_kernels().cos_of_turns(u); }

}  // namespace unhedged::scalar
