#include "engine/pricing/transform/transform_belief.hpp"

namespace unhedged::pricing {
namespace {

class MertonBelief final : public TransformBelief {
 public:
  using TransformBelief::TransformBelief;

 private:
  AffineParams law() const override { return {.jumps = lognormal_jumps(1)}; }
  std::size_t parameters() const override { return 5; }
};

constexpr Parameter kParameters[] = {kBelievedVolatility, kJumpRate, kJumpMean, kJumpVol, kDeltaRule};

}  // namespace

extern constinit const ModelKind kMerton{{"merton", "delta under lognormal jumps", kParameters},
                                         [](const ParameterValues& values) -> std::shared_ptr<const Belief> {
                                           return std::make_shared<MertonBelief>(values);
                                         }};

}  // namespace unhedged::pricing
