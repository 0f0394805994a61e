#include "engine/simulation/recorder.hpp"

#include <algorithm>
#include <numeric>

#include "engine/pricing/black_scholes_model.hpp"
#include "engine/pricing/book_slice.hpp"

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

/// Keeps the paths of the first lanes of a block, as one hedger goes through them.
class Recorder final : public Sink {
 public:
  Recorder(std::size_t hedger, std::size_t first, std::size_t lanes, PathRecord& record)
      : hedger_(hedger), first_(first), lanes_(lanes), record_(record), delta_(record.assets),
        settled_(record.assets) {
    for (auto* lists : {&delta_, &settled_})
      for (Lanes& lanes_of_asset : *lists) lanes_of_asset.fill(0.0);
  }

  void at(const Floor& floor, std::uint32_t step) override {
    for (std::size_t lane = 0; lane < lanes_; ++lane)
      record_.regime[row(lane, step)] = floor.world().regimes().value[lane];
    settle(floor, step);
    for (std::size_t a = 0; a < record_.assets; ++a) {
      keep_market(floor, step, a);
      keep_book(floor, step, a);
      if (const hedging::Line* line = floor.desk(hedger_)->plan().line_of(a)) keep_position(floor, step, *line);
    }
  }

 private:
  std::size_t row(std::size_t lane, std::size_t step) const { return (first_ + lane) * record_.steps + step; }

  double& at(Track what, std::size_t lane, std::size_t step, std::size_t a) {
    return record_.track[static_cast<std::size_t>(what)][row(lane, step) * record_.assets + a];
  }

  /// What expired contracts paid, in horizon money.
  void settle(const Floor& floor, std::size_t step) {
    for (const PreparedRun::Settlement& due : floor.run().settlements(step))
      due.payoff.add(floor.world().quotes(due.asset).spot->data(), kLanes, floor.run().growth(due.asset, step),
                     settled_[due.asset].data());
  }

  void keep_market(const Floor& floor, std::size_t step, std::size_t a) {
    const market::AssetQuotes& quotes = floor.world().quotes(a);
    const market::Tape& tape = floor.world().tape(static_cast<market::TradableId>(a));
    const auto perpetual = market::find(floor.run().plan().tradables, a, market::Tradable::Kind::perpetual);
    for (std::size_t lane = 0; lane < lanes_; ++lane) {
      const double inverse_volume = (*tape.inverse_volume)[lane];
      const market::ImpliedCurve& curve = quotes.curves[quotes.curve->value[lane]];
      at(Track::spot, lane, step, a) = (*quotes.spot)[lane];
      at(Track::perpetual, lane, step, a) = perpetual ? (*floor.world().tape(*perpetual).price)[lane] : 0;
      at(Track::variance, lane, step, a) = (*tape.variance)[lane];
      at(Track::implied_volatility, lane, step, a) = curve.volatility(kMonth, (*quotes.level)[lane], 0);
      at(Track::half_spread, lane, step, a) = (*tape.half_spread)[lane];
      at(Track::daily_volume, lane, step, a) = inverse_volume > 0 ? 1 / inverse_volume : 0;
    }
  }

  void keep_book(const Floor& floor, std::size_t step, std::size_t a) {
    const PreparedRun& run = floor.run();
    const bool is_hedged = run.plan().hedgers[hedger_].hedges(a), looks = step < run.plan().grid.steps;
    if (is_hedged && looks && floor.desk(hedger_)->is_due(step)) delta_[a] = floor.delta(hedger_, a);
    const double growth = run.growth(a, step), paid = run.plan().assets[a].value_today * run.growth(a, 0);
    const Lanes value = book_value(floor.world().quotes(a), run, step, a);
    for (std::size_t lane = 0; lane < lanes_; ++lane) {
      at(Track::delta, lane, step, a) = delta_[a][lane];
      at(Track::book_value, lane, step, a) = value[lane];
      at(Track::pnl_so_far, lane, step, a) = (settled_[a][lane] - paid) / growth + value[lane];
    }
  }

  void keep_position(const Floor& floor, std::size_t step, const hedging::Line& line) {
    const hedging::Desk& desk = *floor.desk(hedger_);
    const auto index = static_cast<std::size_t>(&line - desk.plan().lines.data());
    const hedging::Position& position = desk.ledger()[index];
    const Lanes &price = *floor.world().tape(line.tradable).price, &filled = desk.filled(index);
    const std::size_t a = line.asset;
    const double growth = floor.run().growth(a, step);
    for (std::size_t lane = 0; lane < lanes_; ++lane) {
      const double cash = position.cash[lane] / growth, marked = position.units[lane] * price[lane];
      at(Track::hedge, lane, step, a) = position.units[lane];
      at(Track::cash, lane, step, a) = cash + (line.on_margin ? marked : 0);  // nothing is paid for what is on margin
      at(Track::fill, lane, step, a) = filled[lane];
      at(Track::cost, lane, step, a) = position.cost(lane) / growth;
      at(Track::pnl_so_far, lane, step, a) += cash + marked;
    }
  }

  /// Exactly, on the recorded lanes alone.
  Lanes book_value(const market::AssetQuotes& quotes, const PreparedRun& prepared, std::size_t step, std::size_t a) const {
    const std::size_t count = std::min(kLanes, (lanes_ + 15) / 16 * 16);
    Lanes out, one;
    const pricing::BlackScholesModel model;
    for (std::size_t curve = 0; curve < quotes.curves.size(); ++curve) {
      const auto quoted = [&](std::size_t lane) { return quotes.curve->value[lane] == curve; };
      std::size_t first = 0;
      while (first < lanes_ && !quoted(first)) ++first;
      if (first == lanes_) continue;
      const pricing::BookSlice slice =
          pricing::slice_of(model, prepared.book(a), prepared.plan().grid.time(step), quotes.curves[curve]);
      pricing::exact_greek(slice, pricing::Greek::value, quotes.log_spot->data(), quotes.spot->data(),
                           quotes.level->data(), count, one.data());
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

std::span<const TrackInfo> track_table() { return kTable; }

PathRecord replay(const PreparedRun& prepared, std::size_t scenario, std::size_t hedger,
                  const std::vector<std::uint64_t>& paths, Stop stop) {
  PathRecord record;
  record.steps = prepared.plan().grid.steps + 1;
  record.assets = prepared.plan().assets.size();
  record.path = paths;
  for (auto& track : record.track) track.resize(paths.size() * record.steps * record.assets);
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
