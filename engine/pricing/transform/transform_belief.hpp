#pragma once
#include "engine/pricing/belief.hpp"
#include "engine/pricing/models/parameters.hpp"
#include "engine/pricing/transform/affine_law.hpp"

namespace unhedged::pricing {

/// The belief that prices follow an affine law. The first parameter is the volatility, the last the rule of
/// delta; those in between are those of the law.
class TransformBelief : public Belief {
 public:
  using Belief::Belief;

  std::unique_ptr<Model> model() const override;
  std::optional<market::ImpliedCurve> own_curve() const override;
  std::optional<market::ImpliedCurve> calibrated_curve() const override;

 protected:
  virtual AffineParams law() const = 0;
  virtual std::size_t parameters() const = 0;  ///< how many there are
  models::LognormalJumps lognormal_jumps(std::size_t first) const;
};

/// A note where the variance of a square-root process can reach zero. Of parameters whose numbers are given.
struct SquareRootParameters {
  std::size_t volatility, long_run, reversion, vol_of_variance;
};
void remark_on_feller(const ParameterValues& values, const SquareRootParameters& where,
                      std::vector<Remark>& out);

}  // namespace unhedged::pricing
