#include "tests/support/run_yaml.hpp"

#include "engine/core/errors.hpp"

namespace unhedged::testing {

std::span<const double> Run::pnl(const std::string& hedger, std::size_t scenario) const {
  for (std::size_t h = 0; h < plan().hedgers.size(); ++h)
    if (plan().hedgers[h].name == hedger) return outcome.pnl(scenario, h);
  throw ContractViolation("no hedger " + hedger);
}

Run run_yaml(const std::string& text, int threads) {
  auto configuration =
      std::make_unique<config::Configuration>(config::load_text(text, "test.yaml", {}));
  auto prepared = std::make_unique<simulation::PreparedRun>(configuration->plan);
  simulation::RunOptions options;
  options.threads = threads;
  simulation::Outcome outcome = simulation::run(*prepared, options);
  return {std::move(configuration), std::move(prepared), std::move(outcome)};
}

std::string OneAsset::text() const {
  return "name: test\nmarket: {calendar: " + calendar + ", assets: {A: {" + market + "}}}\nportfolio: " +
         positions + "\nscenarios: [{name: world, regimes: {world: {dynamics: {A: " + dynamics +
         "}}}}]\nhedgers: " + hedgers + "\nsimulation: {" + simulation +
         "}\noutput: {file: none.h5, worst_paths: 0}\n";
}

}  // namespace unhedged::testing
