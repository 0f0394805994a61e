#pragma once
#include <memory>
#include <string>

#include "engine/config/load.hpp"
#include "engine/simulation/report.hpp"
#include "engine/simulation/run.hpp"

namespace unhedged::testing {

/// A run in memory: the whole engine, from the text of a configuration to the P&L of every path.
struct Run {
  std::unique_ptr<config::Configuration> configuration;  // in place: the prepared run points into it
  std::unique_ptr<simulation::PreparedRun> prepared;
  simulation::Outcome outcome;

  const simulation::Plan& plan() const { return configuration->plan; }
  std::span<const double> pnl(const std::string& hedger, std::size_t scenario = 0) const;
};

Run run_yaml(const std::string& text, int threads = 0);

/// Logs of price over today's price on every path at a grid time, in the world of a hedger.
std::vector<double> log_moves(const Run& run, std::size_t asset = 0,
                              std::size_t step = static_cast<std::size_t>(-1), std::size_t scenario = 0,
                              std::size_t hedger = 0);

/// A number as YAML reads it back to the last bit.
std::string number(double x);

/// Every path of a run in full.
simulation::PathRecord everything(const Run& run, std::size_t scenario = 0, std::size_t hedger = 0);

/// A configuration around one asset and one regime; the parts are inserted as they are.
struct OneAsset {
  std::string market = "spot: 100, implied_vol: 20 %, rate: 5 %";
  std::string calendar = "continuous";
  std::string positions;
  std::string dynamics = "{model: gbm, volatility: 20 %}";
  std::string hedgers = "{unhedged: {model: none}}";
  std::string simulation;
  std::string sessions;       ///< of the market, where the calendar is trading
  std::string more_assets;    ///< ", B: {...}"
  std::string correlation;    ///< of the market, a list
  std::string more_dynamics;  ///< ", B: {...}"
  std::string regime;         ///< further keys of the regime: ", liquidity: {...}"
  std::string scenario;       ///< takes the place of `regimes: ...`
  std::string attribution = "none";

  std::string text() const;
};

}  // namespace unhedged::testing
