#include "engine/simulation/recorder.hpp"

#include <algorithm>
#include <numeric>

namespace unhedged::simulation {
namespace {

constexpr const char* kMoney = "account currency";
constexpr TrackInfo kTable[kTracks] = {
    {"spot", "account currency per unit", "spot"},
    {"perpetual", "account currency per unit", "price of the perpetual (0: there is none)"},
    {"variance", "1/year", "instantaneous variance of the diffusion"},
    {"implied_volatility", "1", "quote of an at-the-money option of one month"},
    {"half_spread", "1", "half the bid-ask spread over the mid"},
    {"daily_volume", kMoney, "traded volume a day (0: unlimited)"},
    {"delta", "units", "delta of the book as the hedger saw it"},
    {"hedge", "units", "hedge held after the orders of this time"},
    {"cash", kMoney, "cash of the hedge account, as of this time; where the hedge is a perpetual, its margin account"},
    {"fill", "units", "order filled at this time"},
    {"cost", kMoney, "spread, impact and fees paid so far, grown to this time"},
    {"book_value", kMoney, "market value of the positions that have not expired"},
    {"pnl_so_far", kMoney, "P&L of book and hedge since today at the marks of this time; at the horizon the assets "
                           "make the P&L of the path"}};

/// Life of the option whose quote is recorded, in years.
constexpr double kMonth = 1.0 / 12;

/// Keeps the paths of the first lanes of a block.
class Recorder final : public Observer {
 public:
  Recorder(std::size_t scenario, std::size_t hedger, std::size_t first, std::size_t lanes,
           PathRecord& record, Stop stop)
      : scenario_(scenario), hedger_(hedger), first_(first), lanes_(lanes), record_(record), delta_(record.assets),
        settled_(record.assets), stop_(stop) {
    for (auto* lists : {&delta_, &settled_})
      for (Lanes& lanes_of_asset : *lists) lanes_of_asset.fill(0.0);
  }

  void observe(const ScenarioBlock& block, std::size_t step, const BlockRun& run) override {
    if (&block != &run.world_of(scenario_, hedger_)) return;
    stop_.check();
    for (std::size_t lane = 0; lane < lanes_; ++lane)
      record_.regime[row(lane, step)] = block.world.regimes().value[lane];
    settle(block, step, run);
    for (std::size_t a = 0; a < record_.assets; ++a) {
      keep_market(block.world.snapshot(a), step, a);
      keep_account(block, step, a, run);
    }
  }

 private:
  std::size_t row(std::size_t lane, std::size_t step) const { return (first_ + lane) * record_.steps + step; }

  double& at(Track what, std::size_t lane, std::size_t step, std::size_t a) {
    return record_.track[static_cast<std::size_t>(what)][row(lane, step) * record_.assets + a];
  }

  /// What expired contracts paid, in horizon money.
  void settle(const ScenarioBlock& block, std::size_t step, const BlockRun& run) {
    for (const PreparedRun::Settlement& due : run.run().settlements(step))
      due.payoff.add(block.world.snapshot(due.asset).spot->data(), kLanes, run.run().growth(due.asset, step),
                     settled_[due.asset].data());
  }

  void keep_market(const market::AssetSnapshot& market, std::size_t step, std::size_t a) {
    for (std::size_t lane = 0; lane < lanes_; ++lane) {
      const double inverse_volume = (*market.inverse_volume)[lane];
      const market::ImpliedCurve& curve = market.curves[market.curve->value[lane]];
      at(Track::spot, lane, step, a) = (*market.spot)[lane];
      at(Track::perpetual, lane, step, a) = market.perpetual != nullptr ? (*market.perpetual)[lane] : 0;
      at(Track::variance, lane, step, a) = (*market.variance)[lane];
      at(Track::implied_volatility, lane, step, a) = curve.volatility(kMonth, (*market.level)[lane], 0);
      at(Track::half_spread, lane, step, a) = (*market.half_spread)[lane];
      at(Track::daily_volume, lane, step, a) = inverse_volume > 0 ? 1 / inverse_volume : 0;
    }
  }

  void keep_account(const ScenarioBlock& block, std::size_t step, std::size_t a, const BlockRun& run) {
    const PreparedRun& prepared = run.run();
    const bool looks = step < prepared.plan().grid.steps && run.is_due(hedger_, step);
    if (looks && prepared.plan().hedgers[hedger_].hedges(a)) delta_[a] = block.deltas[prepared.belief_of(hedger_)][a];
    const hedging::Account& account = block.accounts[hedger_][a];
    const hedging::Execution& execution = prepared.execution(hedger_, a);
    const Lanes& price = execution.price(block.world.snapshot(a));
    const double growth = prepared.growth(a, step), paid = prepared.plan().assets[a].value_today * prepared.growth(a, 0);
    const Lanes value = book_value(block.world.snapshot(a), prepared, step, a);
    for (std::size_t lane = 0; lane < lanes_; ++lane) {
      at(Track::delta, lane, step, a) = delta_[a][lane];
      at(Track::hedge, lane, step, a) = account.hedge[lane];
      at(Track::cash, lane, step, a) =  // nothing is paid for a perpetual
          account.cash[lane] / growth + (execution.in_perpetual() ? account.hedge[lane] * price[lane] : 0);
      at(Track::fill, lane, step, a) = account.order[lane];
      at(Track::cost, lane, step, a) = run.cost_of(block, hedger_, a, lane) / growth;
      at(Track::book_value, lane, step, a) = value[lane];
      at(Track::pnl_so_far, lane, step, a) = (settled_[a][lane] - paid + account.cash[lane]) / growth +
                                             account.hedge[lane] * price[lane] + value[lane];
    }
  }

  /// Exactly, on the recorded lanes alone.
  Lanes book_value(const market::AssetSnapshot& market, const PreparedRun& prepared, std::size_t step, std::size_t a) const {
    const std::size_t count = std::min(kLanes, (lanes_ + 15) / 16 * 16);
    Lanes out, one;
    for (std::size_t curve = 0; curve < market.curves.size(); ++curve) {
      const auto quoted = [&](std::size_t lane) { return market.curve->value[lane] == curve; };
      std::size_t first = 0;
      while (first < lanes_ && !quoted(first)) ++first;
      if (first == lanes_) continue;
      const pricing::BookSlice slice =
          pricing::slice_of(prepared.book(a), prepared.plan().grid.time(step), market.curves[curve]);
      pricing::exact_value(slice, market.log_spot->data(), market.spot->data(), market.level->data(), count,
                           one.data());
      for (std::size_t lane = first; lane < lanes_; ++lane)
        if (quoted(lane)) out[lane] = one[lane];
    }
    return out;
  }

  std::size_t scenario_, hedger_, first_, lanes_;
  PathRecord& record_;
  std::vector<Lanes> delta_;    // [asset], at the hedger's own last look
  std::vector<Lanes> settled_;  // [asset], horizon money
  Stop stop_;
};

PathIds ids_from(const std::vector<std::uint64_t>& paths, std::size_t first) {
  PathIds ids;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    ids.value[lane] = paths[std::min(first + lane, paths.size() - 1)];
  return ids;
}

}  // namespace

std::span<const TrackInfo> track_table() { return kTable; }

PathRecord replay(const PreparedRun& prepared, std::size_t scenario, std::size_t hedger,
                  const std::vector<std::uint64_t>& paths, Stop stop) {
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
    Recorder recorder(scenario, hedger, first, lanes, record, stop);
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
