#include "engine/math/elementary.hpp"
#include "engine/math/elementary_kernels.hpp"

namespace unhedged::math::UNHEDGED_ISA {
namespace {

void exps(const double* x, double* out, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = exp(x[i]);
}
void logs(const double* x, double* out, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = log(x[i]);
}
void cdfs(const double* x, double* out, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = normal_cdf(x[i]);
}
void quantiles(const double* p, double* out, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = normal_quantile(p[i]);
}

}  // namespace

const ElementaryKernels elementary_kernels{exps, logs, cdfs, quantiles};

}  // namespace unhedged::math::UNHEDGED_ISA
