#include <cmath>

#include "engine/instruments/lognormal.hpp"

namespace unhedged::instruments {
namespace {

using math::Jet;

/// sum of e^(a i) over i = 0 .. count - 1
Jet geometric_sum(const Jet& a, double count) {
  constexpr double small = 1e-9;
  if (std::abs(a.value) * count < small) return Jet(count) + a * Jet(0.5 * count * (count - 1));
  return (math::exponential(Jet(count) * a) - Jet(1)) / (math::exponential(a) - Jet(1));
}

/// Dates that are left: the next is `first` years away, the others follow every `interval`.
struct Fixings {
  double count, first, interval;

  Fixings(const std::vector<double>& dates, double time_years) {
    const Remaining left = after(dates, time_years);
    count = static_cast<double>(left.count);
    first = dates[dates.size() - left.count] - time_years;
    interval = left.count > 1 ? (dates.back() - time_years - first) / (count - 1) : 0;
  }

  double mean_time() const { return first + 0.5 * (count - 1) * interval; }
  /// Mean over all pairs of the earlier of two dates.
  double mean_earlier() const { return first + interval * (count - 1) * (2 * count - 1) / (6 * count); }
};

/// An undiscounted call or put on something lognormal, of mean m and deviation v of its log, strike 1.
Jet on_lognormal(Side side, const Jet& log_mean, const Jet& v) {
  const Jet sign(sign_of(side)), d1 = log_mean / v + Jet(0.5) * v;
  return sign *
         (math::exponential(log_mean) * math::normal_cdf(sign * d1) - math::normal_cdf(sign * (d1 - v)));
}

/// A call or put on the average of the spots at its dates.
class Asian : public Contract {
 public:
  Asian(const ContractTerms& terms, Side side)
      : Contract(terms.expiry_years), side_(side), strike_(terms.strike), dates_(terms.dates) {}

 protected:
  double count() const { return static_cast<double>(dates_.size()); }
  /// Share of the average that is still to come after a date.
  double share_left(double time_years) const {
    return static_cast<double>(after(dates_, time_years).count) / count();
  }
  bool expires(double time_years) const { return time_years > expiry_years() - kExpiredYears; }

  Side side_;
  double strike_;
  std::vector<double> dates_;
};

/// The arithmetic average, priced as lognormal with its first two moments. What has been fixed lowers the
/// strike of the average that is left; once that is not positive the call is a forward and the put worthless.
/// source  Levy, Journal of International Money and Finance 11 (1992); docs/methods/contracts.md
class ArithmeticAsian final : public Asian {
 public:
  using Asian::Asian;

  std::size_t memory() const override { return 5; }
  void begin(Memory memory) const override {
    memory[kFixed].fill(0);
    set_open(1, memory);
  }

  bool observe(double time_years, const Lanes& spot, Memory memory, Lanes& paid) const override {
    if (!is_one_of(dates_, time_years)) return false;
    for (std::size_t lane = 0; lane < kLanes; ++lane) memory[kFixed][lane] += spot[lane] / count();
    if (!expires(time_years)) return set_open(share_left(time_years), memory), false;
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      paid[lane] += payoff(side_, memory[kFixed][lane], strike_);
    return true;
  }

  std::size_t shapes() const override { return 3; }
  ShapeOutline outline(std::size_t, double time_years) const override {
    ShapeOutline out;
    const Fixings left(dates_, time_years);
    out.narrowing = std::sqrt(left.mean_earlier() / (expiry_years() - time_years));
    return out;
  }

  Jet price(std::size_t shape, const LognormalMarket& market) const override {
    const Lognormal m(market, expiry_years());
    const Jet discount(m.cash_discount);
    if (shape == kCash) return discount;
    const AverageMoments moments(Fixings(dates_, market.time_years), m.rate - m.yield, market.volatility);
    if (shape == kForward) return discount * math::exponential(m.x + moments.log_mean);
    return discount * on_lognormal(side_, m.x + moments.log_mean, moments.deviation);
  }

  Parts parts(ConstMemory memory, double) const override {
    Parts out;
    out.add({kAverage, &memory[kWeight], &memory[kStrikeLeft], 0});
    if (side_ == Side::put) return out;
    out.add({kForward, &memory[kCertain], nullptr, 1});
    out.add({kCash, &memory[kCertainCash], nullptr, 1});
    return out;
  }

 private:
  enum : std::size_t { kFixed, kWeight, kStrikeLeft, kCertain, kCertainCash };  // of the memory
  enum : std::size_t { kAverage, kForward, kCash };                             // of the shapes

  /// Of the average of what is left, over the spot of now.
  struct AverageMoments {
    Jet log_mean, deviation;

