#pragma once
#include <algorithm>
#include <deque>
#include <optional>
#include <vector>

#include "engine/hedging/account.hpp"
#include "engine/hedging/own_quotes.hpp"
#include "engine/simulation/book_look.hpp"
#include "engine/simulation/coverage.hpp"
#include "engine/simulation/held_book.hpp"
#include "engine/simulation/path_margin.hpp"
#include "engine/simulation/prepared_run.hpp"

namespace unhedged::simulation {

class Floor;

/// Is shown every grid time of a floor: after its orders are filled and before they move the price; at the
/// horizon after the close-out.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void at(const Floor& floor, std::uint32_t step) = 0;
};

/// Greeks of an option on several assets that the market marks.
struct MultiAssetMark {
  std::vector<Lanes> delta, gamma;  ///< [leg]
  Lanes theta{};
};

/// One world of a scenario on one block of paths, and the desks that trade in it. A scenario without feedback
/// has one floor with all hedgers; with feedback there is that one, on which nobody moves the price, and
/// another for each hedger, on which its own crowd does. The phases are called in the order of schedule.hpp;
/// nothing is allocated after construction.
class Floor {
 public:
  /// `crowd`: the hedger whose crowd moves the price, if any. The run and the noise outlive the floor.
  Floor(const PreparedRun& run, world::NoiseCache& noise, std::size_t scenario,
        std::optional<std::size_t> crowd = {});
  Floor(const Floor&) = delete;
  Floor& operator=(const Floor&) = delete;

  void start();
  void enter(std::uint32_t step) { world_.observe_all_but_prices(step, *noise_); }
  void evaluate(std::size_t asset, std::uint32_t step);
  void settle(std::uint32_t step) { book_.settle(step, world_); }
  void accrue(std::uint32_t step);
  void trade(std::uint32_t step);
  void record(std::uint32_t step);
  void carry(std::uint32_t step);
  void impact(std::uint32_t step);
  void move(std::uint32_t step);
  void finish(std::uint32_t horizon);

  /// Whether tables are fetched while prices are worked out: it pays where no other block has just read them.
  void fetch_tables(bool ahead) { fetches_tables_ = ahead; }

  /// From now on `sink` is shown every grid time; null: nobody is.
  void show_to(Sink* sink) { sink_ = sink; }
  /// The other is shown those at which the book is marked.
  void explain_to(Sink* other) { explains_ = other; }
  /// Whether the market marks the book from now on, where that is asked for at all; at first it does.
  void mark_book(bool marks);

