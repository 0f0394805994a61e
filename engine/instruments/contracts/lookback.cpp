#include <cmath>

#include "engine/instruments/lognormal.hpp"

namespace unhedged::instruments {
namespace {

using math::Jet;

enum class Extreme { highest, lowest };

/// Present value of the highest (lowest) of 1 and of the spot until a date, watched all the time; x = log
/// spot at or below (above) 0. `carry`: (rate - yield) tau, not zero. source  Goldman, Sosin, Gatto, Journal
/// of Finance 34 (1979); with a yield: Haug (2007), 4.15.1
Jet extreme_at(const Lognormal& m, const Jet& x, Extreme which, double carry) {
  const double sign = which == Extreme::highest ? 1 : -1;
  const Jet b(carry), variance = m.sd * m.sd, d1 = (x + b) / m.sd + Jet(0.5) * m.sd;
  const Jet power = Jet(2) * b / variance, spot = math::exponential(x);
  const Jet image = math::weighted_cdf(x - power * x, Jet(sign) * (d1 - power * m.sd));
  const Jet forward = Jet(scalar::exp(carry)) * spot * math::normal_cdf(Jet(sign) * d1);
  return Jet(m.cash_discount) *
         (math::normal_cdf(Jet(sign) * (m.sd - d1)) + forward + (forward - image) / power);
}

/// The same of any carry: between two on either side where the formula divides by nothing.
Jet extreme(const Lognormal& m, const Jet& x, Extreme which) {
  constexpr double small = 1e-5;
  const double carry = (m.rate - m.yield) * m.tau;
  if (std::abs(carry) >= small) return extreme_at(m, x, which, carry);
  const double up = 0.5 * (1 + carry / small);
  return Jet(up) * extreme_at(m, x, which, small) + Jet(1 - up) * extreme_at(m, x, which, -small);
}

/// Pays by the highest or lowest of the spots at its dates, today's included: against a fixed strike, or
/// against the spot at expiry.
/// docs/methods/contracts.md
class Lookback final : public Contract {
 public:
  enum class Against { strike, spot };

  Lookback(const ContractTerms& terms, Extreme which, Against against)
      : Contract(terms.expiry_years),
        strike_(terms.strike),
        dates_(terms.dates),
        which_(which),
        against_(against) {}

  /// The extreme so far, and the strike if that is farther.
  std::size_t memory() const override { return 1; }
  void begin(Memory memory) const override {
    constexpr double far = 1e300;
    const double none = which_ == Extreme::highest ? 0 : far;
    memory[0].fill(against_ == Against::strike ? strike_ : none);
  }

  bool observe(double time_years, const Lanes& spot, Memory memory, Lanes& paid) const override {
    if (time_years > kExpiredYears && !is_one_of(dates_, time_years)) return false;
    const double sign = which_ == Extreme::highest ? 1 : -1;
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      if (sign * (spot[lane] - memory[0][lane]) > 0) memory[0][lane] = spot[lane];
    if (time_years < expiry_years() - kExpiredYears) return false;
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      paid[lane] += sign * (memory[0][lane] - (against_ == Against::strike ? strike_ : spot[lane]));
    return true;
  }

  std::size_t shapes() const override { return 2; }

  ShapeOutline outline(std::size_t shape, double) const override {
    ShapeOutline out;
    if (shape == kExtreme) (which_ == Extreme::highest ? out.high : out.low) = 0;
    return out;
  }

  /// Extremes at dates are nearer than those of all the time.
  Jet price(std::size_t shape, const LognormalMarket& market) const override {
    const Lognormal m(market, expiry_years());
    const double sign = which_ == Extreme::highest ? 1 : -1;
    if (shape == kExtreme) return Jet(sign) * extreme(m, m.x - nearer(market), which_);
    return against_ == Against::strike ? Jet(-sign * m.cash_discount)
                                       : Jet(-sign * m.spot_discount) * math::exponential(m.x);
  }

  /// Between two dates the spot can be beyond the extreme so far: it will be the new one, as good as seen.
  Jet beyond(std::size_t shape, const LognormalMarket& market) const override {
    const Lognormal m(market, expiry_years());
    const double sign = which_ == Extreme::highest ? 1 : -1;
    const Jet x = m.x - nearer(market);
    if (shape != kExtreme || sign * x.value <= 0) return price(shape, market);
    return Jet(sign) * math::exponential(x) * extreme(m, Jet(0.0), which_);
  }

  Parts parts(ConstMemory memory, double) const override {
    Parts out;
    out.add({kExtreme, nullptr, &memory[0], 0});
    out.add({kOther, nullptr, nullptr, against_ == Against::strike ? strike_ : 1.0});
    return out;
  }

 private:
  enum : std::size_t { kExtreme, kOther };

  Jet nearer(const LognormalMarket& market) const {
    const double sign = which_ == Extreme::highest ? 1 : -1;
    const double interval = after(dates_, market.time_years).interval_years;
    return Jet(sign * kWatchedBeta * std::sqrt(interval)) * market.volatility;
  }

  double strike_;
  std::vector<double> dates_;
  Extreme which_;
  Against against_;
};

constexpr Asks kAsksStrike{.strike = true, .observed = true}, kAsks{.observed = true};

template <Extreme which, Lookback::Against against>
std::shared_ptr<const Contract> make(const ContractTerms& terms) {
  return std::make_shared<Lookback>(terms, which, against);
}

}  // namespace

extern constinit const ContractRow kLookbackCall{
    "lookback_call", "pays the highest spot at its dates less the strike, if that is positive", kAsksStrike,
    make<Extreme::highest, Lookback::Against::strike>};
extern constinit const ContractRow kLookbackPut{
    "lookback_put", "pays the strike less the lowest spot at its dates, if that is positive", kAsksStrike,
    make<Extreme::lowest, Lookback::Against::strike>};
extern constinit const ContractRow kFloatingLookbackCall{
    "floating_lookback_call", "pays the spot at expiry less the lowest at its dates", kAsks,
    make<Extreme::lowest, Lookback::Against::spot>};
extern constinit const ContractRow kFloatingLookbackPut{
    "floating_lookback_put", "pays the highest spot at its dates less that at expiry", kAsks,
    make<Extreme::highest, Lookback::Against::spot>};

}  // namespace unhedged::instruments
