#pragma once
#include <vector>

#include "engine/market/quotes.hpp"
#include "engine/market/tape.hpp"
#include "engine/market/tradable.hpp"
#include "engine/world/regime_table.hpp"
#include "engine/world/scenario_engine.hpp"
#include "engine/world/state.hpp"

namespace unhedged::world {

class Crowd;

/// What can be seen of a block of paths at a grid time: the quotes that desks are shown, those of the market
/// as it is, and the tape that orders are filled by. Points into the state and into itself.
class Views {
 public:
  /// `crowd`: whose orders move the prices; null: nobody's.
  Views(const ScenarioEngine& engine, BlockState& state, const Crowd* crowd);
  Views(const Views&) = delete;
  Views& operator=(const Views&) = delete;

  /// Shows the markets of the regimes that paths are in.
  void show_regimes();
  /// Shows the quotes of a grid time: today's at the first, those of the regime from then on.
  void show_curves(std::uint32_t step, std::uint64_t present);
  /// Shows which paths trade.
  void show_trading();
  /// Shows the price of an asset; all else must have been shown before.
  void show_price(std::size_t asset);

  const market::QuoteBoard& shown() const { return shown_; }
  const market::AssetQuotes& quotes(std::size_t asset) const { return quotes_[asset]; }
  const market::Tape& tape(market::TradableId tradable) const { return tapes_[tradable]; }
  const market::TradingMask& trading() const { return trading_; }

 private:
  struct Price {
    Lanes spot, log_spot;  // log_spot only where the price may be negative
  };

  /// Of an asset by regime, where nothing moves it.
  struct Markets {
    RegimeTable jump_variance{}, half_spread{}, inverse_volume{}, participation{};
  };

  void point_quotes(std::size_t asset);
  void point_tape(market::TradableId id);
  const Lanes& spot(std::size_t asset) const { return *spots_[asset]; }
  void tabulate(std::size_t asset);

  const ScenarioEngine* engine_;
  BlockState* state_;
  const Crowd* crowd_;
  std::vector<market::Tradable> tradables_;
  std::vector<Markets> markets_;                    // [asset]
  std::uint64_t halted_ = 0;                        // bit r: regime r is
  std::vector<Price> prices_;                       // [asset]
  std::vector<const Lanes*> spots_;                 // [asset], here or in the block
  std::vector<market::AssetQuotes> quotes_, seen_;  // [asset], as it is and as desks see it
  std::vector<market::Quote> board_;                // [tradable]
  std::vector<market::Tape> tapes_;                 // [tradable]
  std::vector<bool> capped_;                        // [asset]
  market::QuoteBoard shown_;
  market::TradingMask trading_;
  LaneIndex curve_{};
};

}  // namespace unhedged::world
