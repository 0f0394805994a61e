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

/// A configuration around one asset and one regime; the parts are inserted as they are.
struct OneAsset {
  std::string market = "spot: 100, implied_vol: 20 %, rate: 5 %";
  std::string calendar = "continuous";
  std::string positions;
  std::string dynamics = "{model: gbm, volatility: 20 %}";
  std::string hedgers = "{unhedged: {model: none}}";
  std::string simulation;

  std::string text() const;
};

}  // namespace unhedged::testing
