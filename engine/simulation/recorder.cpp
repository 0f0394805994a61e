#include "engine/simulation/recorder.hpp"

#include <algorithm>
#include <numeric>

#include "engine/pricing/book_slice.hpp"
#include "engine/pricing/models/black_scholes.hpp"
#include "engine/simulation/path_block.hpp"

namespace unhedged::simulation {
namespace {

/// Keeps the paths of the first lanes of a block, as one hedger goes through them.
class Recorder final : public Sink {
 public:
  Recorder(std::size_t hedger, std::size_t first, std::size_t lanes, PathRecord& record)
      : hedger_(hedger),
        first_(first),
        lanes_(lanes),
        record_(record),
        delta_(record.assets),
        settled_(record.assets) {
    for (auto* lists : {&delta_, &settled_})
      for (Lanes& lanes_of_asset : *lists) lanes_of_asset.fill(0.0);
  }

  void at(const Floor& floor, std::uint32_t step) override {
    for (std::size_t lane = 0; lane < lanes_; ++lane)
      record_.regime[row(lane, step)] = floor.world().regimes().value[lane];
    settle(floor, step);
    for (std::size_t a = 0; a < record_.assets; ++a) keep(floor, step, a);
  }

 private:
  std::size_t row(std::size_t lane, std::size_t step) const { return (first_ + lane) * record_.steps + step; }

  /// What expired contracts paid, in horizon money.
  void settle(const Floor& floor, std::size_t step) {
    for (const PreparedRun::Settlement& due : floor.run().settlements(step))
      due.payoff.add(floor.world().quotes(due.asset).spot->data(), kLanes,
                     floor.run().to_horizon(due.asset, step), settled_[due.asset].data());
  }

  void keep(const Floor& floor, std::size_t step, std::size_t a) {
    const PreparedRun& run = floor.run();
    const bool is_hedged = run.plan().hedgers[hedger_].hedges(a), looks = step < run.plan().grid.steps;
    if (is_hedged && looks && floor.desk(hedger_)->is_due(step)) delta_[a] = floor.delta(hedger_, a);
    const Lanes value = book_value(floor.world().quotes(a), run, step, a);
    const TrackView view(floor, {hedger_, a, step}, {delta_[a], settled_[a], value});
    for (std::size_t t = 0; t < tracks().size(); ++t)
      for (std::size_t lane = 0; lane < lanes_; ++lane)
        record_.track[t][row(lane, step) * record_.assets + a] = tracks()[t].at(view, lane);
  }

  /// Exactly, on the recorded lanes alone.
  Lanes book_value(const market::AssetQuotes& quotes, const PreparedRun& prepared, std::size_t step,
                   std::size_t a) const {
    const std::size_t count = std::min(kLanes, (lanes_ + 15) / 16 * 16);
    Lanes out, one;
    const pricing::BlackScholesModel model;
    for (std::size_t curve = 0; curve < quotes.curves.size(); ++curve) {
      const auto quoted = [&](std::size_t lane) { return quotes.curve->value[lane] == curve; };
      std::size_t first = 0;
      while (first < lanes_ && !quoted(first)) ++first;
      if (first == lanes_) continue;
      const pricing::BookSlice slice(model, prepared.book(a), prepared.plan().grid.time(step),
                                     quotes.curves[curve]);
      pricing::exact_greek(slice, pricing::Greek::value, quotes.log_spot->data(), quotes.spot->data(),
                           quotes.quote_level->data(), count, one.data());
      for (std::size_t lane = first; lane < lanes_; ++lane)
        if (quoted(lane)) out[lane] = one[lane];
    }
    return out;
  }

  std::size_t hedger_, first_, lanes_;
  PathRecord& record_;
  std::vector<Lanes> delta_;    // [asset], at the hedger's own last look
  std::vector<Lanes> settled_;  // [asset], horizon money
};

PathIds ids_from(const std::vector<std::uint64_t>& paths, std::size_t first) {
  PathIds ids;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    ids.value[lane] = paths[std::min(first + lane, paths.size() - 1)];
  return ids;
}

}  // namespace

PathRecord replay(const PreparedRun& prepared, std::size_t scenario, std::size_t hedger,
                  const std::vector<std::uint64_t>& paths, Stop stop) {
  PathRecord record;
  record.steps = prepared.plan().grid.steps + 1;
  record.assets = prepared.plan().assets.size();
  record.path = paths;
  record.track.assign(tracks().size(), std::vector<double>(paths.size() * record.steps * record.assets));
  record.regime.resize(paths.size() * record.steps);
  PathBlock block(prepared, {scenario, hedger});
  for (std::size_t first = 0; first < paths.size(); first += kLanes) {
    const std::size_t lanes = std::min(kLanes, paths.size() - first);
    Recorder recorder(hedger, first, lanes, record);
    block.simulate(ids_from(paths, first), &recorder, stop);
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
