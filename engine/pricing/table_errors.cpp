#include "engine/pricing/table_errors.hpp"

#include <algorithm>

namespace unhedged::pricing {
namespace {

constexpr double fourth(double x) { return x * x * x * x; }

}  // namespace

double error_along_rows(CallColumn column, double step_over_deviation) {
  const double scaled = step_over_deviation / 0.18;
  return (is_distribution(column) ? 3.95e-7 : 2.55e-6) * fourth(scaled) * scaled * scaled;
}

double error_across_rows(CallColumn column, const Across& across) {
  const double s = across.deviation, steep = across.steepness;
  const double growth = fourth(1 + (0.25 + 0.13 * s) * s);  // half of the deviation moves d1
  const double of_slope = steep <= 1 ? std::min(1.0, std::max(1.05 * steep * steep, 0.5 * steep))
                                     : fourth(steep) * std::max(1.0, 0.75 * steep);
  return (is_distribution(column) ? 4.6e-7 : 3.7e-6) * fourth(across.step / 0.1) * growth * of_slope;
}

double error_of_cubics(CallColumn column, double step_over_deviation) {
  return (is_distribution(column) ? 4.4e-8 : 2.4e-7) * fourth(step_over_deviation / 0.07);
}

}  // namespace unhedged::pricing
