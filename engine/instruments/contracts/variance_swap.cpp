#include <cmath>

#include "engine/instruments/lognormal.hpp"

namespace unhedged::instruments {
namespace {

using math::Jet;

/// Pays at expiry the variance realised from date to date, a year, less that of the strike: the sum of
/// squared log returns over the life in years, the mean not taken off. Realised variance counts up to that of
/// the cap; until it is reached the cap is not priced. source  Demeterfi, Derman, Kamal, Zou, "More than you
/// ever wanted to know about volatility swaps" (1999);
///         docs/methods/contracts.md
class VarianceSwap final : public Contract {
 public:
  explicit VarianceSwap(const ContractTerms& terms)
      : Contract(terms.expiry_years),
        strike_(terms.strike_volatility * terms.strike_volatility),
        cap_(terms.cap_volatility * terms.cap_volatility),
        dates_(terms.dates) {}

  std::string problem(double) const override {
    return strike_ < cap_ ? "" : "has a cap that is not above its strike";
  }

  /// The spot at the last date, one over it, and the variance realised by now, less the strike.
  std::size_t memory() const override { return 3; }
  void begin(Memory memory) const override { memory[kRealised].fill(-strike_); }

  bool observe(double time_years, const Lanes& spot, Memory memory, Lanes& paid) const override {
    const bool today = time_years < kExpiredYears;
    if (!today && !is_one_of(dates_, time_years)) return false;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double moved = today ? 0 : scalar::log(spot[lane] / memory[kLast][lane]);
      const double sum = memory[kRealised][lane] + moved * moved / expiry_years();
      const bool capped = sum > cap_ - strike_;
      memory[kRealised][lane] = capped ? cap_ - strike_ : sum;
      memory[kLast][lane] = spot[lane];
      memory[kWeight][lane] = capped ? 0 : 1 / spot[lane];
    }
    if (time_years < expiry_years() - kExpiredYears) return false;
    for (std::size_t lane = 0; lane < kLanes; ++lane) paid[lane] += memory[kRealised][lane];
    return true;
  }

  std::size_t shapes() const override { return 2; }

  ShapeOutline outline(std::size_t shape, double time_years) const override {
    ShapeOutline out;
    out.settles = shape == kCash;
    const Remaining left = after(dates_, time_years);
    const double next = dates_[dates_.size() - left.count];
    out.narrowing = std::sqrt((next - time_years) / (expiry_years() - time_years));
    return out;
  }

  /// What is still to come: of the return that is under way, and of those after it.
  Jet price(std::size_t shape, const LognormalMarket& market) const override {
    const Jet discount(scalar::exp(-market.rate * (expiry_years() - market.time_years)));
    if (shape == kCash) return discount;
    const Remaining left = after(dates_, market.time_years);
    const double next = dates_[dates_.size() - left.count], until = next - market.time_years;
    const double others = static_cast<double>(left.count - 1),
                 interval = others > 0 ? (expiry_years() - next) / others : 0;
    const Jet variance = market.volatility * market.volatility;
    const Jet drift = Jet(market.rate - market.yield) - Jet(0.5) * variance;
    const Jet under_way = market.x + drift * Jet(until), of_one = drift * Jet(interval);
    const Jet sum = under_way * under_way + variance * Jet(until) +
                    Jet(others) * (of_one * of_one + variance * Jet(interval));
    return discount * sum * Jet(1 / expiry_years());
  }

  Parts parts(ConstMemory memory, double) const override {
    Parts out;
    out.add({kToCome, &memory[kWeight], &memory[kLast], 0});
    out.add({kCash, &memory[kRealised], nullptr, 1});
    return out;
  }

 private:
  enum : std::size_t { kLast, kWeight, kRealised };  // of the memory
  enum : std::size_t { kToCome, kCash };             // of the shapes

  double strike_, cap_;
  std::vector<double> dates_;
};

}  // namespace

extern constinit const ContractRow kVarianceSwap{
    "variance_swap", "pays at expiry the variance realised a year less that of its strike",
    Asks{.observed = true, .strike_volatility = true, .cap_volatility = true},
    [](const ContractTerms& terms) -> std::shared_ptr<const Contract> {
      return std::make_shared<VarianceSwap>(terms);
    }};

}  // namespace unhedged::instruments
