#pragma once
#include "engine/hedging/account_record.hpp"
#include "engine/hedging/deleveraging.hpp"
#include "engine/hedging/desk.hpp"

namespace unhedged::hedging {

/// A perpetual that a desk hedges with and may be deleveraged in, on every path of a block.
class DeleveragedLine {
 public:
  DeleveragedLine(const DeleveragingTerms& terms, const LeverageClasses& classes, std::size_t line)
      : terms_(&terms), line_(line), venue_(terms, classes) {}

  void start();
  /// What the missing position would have made since the last time.
  void count_missing(const AccountMoment& now, const Desk& desk, AccountRecord& record);
  /// First at a grid time: that, and what is taken now.
  /// `equity`: of the account. returns  whether anything is taken
  bool look(const AccountMoment& now, const Lanes& equity, Desk& desk, AccountRecord& record);
  /// After the desk has traded. `leash`: what it could do; `decided`: whether it has
  void note(const AccountMoment& now, const Desk& desk, const Leash& leash, bool decided);
  /// Whether the desk cannot buy back yet.
  bool is_out(std::size_t lane, std::size_t step) const {
    return static_cast<double>(step) < out_until_[lane];
  }
  static constexpr std::size_t kLanesHeld = 6 + Deleveraging::kLanesHeld;

 private:
  const market::Tape& tape(const AccountMoment& now, const Desk& desk) const {
    return *now.tapes[desk.plan().lines[line_].tradable];
  }
  bool take(const AccountMoment& now, const Lanes& equity, Desk& desk, AccountRecord& record);

  const DeleveragingTerms* terms_;
  std::size_t line_;
  Deleveraging venue_;
  bool started_ = false, misses_ = false;
  Lanes entry_{}, last_{}, missing_{}, out_until_{};
  Lanes units_{}, price_{};  // of a fill
};

}  // namespace unhedged::hedging
