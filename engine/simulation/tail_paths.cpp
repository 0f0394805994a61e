#include "engine/simulation/tail_paths.hpp"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <map>

#include "engine/risk/contribution.hpp"
#include "engine/simulation/explained.hpp"
#include "engine/simulation/parallel.hpp"
#include "engine/simulation/path_block.hpp"
#include "engine/simulation/recorder.hpp"

namespace unhedged::simulation {
namespace {

/// A path of the tail of a hedger, and its place in it, the worst first.
struct InTail {
  std::size_t hedger, place;
};

/// Blocks simulated before their numbers are gathered.
constexpr std::size_t kWave = 64;

class Tails {
 public:
  Tails(const PreparedRun& prepared, const Outcome& outcome, std::size_t scenario, Stop stop)
      : prepared_(prepared), scenario_(scenario), stop_(stop) {
    const Plan& plan = prepared.plan();
    const risk::TailShare share(outcome.paths(), plan.risk.levels.back());
    for (std::size_t h = 0; h < plan.hedgers.size(); ++h) {
      const std::vector<std::uint64_t> worst = worst_paths(outcome.pnl(scenario, h), share.paths());
      for (std::size_t k = 0; k < worst.size(); ++k) wanted_[outcome.path_at(worst[k])].push_back({h, k});
      buckets_.emplace_back(kBuckets, risk::TailContribution(share));
      const bool several = plan.assets.size() > 1;
      assets_.emplace_back(several ? kBuckets * plan.assets.size() : 0, risk::TailContribution(share));
      const std::size_t groups = prepared.groups().size();
      groups_.emplace_back(groups > 0 ? groups + 1 : 0, risk::TailContribution(share));
    }
    for (const auto& [path, whose] : wanted_) order_.push_back(path);
  }

  std::vector<TailCauses> run(int threads) {
    Parallel parallel(threads);
    const std::size_t blocks = (order_.size() + kLanes - 1) / kLanes;
    for (std::size_t first = 0; first < blocks; first += kWave) {
      std::vector<Gathered> wave(std::min(kWave, blocks - first));
      parallel.execute([&] {
        tbb::parallel_for(std::size_t{0}, wave.size(), [&](std::size_t k) { wave[k] = simulate(first + k); });
      });
      for (const Gathered& block : wave) add(block);
    }
    return result();
  }

 private:
  /// The numbers of one path in the tail of one hedger. shapes  [bucket], [asset][bucket], [group and
  /// hedging]
  struct Row {
    InTail whose;
    std::vector<double> bucket, asset, group;
  };
  using Gathered = std::vector<Row>;

  Gathered simulate(std::size_t block) {
    stop_.check();
    PathBlock& floors = blocks_.local();
    const std::size_t first = block * kLanes, count = std::min(kLanes, order_.size() - first);
    PathIds ids;
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      ids.value[lane] = order_[first + std::min(lane, count - 1)];
    floors.simulate(ids, nullptr, stop_);
    Gathered out;
    for (std::size_t h = 0; h < buckets_.size(); ++h) gather(floors, h, {&order_[first], count}, out);
    return out;
  }

  void gather(const PathBlock& floors, std::size_t hedger, std::span<const std::uint64_t> paths,
              Gathered& out) const {
    const FinishedBlock finished(floors, scenario_, hedger);
    std::vector<Lanes> bucket(kBuckets), asset(assets_[hedger].size()), group(groups_[hedger].size());
    bool explained = false;
    for (std::size_t lane = 0; lane < paths.size(); ++lane)
      for (const InTail& whose : wanted_.at(paths[lane])) {
        if (whose.hedger != hedger) continue;
        if (!explained) {
          explain(finished, bucket);
          if (!asset.empty()) explain_by_asset(finished, asset);
          if (!group.empty()) explain_by_group(finished, group);
          explained = true;
        }
        Row& row = out.emplace_back(Row{whose, {}, {}, {}});
        for (const Lanes& lanes : bucket) row.bucket.push_back(lanes[lane]);
        for (const Lanes& lanes : asset) row.asset.push_back(lanes[lane]);
        for (const Lanes& lanes : group) row.group.push_back(lanes[lane]);
      }
  }

  void add(const Gathered& block) {
    for (const Row& row : block) {
      for (std::size_t b = 0; b < kBuckets; ++b)
        buckets_[row.whose.hedger][b].add(row.whose.place, row.bucket[b]);
      for (std::size_t k = 0; k < row.asset.size(); ++k)
        assets_[row.whose.hedger][k].add(row.whose.place, row.asset[k]);
      for (std::size_t k = 0; k < row.group.size(); ++k)
        groups_[row.whose.hedger][k].add(row.whose.place, row.group[k]);
    }
  }

  std::vector<TailCauses> result() const {
    std::vector<TailCauses> out;
    const double confidence = prepared_.plan().risk.confidence;
    for (std::size_t h = 0; h < buckets_.size(); ++h) {
      TailCauses& causes = out.emplace_back();
      for (const risk::TailContribution& one : buckets_[h]) causes.bucket.push_back(one.estimate(confidence));
      for (const risk::TailContribution& one : assets_[h]) causes.by_asset.push_back(one.value());
      for (const risk::TailContribution& one : groups_[h])
        causes.by_group.push_back(one.estimate(confidence));
    }
    return out;
  }

  const PreparedRun& prepared_;
  std::size_t scenario_;
  Stop stop_;
  std::map<std::uint64_t, std::vector<InTail>> wanted_;                         // by path
  std::vector<std::uint64_t> order_;                                            // the paths
  std::vector<std::vector<risk::TailContribution>> buckets_, assets_, groups_;  // [hedger]
  tbb::enumerable_thread_specific<PathBlock> blocks_{[this] { return PathBlock(prepared_, scenario_); }};
};

}  // namespace

std::vector<TailCauses> causes_of_tails(const PreparedRun& prepared, const Outcome& outcome,
                                        std::size_t scenario, const Stop& stop) {
  return Tails(prepared, outcome, scenario, stop).run(outcome.threads);
}

}  // namespace unhedged::simulation
