#include "engine/instruments/lognormal.hpp"

namespace unhedged::instruments {
namespace {

using math::Jet;

/// A call or put whose strike is a share of the spot at a later date. Before that it is worth a share of the
/// spot, which only the volatility moves.
/// source  Rubinstein, "Pay now, choose later", Risk 4 (1991); docs/methods/contracts.md
class ForwardStart final : public Contract {
 public:
  ForwardStart(const ContractTerms& terms, Side side)
      : Contract(terms.expiry_years),
        moneyness_(terms.strike / terms.spot_today),
        start_years_(terms.start_years),
        side_(side) {}

  std::string problem(double) const override {
    return outlives(expiry_years(), start_years_) ? "" : "starts at or after its expiry";
  }

  /// The strike, or what it would be now.
  std::size_t memory() const override { return 1; }
  void begin(Memory memory) const override { memory[0].fill(0); }

  bool observe(double time_years, const Lanes& spot, Memory memory, Lanes& paid) const override {
    if (time_years < start_years_ + kExpiredYears)
      for (std::size_t lane = 0; lane < kLanes; ++lane) memory[0][lane] = moneyness_ * spot[lane];
    if (time_years < expiry_years() - kExpiredYears) return false;
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      paid[lane] += payoff(side_, spot[lane], memory[0][lane]);
    return true;
  }

  std::size_t shapes() const override { return 1; }
  ShapeOutline outline(std::size_t, double) const override { return {}; }

  Jet price(std::size_t, const LognormalMarket& market) const override {
    if (market.time_years > start_years_ - kExpiredYears)
      return vanilla(Lognormal(market, expiry_years()), side_);
    LognormalMarket at_start = market;
    at_start.x = Jet(-scalar::log(moneyness_));
    at_start.time_years = start_years_;
    const double waiting = start_years_ - market.time_years;
    const Jet share = Jet(moneyness_ * scalar::exp(-market.yield * waiting)) *
                      vanilla(Lognormal(at_start, expiry_years()), side_);
    return math::exponential(market.x) * share;
  }

  Parts parts(ConstMemory memory, double) const override {
    Parts out;
    out.add({0, nullptr, &memory[0], 0});
    return out;
  }

 private:
  double moneyness_, start_years_;
  Side side_;
};

constexpr Asks kAsks{.strike = true, .starts = true};

template <Side side>
std::shared_ptr<const Contract> make(const ContractTerms& terms) {
  return std::make_shared<ForwardStart>(terms, side);
}

}  // namespace

extern constinit const ContractRow kForwardStartCall{
    "forward_start_call", "a call whose strike is a percentage of the spot at a later date", kAsks,
    make<Side::call>};
extern constinit const ContractRow kForwardStartPut{
    "forward_start_put", "a put whose strike is a percentage of the spot at a later date", kAsks,
    make<Side::put>};

}  // namespace unhedged::instruments
