#include "engine/simulation/recorder.hpp"

#include <algorithm>
#include <numeric>

namespace unhedged::simulation {
namespace {

class Recorder final : public Observer {
 public:
  Recorder(std::size_t scenario, std::size_t hedger, std::size_t first, std::size_t lanes,
           PathRecord& record)
      : scenario_(scenario), hedger_(hedger), first_(first), lanes_(lanes), record_(record) {}

  void observe(const ScenarioBlock& block, std::size_t step, const BlockRun& run) override {
    if (&block != &run.world_of(scenario_, hedger_)) return;
    for (std::size_t lane = 0; lane < lanes_; ++lane) {
      const std::size_t row = (first_ + lane) * record_.steps + step;
      record_.regime[row] = block.world.regimes().value[lane];
      for (std::size_t a = 0; a < record_.assets; ++a)
        keep(run, block, step, lane, a, row * record_.assets + a);
    }
  }

 private:
  void keep(const BlockRun& run, const ScenarioBlock& block, std::size_t step, std::size_t lane,
            std::size_t a, std::size_t where) {
    const market::AssetSnapshot& market = block.world.snapshot(a);
    const hedging::Account& account = block.accounts[hedger_][a];
    const double inverse_volume = (*market.inverse_volume)[lane];
    const bool hedges = run.run().plan().hedgers[hedger_].hedges(a);
    const double values[kTracks] = {
        (*market.spot)[lane],
        (*market.variance)[lane],
        (*market.half_spread)[lane],
        inverse_volume > 0 ? 1 / inverse_volume : 0,
        hedges ? block.deltas[run.run().belief_of(hedger_)][a][lane] : 0,
        account.hedge[lane],
        account.cash[lane] / run.run().growth(a, step),
        account.order[lane]};
    for (std::size_t t = 0; t < kTracks; ++t) record_.track[t][where] = values[t];
  }

  std::size_t scenario_, hedger_, first_, lanes_;
  PathRecord& record_;
};

PathIds ids_from(const std::vector<std::uint64_t>& paths, std::size_t first) {
  PathIds ids;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    ids.value[lane] = paths[std::min(first + lane, paths.size() - 1)];
  return ids;
}

}  // namespace

PathRecord replay(const PreparedRun& prepared, std::size_t scenario, std::size_t hedger,
                  const std::vector<std::uint64_t>& paths) {
  PathRecord record;
  record.steps = prepared.plan().grid.steps + 1;
  record.assets = prepared.plan().assets.size();
  record.path = paths;
  for (auto& track : record.track) track.resize(paths.size() * record.steps * record.assets);
  record.regime.resize(paths.size() * record.steps);
  BlockRun run(prepared);
  run.restrict_to(scenario, hedger);
  for (std::size_t first = 0; first < paths.size(); first += kLanes) {
    const std::size_t lanes = std::min(kLanes, paths.size() - first);
    Recorder recorder(scenario, hedger, first, lanes, record);
    run.simulate(ids_from(paths, first), &recorder);
  }
  return record;
}

std::vector<std::uint64_t> worst_paths(std::span<const double> pnl, std::size_t count) {
  std::vector<std::uint64_t> order(pnl.size());
  std::iota(order.begin(), order.end(), std::uint64_t{0});
  const auto kept = static_cast<std::ptrdiff_t>(std::min(count, order.size()));
  const auto worse = [pnl](std::uint64_t a, std::uint64_t b) {
    return pnl[a] < pnl[b] || (pnl[a] == pnl[b] && a < b);
  };
  std::ranges::partial_sort(order, order.begin() + kept, worse);
  order.resize(static_cast<std::size_t>(kept));
  return order;
}

}  // namespace unhedged::simulation
