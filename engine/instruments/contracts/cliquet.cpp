#include <cmath>

#include "engine/instruments/lognormal.hpp"

namespace unhedged::instruments {
namespace {

using math::Jet;

/// Pays at expiry today's spot times the sum of the returns from date to date, each within a floor and a cap.
/// source  Wilmott, "Cliquet options and volatility models", Wilmott Magazine (2002);
/// docs/methods/contracts.md
class Cliquet final : public Contract {
 public:
  explicit Cliquet(const ContractTerms& terms)
      : Contract(terms.expiry_years),
        notional_(terms.spot_today),
        floor_(terms.floor),
        cap_(terms.cap),
        dates_(terms.dates) {}

  std::string problem(double) const override {
    return floor_ < cap_ ? "" : "has a floor that is not below its cap";
  }

  /// The spot at the last date, the notional over it, and what is certain by now.
  std::size_t memory() const override { return 3; }
  void begin(Memory memory) const override { memory[kCertain].fill(0); }

  bool observe(double time_years, const Lanes& spot, Memory memory, Lanes& paid) const override {
    const bool today = time_years < kExpiredYears;
    if (!today && !is_one_of(dates_, time_years)) return false;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double gained = today ? 0 : spot[lane] / memory[kLast][lane] - 1;
      const double within = gained > cap_ ? cap_ : gained < floor_ ? floor_ : gained;
      memory[kCertain][lane] += today ? 0 : notional_ * within;
      memory[kLast][lane] = spot[lane];
      memory[kWeight][lane] = notional_ / spot[lane];
    }
    if (time_years < expiry_years() - kExpiredYears) return false;
    for (std::size_t lane = 0; lane < kLanes; ++lane) paid[lane] += memory[kCertain][lane];
    return true;
  }

  std::size_t shapes() const override { return 2; }

  ShapeOutline outline(std::size_t shape, double time_years) const override {
    ShapeOutline out;
    if (shape == kCash) return out;
    if (floor_ > -1) out.bend_low = scalar::log1p(floor_);
    out.bend_high = std::isfinite(cap_) ? scalar::log1p(cap_) : out.bend_low;
    if (floor_ <= -1) out.bend_low = out.bend_high;
    out.narrowing = std::sqrt((next_date(time_years) - time_years) / (expiry_years() - time_years));
    return out;
  }

  Jet price(std::size_t shape, const LognormalMarket& market) const override {
    const Jet discount(scalar::exp(-market.rate * (expiry_years() - market.time_years)));
    if (shape == kCash) return discount;
    const Remaining left = after(dates_, market.time_years);
    const double next = next_date(market.time_years), later = static_cast<double>(left.count - 1);
    Jet legs = within(market, next);
    if (left.count > 1) {
      LognormalMarket from_date = market;
      from_date.x = 0.0;
      from_date.time_years = 0;
      legs = legs + Jet(later) * within(from_date, (expiry_years() - next) / later);
    }
    return discount * legs;
  }

  Parts parts(ConstMemory memory, double) const override {
    Parts out;
    out.add({kLegs, &memory[kWeight], &memory[kLast], 0});
    out.add({kCash, &memory[kCertain], nullptr, 1});
    return out;
  }

 private:
  enum : std::size_t { kLast, kWeight, kCertain };  // of the memory
  enum : std::size_t { kLegs, kCash };              // of the shapes

  double next_date(double time_years) const {
    return dates_[dates_.size() - after(dates_, time_years).count];
  }

  /// Expected return until a date, within its floor and cap.
  Jet within(const LognormalMarket& market, double date_years) const {
    const Lognormal m(market, date_years);
    const Jet growth(1 / m.cash_discount);
    Jet expected = floor_ > -1 ? Jet(floor_) + growth * vanilla(m, Side::call, scalar::log1p(floor_))
                               : Jet(m.spot_discount / m.cash_discount) * math::exponential(m.x) - Jet(1);
    if (std::isfinite(cap_)) expected = expected - growth * vanilla(m, Side::call, scalar::log1p(cap_));
    return expected;
  }

  double notional_, floor_, cap_;
  std::vector<double> dates_;
};

}  // namespace

extern constinit const ContractRow kCliquet{
    "cliquet", "pays at expiry today's spot times the sum of returns from date to date, each within bounds",
    Asks{.observed = true, .floor = true, .cap = true},
    [](const ContractTerms& terms) -> std::shared_ptr<const Contract> {
      return std::make_shared<Cliquet>(terms);
    }};

}  // namespace unhedged::instruments
