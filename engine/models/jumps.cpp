#include "engine/models/jumps.hpp"

#include "engine/core/overloaded.hpp"
#include "engine/math/scalar.hpp"

namespace unhedged::models {

double rate_of(const Jumps& jumps) {
  return std::visit([](const auto& j) { return j.rate; }, jumps);
}

double mean_relative_jump(const Jumps& jumps) {
  const auto lognormal = [](double mean, double deviation) { return mean + 0.5 * deviation * deviation; };
  return std::visit(
      Overloaded{
          [&](const LognormalJumps& j) { return scalar::expm1(lognormal(j.mean, j.deviation)); },
          [](const DoubleExponentialJumps& j) {
            return j.up_probability / (1 - j.up_mean) + (1 - j.up_probability) / (1 + j.down_mean) - 1;
          },
          [&](const JointJumps& j) {
            return scalar::exp(lognormal(j.mean, j.deviation)) / (1 - j.correlation * j.variance_mean) - 1;
          }},
      jumps);
}

double variance_of(const Jumps& jumps) {
  return std::visit(Overloaded{[](const LognormalJumps& j) {
                                 return j.rate * (j.mean * j.mean + j.deviation * j.deviation);
                               },
                               [](const DoubleExponentialJumps& j) {
                                 return 2 * j.rate *
                                        (j.up_probability * j.up_mean * j.up_mean +
                                         (1 - j.up_probability) * j.down_mean * j.down_mean);
                               },
                               [](const JointJumps& j) {
                                 const double shift = j.correlation * j.variance_mean;  // E[correlation Z]
                                 return j.rate * (j.deviation * j.deviation + j.mean * j.mean +
                                                  2 * j.mean * shift + 2 * shift * shift);
                               }},
                    jumps);
}

}  // namespace unhedged::models
