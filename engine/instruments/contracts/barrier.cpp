#include "engine/instruments/lognormal.hpp"

namespace unhedged::instruments {
namespace {

using math::Jet;

enum class Knock { in, out };
enum class Direction { down, up };

/// The closed forms of options that begin or end where the spot touches a barrier that is watched all the
/// time, for rebates of 1. All per unit of the strike; h = log(barrier / strike).
/// source  Reiner and Rubinstein, "Breaking down the barriers", Risk 4 (1991), in the letters of Haug, "The
///         Complete Guide to Option Pricing Formulas" (2007), 4.17.1
class Touching {
 public:
  Touching(const Lognormal& m, Side side, Direction direction, const Jet& h)
      : m_(m),
        h_(h),
        phi_(sign_of(side)),
        eta_(direction == Direction::down ? 1.0 : -1.0),
        drift_(Jet(m.rate - m.yield) * Jet(m.tau) / (m.sd * m.sd) - Jet(0.5)) {}

  Jet a() const { return vanilla_beyond(Jet(0.0)); }
  Jet b() const { return vanilla_beyond(h_); }
  Jet c() const { return image_beyond(h_ + h_); }
  Jet d() const { return image_beyond(h_); }
  /// A rebate at expiry, if it was not touched.
  Jet e() const {
    const Jet z = m_.d2(h_), image = (h_ - m_.x) / m_.sd + drift_ * m_.sd;
    return Jet(m_.cash_discount) * (math::normal_cdf(Jet(eta_) * z) -
                                    math::weighted_cdf(Jet(2) * drift_ * (h_ - m_.x), Jet(eta_) * image));
  }
  /// A rebate when it is touched. expects  rate >= 0
  Jet f() const {
    const Jet root = math::sqrt(drift_ * drift_ + Jet(2 * m_.rate * m_.tau) / (m_.sd * m_.sd));
    const Jet z = (h_ - m_.x) / m_.sd + root * m_.sd, away = h_ - m_.x;
    return math::weighted_cdf((drift_ + root) * away, Jet(eta_) * z) +
           math::weighted_cdf((drift_ - root) * away, Jet(eta_) * (z - Jet(2) * root * m_.sd));
  }

 private:
  /// Of paths that end beyond a level.
  Jet vanilla_beyond(const Jet& level) const {
    const Jet d1 = m_.d1(level);
    return Jet(phi_) * (Jet(m_.spot_discount) * math::exponential(m_.x) * math::normal_cdf(Jet(phi_) * d1) -
                        Jet(m_.cash_discount) * math::normal_cdf(Jet(phi_) * (d1 - m_.sd)));
  }

  /// Of paths that touch it and end beyond the level: those of the spot reflected in the barrier.
  Jet image_beyond(const Jet& level) const {
    const Jet away = h_ - m_.x, y = (level - m_.x) / m_.sd + (drift_ + Jet(1)) * m_.sd;
    const Jet power = Jet(2) * drift_ * away;
    const Jet spot = math::weighted_cdf(power + away + away + m_.x, Jet(eta_) * y);
    const Jet cash = math::weighted_cdf(power, Jet(eta_) * (y - m_.sd));
    return Jet(phi_) * (Jet(m_.spot_discount) * spot - Jet(m_.cash_discount) * cash);
  }

  Lognormal m_;
  Jet h_;
  double phi_, eta_;
  Jet drift_;  ///< mu of Haug
};

/// A call or put that ends, or begins, at the first date on which the spot stands at or beyond a barrier. The
/// rebate is paid when it ends; or at expiry, if it never began.
/// docs/methods/contracts.md
class Barrier final : public Contract {
 public:
  Barrier(const ContractTerms& terms, Side side, Direction direction, Knock knock)
      : Contract(terms.expiry_years),
        strike_(terms.strike),
        barrier_(terms.barrier),
        rebate_(terms.rebate),
        dates_(terms.dates),
        side_(side),
        direction_(direction),
        knock_(knock) {}

  std::string problem(double spot_today) const override {
    if (away() * (spot_today - barrier_) < 0) return "";
    return std::string("has a barrier that today's spot is already ") +
           (direction_ == Direction::down ? "at or below" : "at or above");
  }

  /// Whether it has not been touched, whether it has: 1 or 0.
  std::size_t memory() const override { return 2; }
  void begin(Memory memory) const override {
    memory[kUntouched].fill(1);
    memory[kTouched].fill(0);
  }

  bool observe(double time_years, const Lanes& spot, Memory memory, Lanes& paid) const override {
    const bool watched = is_one_of(dates_, time_years), expires = time_years > expiry_years() - kExpiredYears;
    if (watched) touch(spot, memory, paid);
    if (expires) expire(spot, memory, paid);
    return expires || (watched && knock_ == Knock::out && rebate_ > 0);
  }

  std::size_t shapes() const override { return 2; }

  ShapeOutline outline(std::size_t shape, double) const override {
    ShapeOutline out;
    if (shape == kVanilla) return out;
    const double h = log_barrier();
    out.bend_low = std::min(0.0, h);
    out.bend_high = std::max(0.0, h);
    out.jumps = 1;
    (direction_ == Direction::down ? out.low : out.high) = h;
    return out;
  }

