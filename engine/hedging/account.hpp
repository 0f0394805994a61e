#pragma once
#include <vector>

#include "engine/hedging/deleveraged_line.hpp"
#include "engine/hedging/margin_rule.hpp"
#include "engine/hedging/pledged_assets.hpp"

namespace unhedged::hedging {

/// How an account stands on a path.
enum class Standing : std::uint8_t {
  good,
  called,   ///< cash is asked for, and the time to pay it runs
  closing,  ///< positions are closed in parts
  closed,   ///< all of it is, for good
};

/// The account of one hedger on one block of paths: what is there and what must be, cash calls, positions
/// closed by force through the routers of the desk, and what money costs. It stands before the desk at every
/// grid time. Its own money grows at the rate of the first asset. docs/methods/account.md
class Account {
 public:
  /// `routers`: of all that it needs itself; `tapes`: of any time; `rule`: null where rates say what must be
  /// there. Terms, desk and rule outlive it.
  Account(const AccountTerms& terms, Desk& desk, const RouterTerms& routers,
          std::span<const market::Tape* const> tapes, MarginRule* rule = nullptr);
  Account(const Account&) = delete;
  Account& operator=(const Account&) = delete;

  void start();
  /// First at a grid time, before the desk trades: looks at what is there, if it is time to.
  /// returns  what the desk may do; null: as it likes
  const Leash* look(const AccountMoment& now);
  /// After the desk has traded.
  void note(const AccountMoment& now);
  /// What is held until the next grid time costs. `years`: to the next grid time, with interest until then,
  /// and grown to the horizon.
  void carry(const AccountMoment& now, double years);

  /// The horizon, before it is asked what came of it.
  void finish(const AccountMoment& now);
  /// Of the P&L of book and hedge, both in money of the horizon, what the account makes of it: of the book
  /// what has not been closed, and what else there is.
  double book_share(std::size_t lane) const { return book_share_[lane]; }
  double earned_beside(std::size_t lane) const { return book_closed_[lane] - record_.financing[lane]; }
  /// P&L of the book at the horizon, turned into that of what is left of it and of the account.
  void complete(Lanes& book_pnl) const;

  const AccountTerms& terms() const { return *terms_; }
  const AccountRecord& record() const { return record_; }
  Standing standing(std::size_t lane) const { return static_cast<Standing>(standing_.value[lane]); }
  /// Collateral and what the hedge has earned, in money of the last look. shapes  [lanes]
  const Lanes& equity() const { return equity_; }
  /// What must be there, by the last look. shapes  [lanes]
  const Lanes& initial() const { return initial_; }
  const Lanes& maintenance() const { return maintenance_; }
  std::size_t lanes_held() const {
    return kLanesHeld + held_at_first_.size() + perpetuals_.size() * DeleveragedLine::kLanesHeld +
           pledges_.lanes_held() + (rule_ != nullptr ? rule_->lanes_held() : 0);
  }

 private:
  static constexpr std::size_t kLanesHeld = 26;

  void measure(const AccountMoment& now);
  void ask(std::size_t step);
  void deleverage(const AccountMoment& now);
  void check(const AccountMoment& now);
  void judge(std::size_t lane, std::size_t step);
  void call(std::size_t lane, std::size_t step);
  void settle_call(std::size_t lane, std::size_t step);
  void begin_closing(std::size_t lane, std::size_t step, double share);
  void go_on_closing(std::size_t lane, std::size_t step);
  void order_away(std::size_t lane, std::size_t step, double share);
  void seize(const AccountMoment& now);
  void close_book(const AccountMoment& now);
  void limit(std::size_t step);
  bool limits_orders() const;
  bool goes_by_size() const;
  void add_cash(const AccountMoment& now, Lanes& cash);
  bool is_flat(std::size_t lane) const;
  bool needs_backstop(std::size_t lane) const;
  Lanes cost_so_far() const;
  void set(std::size_t lane, Standing standing) {
    standing_.value[lane] = static_cast<std::uint8_t>(standing);
  }
  double missing(std::size_t lane) const;
  const Lanes& price(std::size_t line) const { return *prices_[line]; }

  const AccountTerms* terms_;
  Desk* desk_;
  MarginRule* rule_;
  AccountRecord record_;
  std::unique_ptr<LeverageClasses> classes_;  // null: nobody is deleveraged
  std::vector<DeleveragedLine> perpetuals_;
  PledgedAssets pledges_;
  Leash leash_;
  LaneIndex standing_{};
  LaneIndex ordered_{};       // 1 where a part is to be ordered now
  bool started_ = false;      // there is a first look
  bool awaits_first_ = true;  // nothing has been asked for on some path
  std::size_t troubled_ = 0;  // paths that are not in good standing
  double growth_ = 1;         // of the account's own money, from the last look to the horizon
  Lanes pledged_{};           // collateral in cash, money of the horizon
  Lanes equity_{}, notional_{}, initial_{}, maintenance_{};
  Lanes due_{}, share_closed_{};       // step of the payment or of the next part; share that is ordered away
  Lanes book_share_{}, book_first_{};  // that is left; that was there when closing began
  Lanes book_closed_{};                // what the rest of it has earned, money of the horizon
  Lanes cost_before_{}, order_{};
  std::vector<Lanes> held_at_first_;                // [line] when closing began
  std::vector<const Lanes*> prices_, base_prices_;  // [line] of now: its own, and of its asset
};

}  // namespace unhedged::hedging