  std::size_t scenario() const { return scenario_; }
  std::optional<std::size_t> crowd() const { return crowd_; }
  const PreparedRun& run() const { return *run_; }
  const world::BlockWorld& world() const { return world_; }
  /// A hedger's desk, if it trades here.
  const hedging::Desk* desk(std::size_t hedger) const { return desk_of_[hedger]; }
  /// The account of a hedger that trades here; null: it has none.
  const hedging::Account* account(std::size_t hedger) const { return accounts_[hedger].get(); }
  /// Delta of the book in an asset under a hedger's belief, when a desk last looked. shapes  [lanes], units
  const Lanes& delta(std::size_t hedger, std::size_t asset) const {
    return *greeks_[run_->belief_of(hedger)][asset][pricing::Greek::delta];
  }
  /// The market's mark of the book in an asset and its Greeks at this grid time before the horizon, where it
  /// is asked for. shapes  [lanes]
  const hedging::BookGreeks& mark(std::size_t asset) const { return greeks_[*run_->market_belief()][asset]; }
  /// The same, of the value at any grid time.
  const Lanes& marked(std::size_t asset) const {
    return at_horizon_ ? book_.marked(asset) : *mark(asset)[pricing::Greek::value];
  }
  /// out += Greeks, and values at other quotes, of what of the mark is not netted.
  void add_contract_greeks(std::size_t asset, std::uint32_t step, pricing::Greek greek, Lanes& out) const;
  void add_contract_values(std::size_t asset, std::uint32_t step, const market::AssetQuotes& quotes,
                           Lanes& out) const;
  /// Of an option on several assets at its last mark.
  const MultiAssetMark& multi_asset_mark(std::size_t option) const { return multi_asset_marks_[option]; }
  /// Delta of an option that is hedged with, as the market marks it.
  const Lanes& option_delta(std::size_t option) const {
    return *option_greeks_[*run_->market_belief()][option][pricing::Greek::delta];
  }
  /// What was paid on margin and for coins at this grid time, in money of the horizon.
  const Lanes& margin_flow(std::size_t asset) const { return margin_flow_[asset]; }
  /// The perpetual of an asset; null: it has none.
  const market::Tape* perpetual(std::size_t asset) const;
  /// What the yield of an asset earns over a step.
  double yield_over(std::size_t asset, std::uint32_t step) const;
  const OptionBook& options() const { return options_; }
  /// What came of the calibrations of a hedger's belief to an asset; null: there are none.
  const hedging::CalibrationRecord* calibrations(std::size_t hedger, std::size_t asset) const {
    const auto& own = own_quotes_[run_->belief_of(hedger)][asset];
    return own ? own->record() : nullptr;
  }
  /// What a hedger's belief takes for the quotes of an asset.
  const market::AssetQuotes& quotes(std::size_t hedger, std::size_t asset) const {
    return quotes_of(run_->belief_of(hedger), asset);
  }
  /// The market of what a line trades in.
  const market::Tape& tape(const hedging::Line& line) const { return *tapes_[line.tradable]; }
  /// Bytes of state that a step goes through.
  std::size_t state_bytes() const;
  /// P&L at the horizon of a hedger that trades here. shapes  [lanes]
  const Lanes& pnl(std::size_t hedger) const { return pnl_[hedger]; }
  /// P&L at the horizon of the book alone, in account currency. shapes  [lanes]
  const Lanes& book_pnl() const { return book_.pnl(); }
  /// What the book has paid in an asset since today, less V(0), in money of the horizon: what was exchanged
  /// for coins is no part of it. shapes  [lanes]
  const Lanes& book_cash(std::size_t asset) const { return book_.cash(asset); }
  /// Coins that the book holds of an asset now; null: none of its positions pays any.
  const MarginBook* margin(std::size_t asset) const {
    return book_.has_margin() ? &book_.margin(asset) : nullptr;
  }
  /// Years spent in each regime; empty where there is one. shapes  [regime][lanes]
  const std::vector<Lanes>& regime_time() const { return regime_time_; }
  /// Turns money of the horizon into what P&L is counted in.
  void count_in_numeraire(Lanes& money) const;
  const ContractBook& contracts() const { return book_.contracts(); }
  /// What yardsticks cover; null: nobody asks.
  const Coverage* coverage() const { return coverage_ ? &*coverage_ : nullptr; }
  /// Whether feedback has run away on a path.
  bool exploded(std::size_t lane) const {
    return world_.exploded() != nullptr && world_.exploded()->value[lane] != 0;
  }

 private:
  /// Greeks of the book in one asset that desks ask for, and who asks.
  struct Asked {
    std::vector<const hedging::Desk*> by;
    std::vector<pricing::Greek> greeks;
    std::vector<Lanes> values;              // [Greek asked for]
    bool always = false;                    // by the market's mark
    const std::vector<char>* at = nullptr;  // [grid time] by the market's mark, for yardsticks

    bool is_marked(std::uint32_t step) const { return always || (at != nullptr && (*at)[step] != 0); }
    /// Whether one of them decides then.
    bool is_due(std::uint32_t step) const {
      return is_marked(step) ||
             std::ranges::any_of(by, [step](const hedging::Desk* desk) { return desk->is_due(step); });
    }
    bool is_empty() const { return by.empty() && !always && at == nullptr; }
  };

