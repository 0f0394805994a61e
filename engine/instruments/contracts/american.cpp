#include <cmath>

#include "engine/instruments/early_exercise.hpp"

namespace unhedged::instruments {
namespace {

using math::Jet;

enum class Exercise { at_any_time, at_dates };

/// A call or put that its holder may exercise before its expiry, and does where that is best at the
/// volatility that is quoted, or by a stated rule. It is worth what it is worth to who exercises where that
/// is best. docs/methods/contracts.md
class American final : public Contract, public EarlyEnd {
 public:
  American(const ContractTerms& terms, Side side, Exercise exercise)
      : Contract(terms.expiry_years), strike_(terms.strike), side_(side), from_(terms.exercised_from) {
    if (exercise == Exercise::at_dates) dates_ = terms.dates;
    negative_ = terms.rate < 0 || terms.yield < 0;
    if (is_refused()) return;
    EarlyExerciseTables own;
    EarlyExerciseTables& tables = terms.tables != nullptr ? *terms.tables : own;
    early_ = tables.of({side, terms.rate, terms.yield, terms.expiry_years, dates_});
  }

  std::string problem(double) const override {
    if (negative_)
      return "needs a rate and a yield that are not negative: else there may be two prices to exercise "
             "between";
    if (dates_.size() > kMostExerciseDates)
      return "has " + std::to_string(dates_.size()) + " dates of exercise, at most " +
             std::to_string(kMostExerciseDates) +
             ": observed needs to be longer, or the option to be american";
    if (from_ && std::isfinite(*from_) && *from_ >= 1 && side_ == Side::put)
      return "never pays as much as its exercise asks for: a put pays less than its strike";
    return "";
  }

  std::size_t memory() const override { return 1; }
  void begin(Memory memory) const override { memory[0].fill(1); }

  bool observe(double time_years, const Lanes& spot, Memory memory, Lanes& paid) const override {
    if (time_years < expiry_years() - kExpiredYears) return false;
    for (std::size_t lane = 0; lane < kLanes; ++lane) paid[lane] += memory[0][lane] * pays(spot[lane]);
    return true;
  }

  const EarlyEnd* early_end() const override { return this; }
  double strike() const override { return strike_; }
  double pays(double spot) const override { return payoff(side_, spot, strike_); }
  bool is_ended(double time_years, double spot, double volatility) const override {
    if (!from_) return early_->exercises(time_years, scalar::log(spot / strike_), volatility);
    return (dates_.empty() || is_one_of(dates_, time_years)) && pays(spot) >= *from_ * strike_;
  }

  bool is_tabulated() const override { return true; }
  std::size_t shapes() const override { return 1; }
  ShapeOutline outline(std::size_t, double) const override { return {}; }
  Jet price(std::size_t, const LognormalMarket& market) const override { return early_->price(market); }

  Parts parts(ConstMemory memory, double) const override {
    Parts out;
    out.add({0, &memory[0], nullptr, strike_});
    return out;
  }

 private:
  bool is_refused() const { return negative_ || dates_.size() > kMostExerciseDates; }

  double strike_;
  Side side_;
  std::optional<double> from_;  // share of the strike; none: where it is best
  std::vector<double> dates_;   // of exercise; none: any time
  bool negative_ = false;
  std::shared_ptr<const EarlyExercise> early_;
};

constexpr Asks kAtAnyTime{.strike = true, .exercise = true},
    kAtDates{.strike = true, .observed = true, .exercise = true};

template <Side side, Exercise exercise>
std::shared_ptr<const Contract> make(const ContractTerms& terms) {
  return std::make_shared<American>(terms, side, exercise);
}

}  // namespace

extern constinit const ContractRow kAmericanCall{"american_call", "a call that may be exercised at any time",
                                                 kAtAnyTime, make<Side::call, Exercise::at_any_time>};
extern constinit const ContractRow kAmericanPut{"american_put", "a put that may be exercised at any time",
                                                kAtAnyTime, make<Side::put, Exercise::at_any_time>};
extern constinit const ContractRow kBermudanCall{"bermudan_call", "a call that may be exercised at its dates",
                                                 kAtDates, make<Side::call, Exercise::at_dates>};
extern constinit const ContractRow kBermudanPut{"bermudan_put", "a put that may be exercised at its dates",
                                                kAtDates, make<Side::put, Exercise::at_dates>};

}  // namespace unhedged::instruments