  Jet price(std::size_t shape, const LognormalMarket& market) const override {
    const Lognormal m(market, expiry_years());
    if (shape == kVanilla) return vanilla(m, side_);
    const Touching touching(m, side_, direction_, acting_barrier(market));
    return knock_ == Knock::in ? knock_in(touching) : knock_out(touching);
  }

  /// A path can be there between two dates. Beyond the barrier as it acts it is as good as touched.
  Jet beyond(std::size_t shape, const LognormalMarket& market) const override {
    const double h = acting_barrier(market).value;
    if (shape == kVanilla || away() * (market.x.value - h) <= 0) return price(shape, market);
    return knock_ == Knock::in ? vanilla(Lognormal(market, expiry_years()), side_) : Jet(rebate_ / strike_);
  }

  Parts parts(ConstMemory memory, double) const override {
    Parts out;
    out.add({kAlive, &memory[kUntouched], nullptr, strike_});
    if (knock_ == Knock::in) out.add({kVanilla, &memory[kTouched], nullptr, strike_});
    return out;
  }

 private:
  enum : std::size_t { kUntouched = 0, kTouched = 1 };  // of the memory
  enum : std::size_t { kAlive = 0, kVanilla = 1 };      // of the shapes

  double log_barrier() const { return scalar::log(barrier_ / strike_); }

  double away() const { return direction_ == Direction::down ? -1.0 : 1.0; }

  Jet acting_barrier(const LognormalMarket& market) const {
    const double interval = after(dates_, market.time_years).interval_years;
    return Jet(log_barrier()) + Jet(away() * kWatchedBeta * std::sqrt(interval)) * market.volatility;
  }

  void touch(const Lanes& spot, Memory memory, Lanes& paid) const {
    const double at_end = knock_ == Knock::out ? rebate_ : 0.0;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const bool touches = away() * (spot[lane] - barrier_) >= 0;
      paid[lane] += touches ? at_end * memory[kUntouched][lane] : 0.0;
      memory[kTouched][lane] = touches ? 1.0 : memory[kTouched][lane];
      memory[kUntouched][lane] = touches ? 0.0 : memory[kUntouched][lane];
    }
  }

  void expire(const Lanes& spot, Memory memory, Lanes& paid) const {
    const bool in = knock_ == Knock::in;
    const Lanes& holds = memory[in ? kTouched : kUntouched];
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      paid[lane] += holds[lane] * payoff(side_, spot[lane], strike_);
      paid[lane] += in ? rebate_ * memory[kUntouched][lane] : 0.0;
    }
  }

  bool strike_is_beyond() const {  // on the side of the barrier where it is alive
    return direction_ == Direction::down ? strike_ > barrier_ : strike_ < barrier_;
  }

  Jet knock_in(const Touching& t) const {
    const Jet rebate = rebate_ == 0 ? Jet(0.0) : Jet(rebate_ / strike_) * t.e();
    return rebate + without_rebate(t);
  }

  Jet without_rebate(const Touching& t) const {
    const bool with_spot = (direction_ == Direction::down) == (side_ == Side::call);
    if (with_spot) return strike_is_beyond() ? t.c() : t.a() - t.b() + t.d();
    return strike_is_beyond() ? t.b() - t.c() + t.d() : t.a();
  }

  Jet knock_out(const Touching& t) const {
    const Jet rebate = rebate_ == 0 ? Jet(0.0) : Jet(rebate_ / strike_) * t.f();
    return rebate + t.a() - without_rebate(t);
  }

  double strike_, barrier_, rebate_;
  std::vector<double> dates_;
  Side side_;
  Direction direction_;
  Knock knock_;
};

constexpr Asks kAsks{.strike = true, .barrier = true, .rebate = true, .observed = true};

template <Side side, Direction direction, Knock knock>
std::shared_ptr<const Contract> make(const ContractTerms& terms) {
  return std::make_shared<Barrier>(terms, side, direction, knock);
}

}  // namespace

#define UNHEDGED_BARRIER(NAME, WORD, HELP, SIDE, DIRECTION, KNOCK)          \
  extern constinit const ContractRow NAME {                                 \
    WORD, HELP, kAsks, make<Side::SIDE, Direction::DIRECTION, Knock::KNOCK> \
  }

UNHEDGED_BARRIER(kDownAndOutCall, "down_and_out_call", "a call that ends where the spot falls to the barrier",
                 call, down, out);
UNHEDGED_BARRIER(kDownAndInCall, "down_and_in_call", "a call that begins where the spot falls to the barrier",
                 call, down, in);
UNHEDGED_BARRIER(kUpAndOutCall, "up_and_out_call", "a call that ends where the spot rises to the barrier",
                 call, up, out);
UNHEDGED_BARRIER(kUpAndInCall, "up_and_in_call", "a call that begins where the spot rises to the barrier",
                 call, up, in);
UNHEDGED_BARRIER(kDownAndOutPut, "down_and_out_put", "a put that ends where the spot falls to the barrier",
                 put, down, out);
UNHEDGED_BARRIER(kDownAndInPut, "down_and_in_put", "a put that begins where the spot falls to the barrier",
                 put, down, in);
UNHEDGED_BARRIER(kUpAndOutPut, "up_and_out_put", "a put that ends where the spot rises to the barrier", put,
                 up, out);
UNHEDGED_BARRIER(kUpAndInPut, "up_and_in_put", "a put that begins where the spot rises to the barrier", put,
                 up, in);

#undef UNHEDGED_BARRIER

}  // namespace unhedged::instruments
