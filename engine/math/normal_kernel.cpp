#include "engine/math/elementary.hpp"
#include "engine/math/normal.hpp"

namespace unhedged::math::UNHEDGED_ISA {
namespace {

constexpr double kInverseRootTwoPi = 0.3989422804014326779;

Normal at(double z) { return {normal_cdf(z), kInverseRootTwoPi * gauss(z)}; }

}  // namespace

const NormalKernels normal_kernels{at};

}  // namespace unhedged::math::UNHEDGED_ISA
