#include "engine/instruments/lognormal.hpp"

namespace unhedged::instruments {
namespace {

using math::Jet;

/// Pays at expiry where the spot is beyond the strike: a stated amount, or the spot.
/// source  Reiner and Rubinstein, "Unscrambling the binary code", Risk 4 (1991); docs/methods/contracts.md
class Digital final : public Contract {
 public:
  enum class Pays { cash, asset };

  Digital(const ContractTerms& terms, Side side, Pays pays)
      : Contract(terms.expiry_years),
        strike_(terms.strike),
        payout_(terms.payout),
        side_(side),
        pays_(pays) {}

  std::size_t memory() const override { return 0; }
  void begin(Memory) const override {}

  bool observe(double time_years, const Lanes& spot, Memory, Lanes& paid) const override {
    if (time_years < expiry_years() - kExpiredYears) return false;
    const double sign = sign_of(side_);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const bool pays = sign * (spot[lane] - strike_) > 0;
      paid[lane] += pays ? (pays_ == Pays::cash ? payout_ : spot[lane]) : 0.0;
    }
    return true;
  }

  std::size_t shapes() const override { return 1; }
  ShapeOutline outline(std::size_t, double) const override {
    ShapeOutline out;
    out.jumps = 1;
    return out;
  }

  /// Under a smile it is what a narrow spread of calls is worth: the quote moves from strike to strike.
  Jet price(std::size_t, const LognormalMarket& market) const override {
    const Lognormal m(market, expiry_years());
    const double sign = sign_of(side_);
    const Jet d1 = m.d1(), forward = math::exponential(m.x) * Jet(m.spot_discount);
    const Jet of_skew = forward * math::normal_density(d1) * Jet(sign * std::sqrt(m.tau) * market.skew);
    if (pays_ == Pays::asset) return forward * math::normal_cdf(Jet(sign) * d1) - of_skew;
    const Jet chance = Jet(m.cash_discount) * math::normal_cdf(Jet(sign) * (d1 - m.sd));
    return Jet(payout_ / strike_) * (chance - of_skew);
  }

  Parts parts(ConstMemory, double) const override {
    Parts out;
    out.add({0, nullptr, nullptr, strike_});
    return out;
  }

 private:
  double strike_, payout_;
  Side side_;
  Pays pays_;
};

constexpr Asks kAsksCash{.strike = true, .payout = true}, kAsks{.strike = true};

template <Side side, Digital::Pays pays>
std::shared_ptr<const Contract> make(const ContractTerms& terms) {
  return std::make_shared<Digital>(terms, side, pays);
}

}  // namespace

extern constinit const ContractRow kDigitalCall{"digital_call",
                                                "pays `payout` at expiry if the spot is above the strike",
                                                kAsksCash, make<Side::call, Digital::Pays::cash>};
extern constinit const ContractRow kDigitalPut{"digital_put",
                                               "pays `payout` at expiry if the spot is below the strike",
                                               kAsksCash, make<Side::put, Digital::Pays::cash>};
extern constinit const ContractRow kAssetDigitalCall{"asset_digital_call",
                                                     "pays the spot at expiry if it is above the strike",
                                                     kAsks, make<Side::call, Digital::Pays::asset>};
extern constinit const ContractRow kAssetDigitalPut{"asset_digital_put",
                                                    "pays the spot at expiry if it is below the strike",
                                                    kAsks, make<Side::put, Digital::Pays::asset>};

}  // namespace unhedged::instruments
