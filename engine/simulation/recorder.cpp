#include "engine/simulation/recorder.hpp"

#include <algorithm>
#include <numeric>

#include "engine/pricing/book_slice.hpp"
#include "engine/pricing/models/black_scholes.hpp"
#include "engine/simulation/path_block.hpp"

namespace unhedged::simulation {
namespace {

/// Neighbouring lanes that hold paths of one hedger.
struct LanesOfHedger {
  std::size_t hedger;
  std::size_t lane, lanes;  ///< the first, and how many
  std::size_t row;          ///< of the first in the record
  PathRecord* record;
  std::vector<Lanes> delta;  ///< [asset], at the hedger's own last look
};

/// Keeps the paths in the first lanes of a block, each as the hedger it is kept for goes through it.
class Recorder final : public Sink {
 public:
  Recorder(std::vector<LanesOfHedger> parts, const Plan& plan)
      : parts_(std::move(parts)), assets_(plan.assets.size()), multi_assets_(plan, {}) {
    for (LanesOfHedger& part : parts_) {
      part.delta.resize(assets_);
      for (Lanes& lanes : part.delta) lanes.fill(0.0);
      lanes_ = part.lane + part.lanes;
    }
  }

  void at(const Floor& floor, std::uint32_t step) override {
    for (const LanesOfHedger& part : parts_)
      for (std::size_t lane = 0; lane < part.lanes; ++lane)
        part.record->regime[row(part, lane, step)] = floor.world().regimes().value[part.lane + lane];
    for (std::size_t a = 0; a < assets_; ++a) {
      const market::AssetQuotes& quotes = floor.world().quotes(a);
      Lanes value = book_value(quotes, floor.run(), step, a);
      if (!floor.contracts().empty()) floor.contracts().value(a, step, quotes, value);
      if (!multi_assets_.empty()) multi_assets_.mark(step, a, floor.world(), value);
      if (const MarginBook* margin = floor.margin(a))
        margin->add(step, *quotes.spot, nullptr, pricing::Greek::value, true, value);
      for (LanesOfHedger& part : parts_) keep(floor, step, a, value, part);
    }
  }

 private:
  static std::size_t row(const LanesOfHedger& part, std::size_t lane, std::size_t step) {
    return (part.row + lane) * part.record->steps + step;
  }

  void keep(const Floor& floor, std::size_t step, std::size_t a, const Lanes& value,
            LanesOfHedger& part) const {
    const Plan& plan = floor.run().plan();
    const bool is_hedged = plan.hedgers[part.hedger].hedges(a), looks = step < plan.grid.steps;
    if (is_hedged && looks && floor.desk(part.hedger)->is_due(step))
      part.delta[a] = floor.delta(part.hedger, a);
    const TrackView view(floor, {part.hedger, a, step}, {part.delta[a], floor.book_cash(a), value});
    for (std::size_t t = 0; t < tracks().size(); ++t)
      for (std::size_t lane = 0; lane < part.lanes; ++lane)
        part.record->track[t][row(part, lane, step) * assets_ + a] = tracks()[t].at(view, part.lane + lane);
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

  std::vector<LanesOfHedger> parts_;
  std::size_t assets_;
  MultiAssetBook multi_assets_;
  std::size_t lanes_ = 0;  // that hold a path of somebody
};

/// A path to be kept, and where.
struct Wanted {
  std::size_t hedger, row;
  std::uint64_t path;
};

/// Of the wanted paths of one block, lane by lane; the last fills what is left.
PathIds ids_of(std::span<const Wanted> wanted) {
  PathIds ids;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    ids.value[lane] = wanted[std::min(lane, wanted.size() - 1)].path;
  return ids;
}

std::vector<LanesOfHedger> parts_of(std::span<const Wanted> wanted, std::span<PathRecord> records) {
  std::vector<LanesOfHedger> parts;
  for (std::size_t lane = 0; lane < wanted.size(); ++lane) {
    const Wanted& one = wanted[lane];
    if (parts.empty() || parts.back().hedger != one.hedger)
      parts.push_back({one.hedger, lane, 0, one.row, &records[one.hedger], {}});
    ++parts.back().lanes;
  }
  return parts;
}

/// Walks the wanted paths of hedgers who trade on one floor.
void replay_on(const Plan& plan, std::size_t scenario, PathBlock& block, std::span<const Wanted> wanted,
               std::span<PathRecord> records, const Stop& stop) {
  for (std::size_t first = 0; first < wanted.size(); first += kLanes) {
    const std::span<const Wanted> here = wanted.subspan(first, std::min(kLanes, wanted.size() - first));
    Recorder recorder(parts_of(here, records), plan);
    block.simulate(ids_of(here), &recorder, stop);
    for (std::size_t lane = 0; lane < here.size(); ++lane) {
      const auto [hedger, row, path] = here[lane];
      records[hedger].pnl[row] = block.floor_of({scenario, hedger}).pnl(hedger)[lane];
    }
  }
}

PathRecord room_for(const Plan& plan, const std::vector<std::uint64_t>& paths) {
  PathRecord record;
  record.steps = plan.grid.steps + 1;
  record.assets = plan.assets.size();
  record.path = paths;
  record.pnl.resize(paths.size());
  record.track.assign(tracks().size(), std::vector<double>(paths.size() * record.steps * record.assets));
  record.regime.resize(paths.size() * record.steps);
  return record;
}

void append(std::size_t hedger, const std::vector<std::uint64_t>& paths, std::vector<Wanted>& out) {
  for (std::size_t row = 0; row < paths.size(); ++row) out.push_back({hedger, row, paths[row]});
}

}  // namespace

std::vector<PathRecord> replay(const PreparedRun& prepared, std::size_t scenario, const PathsOfHedgers& paths,
                               Stop stop) {
  std::vector<PathRecord> records;
  for (const std::vector<std::uint64_t>& of_hedger : paths)
    records.push_back(room_for(prepared.plan(), of_hedger));
  std::vector<Wanted> common;
  std::size_t somebody = 0;
  for (std::size_t h = 0; h < paths.size(); ++h) {
    if (!has_crowd(prepared.plan(), {scenario, h})) {
      append(h, paths[h], common);
      somebody = h;
      continue;
    }
    std::vector<Wanted> own;
    append(h, paths[h], own);
    PathBlock block(prepared, {scenario, h});
    replay_on(prepared.plan(), scenario, block, own, records, stop);
  }
  if (common.empty()) return records;
  PathBlock block(prepared, {scenario, somebody});
  replay_on(prepared.plan(), scenario, block, common, records, stop);
  return records;
}

PathRecord replay(const PreparedRun& prepared, std::size_t scenario, std::size_t hedger,
                  const std::vector<std::uint64_t>& paths, Stop stop) {
  PathsOfHedgers one(prepared.plan().hedgers.size());
  one[hedger] = paths;
  return std::move(replay(prepared, scenario, one, stop)[hedger]);
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