    AverageMoments(const Fixings& left, double drift, const Jet& volatility) {
      constexpr double still = 1e-8;
      const Jet variance = volatility * volatility;
      const double b = drift * left.interval, k = left.count;
      const Jet c = Jet(b) + variance * Jet(left.interval), both = c + Jet(b);
      const Jet mean = geometric_sum(Jet(b), k) * Jet(1 / k);
      const Jet squares = geometric_sum(both, k);
      // sum of e^(c i) over e^(b j), i < j
      Jet products = 0.0;
      if (left.count > 1)
        products = std::abs(b) * k < still
                       ? (geometric_sum(c, k) - Jet(k)) / (math::exponential(c) - Jet(1))
                       : (Jet(scalar::exp(b * k)) * geometric_sum(c, k) - Jet(scalar::exp(b)) * squares) /
                             Jet(scalar::expm1(b));
      const Jet second = (squares + Jet(2) * products) * Jet(1 / (k * k));
      log_mean = math::logarithm(mean) + Jet(drift * left.first);
      deviation = math::sqrt(variance * Jet(left.first) + math::logarithm(second / (mean * mean)));
    }
  };

  /// What is left of it after a date, of which the share of the average is.
  bool set_open(double share, Memory memory) const {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double left = strike_ - memory[kFixed][lane];
      const bool open = left > 0;
      memory[kWeight][lane] = open ? share : 0.0;
      memory[kStrikeLeft][lane] = open ? left / share : strike_;
      memory[kCertain][lane] = open ? 0.0 : share;
      memory[kCertainCash][lane] = open ? 0.0 : -left;
    }
    return true;
  }
};

/// The geometric average, which is lognormal where the spot is: an option on the average as it would be if
/// the spot stayed. The coordinate is its log over the strike, y, of which a move of the log spot is worth
/// the share of the average that is left; the reference is what the spot is e^y of. source  Kemna and Vorst,
/// Journal of Banking and Finance 14 (1990), at dates: Turnbull and Wakeman, Journal
///         of Financial and Quantitative Analysis 26 (1991)
class GeometricAsian final : public Asian {
 public:
  using Asian::Asian;

  std::size_t memory() const override { return 3; }
  void begin(Memory memory) const override { memory[kLogs].fill(0); }

  bool observe(double time_years, const Lanes& spot, Memory memory, Lanes& paid) const override {
    const bool fixes = is_one_of(dates_, time_years);
    const double share = share_left(time_years);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double log_spot = scalar::log(spot[lane] / strike_);
      if (fixes) memory[kLogs][lane] += log_spot / count();
      const double stays = scalar::exp(memory[kLogs][lane] + share * log_spot);
      memory[kReference][lane] = spot[lane] / stays;
      memory[kWeight][lane] = strike_ * stays / spot[lane];
    }
    if (!expires(time_years)) return false;
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      paid[lane] += payoff(side_, strike_ * scalar::exp(memory[kLogs][lane]), strike_);
    return true;
  }

  std::size_t shapes() const override { return 1; }
  ShapeOutline outline(std::size_t, double time_years) const override {
    ShapeOutline out;
    const Fixings left(dates_, time_years);
    const double life = expiry_years() - time_years;
    out.narrowing = left.count / count() * std::sqrt(left.mean_earlier() / life);
    out.settles = false;
    return out;
  }

  Jet price(std::size_t, const LognormalMarket& market) const override {
    const Lognormal m(market, expiry_years());
    const Fixings left(dates_, market.time_years);
    const double share = left.count / count();
    const Jet y(m.x.value, share * m.x.dx, share * share * m.x.dxx, m.x.ds);
    const Jet variance = market.volatility * market.volatility;
    const Jet v = Jet(share * std::sqrt(left.mean_earlier())) * market.volatility;
    const Jet drift = (Jet(m.rate - m.yield) - Jet(0.5) * variance) * Jet(share * left.mean_time());
    return Jet(m.cash_discount) * on_lognormal(side_, y + drift + Jet(0.5) * v * v, v);
  }

  Parts parts(ConstMemory memory, double) const override {
    Parts out;
    out.add({0, &memory[kWeight], &memory[kReference], 0});
    return out;
  }

 private:
  enum : std::size_t { kLogs, kReference, kWeight };  // of the memory
};

constexpr Asks kAsks{.strike = true, .observed = true};

template <class Kind, Side side>
std::shared_ptr<const Contract> make(const ContractTerms& terms) {
  return std::make_shared<Kind>(terms, side);
}

}  // namespace

extern constinit const ContractRow kAsianCall{"asian_call",
                                              "a call on the arithmetic average of the spots at its dates",
                                              kAsks, make<ArithmeticAsian, Side::call>};
extern constinit const ContractRow kAsianPut{"asian_put",
                                             "a put on the arithmetic average of the spots at its dates",
                                             kAsks, make<ArithmeticAsian, Side::put>};
extern constinit const ContractRow kGeometricAsianCall{
    "geometric_asian_call", "a call on the geometric average of the spots at its dates", kAsks,
    make<GeometricAsian, Side::call>};
extern constinit const ContractRow kGeometricAsianPut{
    "geometric_asian_put", "a put on the geometric average of the spots at its dates", kAsks,
    make<GeometricAsian, Side::put>};

}  // namespace unhedged::instruments