  void evaluate_multi_assets(std::size_t asset, std::uint32_t step);
  void add_multi_asset(std::size_t option, std::size_t belief, std::uint32_t step);
  void ask(std::size_t belief, std::size_t asset);
  bool marks_book() const;
  void begin_marks();
  const Lanes* delta_of_twin(std::size_t asset, std::uint32_t step) const;
  void mark_netted(std::size_t asset, std::uint32_t step, pricing::Greek greek, Lanes& out) const;
  void mark_multi_asset(std::size_t option, std::uint32_t step);
  void ask_of_options();
  void make_own_quotes();
  std::unique_ptr<hedging::MarginRule> margin_rule(const hedging::AccountTerms& account);
  bool needs_quotes(std::size_t belief, std::size_t asset) const;
  void evaluate_options(std::size_t asset, std::uint32_t step);
  bool is_asked(std::size_t belief, std::size_t asset, std::uint32_t step) const {
    return asked_[belief][asset].is_due(step);
  }
  const market::AssetQuotes& quotes_of(std::size_t belief, std::size_t asset) const {
    if (belief == run_->market_belief()) return world_.quotes(asset);
    const auto& own = own_quotes_[belief][asset];
    return own ? own->quotes() : world_.shown().assets[asset];
  }
  static bool is_needed(const Asked& asked, pricing::Greek greek, std::uint32_t step);
  hedging::FloorView view(std::size_t hedger, std::uint32_t step, const Lanes* latency) const;
  std::size_t world_lanes() const;
  void observe_book(std::size_t asset, std::uint32_t step);
  void adjust(std::size_t belief, std::size_t asset, std::uint32_t step, pricing::Greek greek,
              Lanes& out) const;
  hedging::AccountMoment account_moment(std::size_t step) const;
  void look_at_book(std::size_t step);
  void total(std::size_t hedger);

  const PreparedRun* run_;
  world::NoiseCache* noise_;
  std::size_t scenario_;
  std::optional<std::size_t> crowd_;
  world::BlockWorld world_;
  HeldBook book_;
  OptionBook options_;
  std::vector<market::AssetQuotes> seen_;        // [asset] by one who holds a belief
  bool has_margin_ = false, has_yield_ = false;  // some line is settled on margin; earns a yield
  bool fetches_tables_ = false;
  std::vector<const market::Tape*> tapes_;                   // [tradable]
  std::vector<std::size_t> hedgers_;                         // who trades here
  std::deque<hedging::Desk> desks_;                          // theirs; a deque: they must not move
  std::vector<hedging::Desk*> desk_of_;                      // [hedger], null: trades elsewhere
  std::vector<std::vector<BookMoves>> book_moves_;           // [margin model][asset], or empty
  std::deque<std::unique_ptr<hedging::MarginRule>> rules_;   // of accounts
  std::vector<std::unique_ptr<hedging::Account>> accounts_;  // [hedger], often null
  std::vector<std::vector<Asked>> asked_;                    // [belief][asset]
  std::vector<std::vector<hedging::BookGreeks>> greeks_;     // [belief][asset], point to what was asked for
  std::vector<std::vector<std::unique_ptr<hedging::OwnQuotes>>> own_quotes_;  // [belief][asset], often null
  std::vector<std::vector<Asked>> asked_of_options_;                          // [belief][option]
  std::vector<std::vector<hedging::BookGreeks>> option_greeks_;               // [belief][option]
  std::vector<Lanes> margin_flow_;                 // [asset]; where the book is marked
  std::vector<MultiAssetMark> multi_asset_marks_;  // [option]; the same
  std::optional<Coverage> coverage_;
  bool at_horizon_ = false;
  bool accounts_cover_book_ = false;
  BookLook book_look_;                    // at this grid time
  std::vector<Lanes> pnl_, regime_time_;  // [hedger], at the horizon; [regime]
  hedging::FillRoom room_;
  Lanes traded_;  // of a crowd, in one asset
  Sink *sink_ = nullptr, *explains_ = nullptr;
  bool marks_ = true;
};

}  // namespace unhedged::simulation
