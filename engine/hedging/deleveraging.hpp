#pragma once
#include <vector>

#include "engine/hedging/account_terms.hpp"
#include "engine/market/tape.hpp"

/// Auto-deleveraging of one perpetual: traders who go bankrupt, a fund that pays for what their positions
/// lose beyond their margin, and winners whose positions are closed when it is empty. docs/methods/account.md
namespace unhedged::hedging {

/// Those who trade a perpetual, made once: on either side as many, all in at today's price, in classes of
/// equal size by their leverage, which is lognormal.
class LeverageClasses {
 public:
  explicit LeverageClasses(const DeleveragingTerms& terms);

  static constexpr std::size_t kCount = 64;
  /// Part of today's price by which it moves against a class until its margin is spent, and until it is
  /// closed. Ascending.
  const std::vector<double>& bankrupt_at() const { return bankrupt_at_; }
  const std::vector<double>& closed_at() const { return closed_at_; }
  /// Part of them whose margin is a smaller part of the price at which they came in.
  double with_less_margin(double part) const;

 private:
  double log_median_, per_log_spread_;
  std::vector<double> bankrupt_at_, closed_at_;
};

/// A winner as a venue sees it.
struct Winner {
  double units = 0;  ///< negative: short
  double entry = 0;
  double equity = 0;  ///< with what has been won
};

/// Margin, as a part of their entry price, below which traders of the law, in at `entry_of_others`, rank
/// before a winner at a mark; 0: nobody does. Infinite: all do, since it has not won.
double margin_ranked_before(DeleveragingTerms::QueueRule rule, const Winner& winner, double entry_of_others,
                            double mark);

/// What winners must give up.
struct Closure {
  double units = 0;  ///< of theirs; negative: of those who are short
  double price = 0;  ///< mean of the bankruptcy prices
};

/// The state of one perpetual on every path of a block.
class Deleveraging {
 public:
  Deleveraging(const DeleveragingTerms& terms, const LeverageClasses& classes)
      : terms_(&terms), classes_(&classes) {}

  void start(const Lanes& price);
  /// Whether somebody is closed on some path.
  bool is_due(const Lanes& price) const;
  /// Closes those whose time has come on a path, at the market of now. returns  what the fund cannot pay for
  Closure close_losers(std::size_t lane, const market::Tape& tape);
  /// Units of a desk that are among those closed; negative of a short one. The others come from the rest.
  double units_taken(std::size_t lane, const Closure& closure, const Winner& desk, double mark);

  double fund(std::size_t lane) const { return fund_[lane]; }
  double today(std::size_t lane) const { return first_[lane]; }
  static constexpr std::size_t kLanesHeld = 8;

 private:
  enum Camp : std::size_t { buyers, sellers };

  Closure close(std::size_t lane, Camp side, const market::Tape& tape);
  double trigger(std::size_t lane, Camp side) const;

  const DeleveragingTerms* terms_;
  const LeverageClasses* classes_;
  Lanes first_{}, fund_{};
  Lanes trigger_[2]{};         // price at which the next class of a side is closed
  LaneIndex next_[2]{};        // that class
  Lanes winners_closed_[2]{};  // units, of those who hold a side
};

}  // namespace unhedged::hedging
