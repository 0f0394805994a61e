#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "engine/risk/multiple.hpp"

/// Hedgers over scenarios: what `compare` decides by. docs/methods/comparison.md has every formula.
namespace unhedged::risk {

/// P&L of hedgers in scenarios. Hedgers of a scenario have the same paths.
struct Contest {
  std::size_t scenarios = 0, hedgers = 0;
  /// shapes  [path]; read again when it is needed again, and not kept
  std::function<std::vector<double>(std::size_t scenario, std::size_t hedger)> pnl;
  std::vector<bool> hedges;         ///< [hedger]
  std::vector<double> weights;      ///< [scenario], up to a factor, one of them positive
  std::optional<std::size_t> calm;  ///< what the others are held against
  /// Whether the i-th paths of all scenarios belong together (or are independent), and no others do: numbers
  /// across scenarios have no interval otherwise.
  bool aligned = true;
  double level = 0.99;
  double confidence = 0.95;
};

/// A difference of two hedgers and whether it is one.
struct PairTest {
  std::size_t hedger, reference;
  Estimate difference;  ///< of the shortfalls, hedger less reference
  double p = 1, adjusted = 1;
  bool significant = false;
};

/// Hedgers in the order of their shortfall, as far as there is one.
struct Ranking {
  std::vector<std::size_t> order;  ///< from the least shortfall on
  std::vector<RankRange> places;   ///< [hedger]
  std::vector<PairTest> pairs;     ///< every pair once
};

struct ScenarioBoard {
  std::vector<Estimate> shortfall;  ///< [hedger]
  std::vector<Estimate> regret;     ///< [hedger] shortfall less the least of all hedgers
  std::vector<Estimate>
      over_calm;  ///< [hedger] shortfall over that of the calm scenario; empty: there is none
  Ranking ranking;
  std::optional<Largest> spread;  ///< over hedgers that hedge: largest less least; none of fewer than two
};

struct OverallBoard {
  std::vector<Estimate> score;       ///< [hedger] shortfall of the mixture of the scenarios
  std::vector<Largest> worst_case;   ///< [hedger] over scenarios: `which` is one
  std::vector<Largest> most_regret;  ///< [hedger] over scenarios: `which` is one
  std::vector<Largest> over_calm;    ///< [hedger] over the other scenarios: `which` is one; empty: none
  Ranking ranking;                   ///< by score
};

struct Scoreboard {
  std::vector<ScenarioBoard> scenarios;
  OverallBoard overall;
  std::size_t tests = 0;  ///< of the family that is corrected together: all pairs of all rankings
};

/// errors  what reading P&L throws
Scoreboard make_scoreboard(const Contest& contest);

}  // namespace unhedged::risk
