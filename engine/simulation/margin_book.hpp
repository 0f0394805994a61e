#pragma once
#include <vector>

#include "engine/core/lanes.hpp"
#include "engine/instruments/book.hpp"
#include "engine/market/quotes.hpp"
#include "engine/market/tape.hpp"
#include "engine/pricing/greek.hpp"
#include "engine/simulation/plan.hpp"

/// Positions that are settled on margin as their prices move, and what is paid in the asset itself: coins,
/// which the book keeps until the horizon. docs/methods/coin.md
namespace unhedged::simulation {

/// What there is of them in one asset, at every grid time; made once and shared by all blocks. A future's
/// price is spot * c with c = e^((rate - yield) * life): futures are a number of spots whatever their
/// expiries, and inverse ones a number of 1 / spot.
class MarginTerms {
 public:
  MarginTerms(const Plan& plan, std::size_t asset);

  /// Whether there is nothing of the kind.
  bool empty() const { return !has_margin_ && !has_coin_; }
  bool has_margin() const { return has_margin_; }
  /// Whether coins are paid.
  bool has_coin() const { return has_coin_; }

  /// Sums over the futures that live on after a grid time, and over those that lived before it:
  /// quantity * c, and of inverse ones quantity / c.
  struct Futures {
    double units = 0, face = 0;
    double units_before = 0, face_before = 0;
  };
  const Futures& futures(std::size_t step) const { return futures_[step]; }
  double perpetual_units() const { return perpetual_units_; }
  double perpetual_face() const { return perpetual_face_; }
  double due_today() const { return due_today_; }
  double premium_in_coin() const { return premium_in_coin_; }
  /// What the yield makes of a coin until the horizon.
  double coin_growth(std::size_t step) const { return coin_growth_[step]; }
  /// Adds what options that expire at a grid time pay, in account currency. returns  whether some do
  bool coin_payoff(std::size_t step, const Lanes& spot, Lanes& out) const;

 private:
  void add(const MarginPlan& held, const Plan& plan);
  void plan_payoffs(const Plan& plan, std::size_t asset);

  struct Due {
    std::size_t step;
    instruments::Payoff payoff;
  };
  bool has_margin_ = false, has_coin_ = false;
  double perpetual_units_ = 0, perpetual_face_ = 0, due_today_ = 0, premium_in_coin_ = 0;
  std::vector<Futures> futures_;     // [step]
  std::vector<double> coin_growth_;  // [step]
  std::vector<Due> due_;
};

/// The state of one asset on the paths of one block in one world. Money is account currency of the horizon,
/// coins are those of the horizon.
class MarginBook {
 public:
  explicit MarginBook(const MarginTerms& terms) : terms_(&terms) {}

  const MarginTerms& terms() const { return *terms_; }
  void begin() { coins_.fill(0); }

  /// A grid time: what one unit of money paid then, and on the margin of the step that ends then, is worth at
  /// the horizon.
  struct Settling {
    std::size_t step;
    double to_horizon;
    double years;  ///< of the step that ends, with interest on funding until its end
  };
  /// Settles what has moved since the last grid time and what expires, into money and coins.
  /// `perpetual`: its tape; null where the asset has none
  void settle(const Settling& now, const Lanes& spot, const market::Tape* perpetual, Lanes& money);
  /// Exchanges the coins at the horizon.
  void exchange(const Lanes& spot, Lanes& money);

  /// out += a Greek in account currency: of margined positions delta, of the coins held delta and value.
  /// `coins`: whether those are counted. `perpetual`: its quote
  void add(std::size_t step, const Lanes& spot, const Lanes* perpetual, pricing::Greek greek, bool coins,
           Lanes& out) const;

  /// That a step goes through.
  std::size_t lanes() const { return terms_->empty() ? 0 : kLanesHeld; }

  /// Held, by what they grow to. shapes  [lanes]
  const Lanes& coins() const { return coins_; }

 private:
  static constexpr std::size_t kLanesHeld = 4;  // coins; prices and funding of the last time

  void settle_margin(const Settling& now, const Lanes& spot, const market::Tape* perpetual, Lanes& money);

  const MarginTerms* terms_;
  Lanes coins_{};
  Lanes last_spot_{}, last_perpetual_{}, last_funding_{};
};

}  // namespace unhedged::simulation
