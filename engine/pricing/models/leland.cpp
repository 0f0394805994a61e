#include <cmath>

#include "engine/pricing/models/black_scholes.hpp"
#include "engine/pricing/models/parameters.hpp"

namespace unhedged::pricing {
namespace {

/// Black-Scholes at a volatility that pays for the hedge: of an option that is short, sigma^2 (1 + A), of one
/// that is held, sigma^2 (1 - A), with A = (2 / pi)^(1/2) cost / (sigma interval^(1/2)).
/// source  Leland, J. Finance 40 (1985); Hoggard, Whalley and Wilmott, Adv. Futures Options Res. 7 (1994) for
///         the sign
class LelandBelief final : public Belief {
 public:
  using Belief::Belief;

  std::unique_ptr<Model> model() const override {
    return std::make_unique<BlackScholesModel>(std::sqrt(2 / M_PI * *value(2)) * *value(1));
  }
  std::optional<market::ImpliedCurve> own_curve() const override {
    if (value(0)) return market::flat(*value(0));
    return {};
  }
};

constexpr Parameter kParameters[] = {
    kQuotedVolatility,
    {"cost",
     "of a round trip, as a fraction of what is traded: twice the half-spread and fee",
     Unit::ratio,
     {0, 1},
     Need::required,
     {0, 0.1}},
    {"revisions", "of the hedge, a year", Unit::per_year, {0, 1e8, true, false}},
};

}  // namespace

extern constinit const ModelKind kLeland{
    {"leland", "delta of Black-Scholes at a volatility that pays for the costs of hedging", kParameters},
    [](const ParameterValues& values) -> std::shared_ptr<const Belief> {
      return std::make_shared<LelandBelief>(values);
    }};

}  // namespace unhedged::pricing
