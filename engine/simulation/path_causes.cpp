#include "engine/simulation/path_causes.hpp"

#include "engine/simulation/column.hpp"
#include "engine/simulation/explained.hpp"
#include "engine/simulation/path_block.hpp"

namespace unhedged::simulation {
namespace {

/// Reads off what the attribution has by each grid time, of the path in the first lane.
class CausesSink final : public Sink {
 public:
  CausesSink(const PathBlock& block, std::size_t scenario, std::size_t hedger, PathCauses& out)
      : block_(block), scenario_(scenario), hedger_(hedger), out_(out), bucket_(kBuckets) {}

  void at(const Floor& floor, std::uint32_t) override {
    if (floor.crowd()) return;
    for (std::size_t a = 0; a < out_.assets; ++a) {
      block_.attribution(scenario_)->explain(floor, hedger_, a, bucket_);
      for (const Lanes& lanes : bucket_) out_.so_far.push_back(lanes[0]);
    }
  }

 private:
  const PathBlock& block_;
  std::size_t scenario_, hedger_;
  PathCauses& out_;
  std::vector<Lanes> bucket_;
};

}  // namespace

PathCauses causes_of_path(const PreparedRun& prepared, std::size_t scenario, std::size_t hedger,
                          std::uint64_t path, const Stop& stop) {
  PathCauses out;
  if (prepared.plan().explained == Explained::nothing) return out;
  out.assets = prepared.plan().assets.size();
  PathBlock block(prepared, scenario);
  CausesSink sink(block, scenario, hedger, out);
  PathIds ids;
  for (std::size_t lane = 0; lane < kLanes; ++lane) ids.value[lane] = path;
  block.simulate(ids, &sink, stop);
  std::vector<Lanes> total(kBuckets);
  explain(FinishedBlock(block, scenario, hedger), total);
  for (const Lanes& lanes : total) out.total.push_back(lanes[0]);
  return out;
}

}  // namespace unhedged::simulation
