#include "engine/pricing/transform/transform_belief.hpp"

namespace unhedged::pricing {
namespace {

class BatesBelief final : public TransformBelief {
 public:
  using TransformBelief::TransformBelief;

 private:
  AffineParams law() const override {
    AffineParams out{*value(2), {}, *value(3), *value(4), lognormal_jumps(5)};
    if (value(1)) out.long_run_variance = *value(1) * *value(1);
    return out;
  }
  std::size_t parameters() const override { return 9; }
};

constexpr Parameter kParameters[] = {kBelievedVolatility, kLongRunVolatility, kMeanReversion,
                                     kVolOfVariance,      kSpotVariance,      kJumpRate,
                                     kJumpMean,           kJumpVol,           kDeltaRule};

std::vector<Remark> remarks(const ParameterValues& values) {
  std::vector<Remark> out;
  remark_on_feller(values, {0, 1, 2, 3}, out);
  return out;
}

}  // namespace

extern constinit const ModelKind kBates{
    {"bates", "delta under stochastic variance and lognormal jumps", kParameters},
    [](const ParameterValues& values) -> std::shared_ptr<const Belief> {
      return std::make_shared<BatesBelief>(values);
    },
    remarks};

}  // namespace unhedged::pricing
