#include "engine/pricing/transform/transform_belief.hpp"

namespace unhedged::pricing {
namespace {

class KouBelief final : public TransformBelief {
 public:
  using TransformBelief::TransformBelief;

 private:
  AffineParams law() const override {
    return {.jumps = models::DoubleExponentialJumps{*value(1), *value(2), *value(3), *value(4)}};
  }
  std::size_t parameters() const override { return 6; }
};

constexpr Parameter kParameters[] = {
    kBelievedVolatility,
    kJumpRate,
    {"up_probability", "chance that a jump goes up", Unit::ratio, kUnitInterval},
    {"up_mean",
     "mean of a log jump up (1 / eta of the usual notation)",
     Unit::ratio,
     {0, 1, false, true},
     Need::required,
     kUsualJumpSize},
    {"down_mean", "mean of a log jump down", Unit::ratio, {0, 3}, Need::required, kUsualJumpSize},
    kDeltaRule,
};

/// The square of a jump up has a mean only if jumps up are small.
std::vector<Remark> remarks(const ParameterValues& values) {
  if (*values[5] == static_cast<double>(DeltaRule::min_variance) && *values[3] >= 0.5)
    return {{"up_mean",
             "is 50 % or more: the variance of such jumps is infinite, and `delta: min_variance` needs it"}};
  return {};
}

}  // namespace

extern constinit const ModelKind kKou{{"kou", "delta under double-exponential jumps", kParameters},
                                      [](const ParameterValues& values) -> std::shared_ptr<const Belief> {
                                        return std::make_shared<KouBelief>(values);
                                      },
                                      remarks};

}  // namespace unhedged::pricing
