#include "tests/support/run_yaml.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "engine/core/errors.hpp"

namespace unhedged::testing {

std::span<const double> Run::pnl(const std::string& hedger, std::size_t scenario) const {
  for (std::size_t h = 0; h < plan().hedgers.size(); ++h)
    if (plan().hedgers[h].name == hedger) return outcome.pnl(scenario, h);
  throw ContractViolation("no hedger " + hedger);
}

Run run_yaml(const std::string& text, int threads) {
  auto configuration = std::make_unique<config::Configuration>(config::load_text(text, "test.yaml", {}));
  auto prepared = std::make_unique<simulation::PreparedRun>(configuration->plan);
  simulation::RunOptions options;
  options.threads = threads;
  simulation::Outcome outcome = simulation::run(*prepared, options);
  return {std::move(configuration), std::move(prepared), std::move(outcome)};
}

std::string number(double x) {
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", x);
  return text;
}

simulation::PathRecord everything(const Run& run, std::size_t scenario, std::size_t hedger) {
  std::vector<std::uint64_t> paths(run.plan().paths);
  for (std::size_t i = 0; i < paths.size(); ++i) paths[i] = i;
  return simulation::replay(*run.prepared, scenario, hedger, paths);
}

std::vector<double> log_moves(const Run& run, std::size_t asset, std::size_t step, std::size_t scenario,
                              std::size_t hedger) {
  const simulation::PathRecord record = everything(run, scenario, hedger);
  const std::size_t at = std::min(step, record.steps - 1);
  std::vector<double> out;
  for (std::size_t p = 0; p < record.path.size(); ++p)
    out.push_back(std::log(record.at("spot", p, at, asset) / run.plan().assets[asset].spot));
  return out;
}

std::string OneAsset::text() const {
  const std::string world =
      scenario.empty() ? "regimes: {world: {dynamics: {A: " + dynamics + more_dynamics + "}" + regime + "}}"
                       : scenario;
  const auto given = [](const char* key, const std::string& value) {
    return value.empty() ? "" : key + value;
  };
  return "name: test\nmarket: {calendar: " + calendar + given(", sessions: ", sessions) + ", assets: {A: {" +
         market + "}" + more_assets + "}" + given(", correlation: ", correlation) +
         "}\nportfolio: " + positions + "\nscenarios: [{name: world, " + world + "}]\nhedgers: " + hedgers +
         "\nsimulation: {" + simulation +
         "}\noutput: {file: none.h5, worst_paths: 0, attribution: " + attribution + "}\n";
}

}  // namespace unhedged::testing
