#include "engine/simulation/explained.hpp"

#include <algorithm>
#include <cmath>

#include "engine/risk/sums.hpp"
#include "engine/simulation/attribution_tracks.hpp"
#include "engine/simulation/batch.hpp"
#include "engine/simulation/path_block.hpp"
#include "engine/simulation/tail_paths.hpp"

namespace unhedged::simulation {
namespace {

constexpr auto kRemainder = static_cast<std::size_t>(Bucket::remainder);
constexpr auto kSelfInflicted = static_cast<std::size_t>(Bucket::self_inflicted);

/// How many of the paths are in batches that are taken apart.
std::uint64_t paths_explained(const Plan& plan, const Outcome& outcome) {
  std::uint64_t count = 0;
  for (const PathSpan& span : outcome.spans())
    for (std::uint64_t path = span.first; path < span.first + span.count;) {
      const std::uint64_t batch = path / kBatchPaths;
      const std::uint64_t end = std::min(span.first + span.count, (batch + 1) * kBatchPaths);
      if (is_explained(plan.explained, batch)) count += end - path;
      path = end;
    }
  return count;
}

/// What a sum of squares less that of the mean leaves of what is the same on all paths.
constexpr double kRounding = 1e-13;

/// Means of parts of the P&L from a part of the paths, each moved by its regression on the P&L to where the
/// mean of that is on all paths: so they sum to it.
class Means {
 public:
  Means(const Plan& plan, const Outcome& outcome, const char* column, std::size_t scenario,
        std::size_t hedger)
      : outcome_(outcome),
        column_(outcome.index_of(column)),
        scenario_(scenario),
        first_(hedger * plan.columns[column_].parts),
        parts_((plan.columns[column_].parts - 1) / 2),
        n_(static_cast<double>(paths_explained(plan, outcome))),
        confidence_(plan.risk.confidence) {
    const std::span<const double> pnl = outcome.pnl(scenario, hedger);
    const auto sum = [pnl](auto term) {
      return risk::blocked_sum(pnl.size(), [&](std::size_t i) { return term(pnl[i]); });
    };
    all_ = static_cast<double>(pnl.size());
    mean_ = sum([](double x) { return x; }) / all_;
    const double mean = mean_, unit = outcome.unit(column_);
    variance_ =
        all_ > 1 ? sum([=](double x) { return (x - mean) / unit * ((x - mean) / unit); }) / (all_ - 1) : 0;
  }

  std::size_t size() const { return parts_; }

  risk::Estimate operator()(std::size_t part) const {
    const double unit = outcome_.unit(column_), mean = at(part).sum / n_, pnl = at(2 * parts_).sum / n_;
    const auto squares = [&](const Tally& of, double about) {
      const double left = of.sum_of_squares - n_ * (about / unit) * (about / unit);
      return left > kRounding * of.sum_of_squares ? left : 0.0;
    };
    const double own = squares(at(part), mean), of_pnl = squares(at(2 * parts_), pnl);
    const double joint = (at(parts_ + part).sum / unit / unit) - n_ * (mean / unit) * (pnl / unit);
    const double beta = of_pnl > 0 ? joint / of_pnl : 0;
    const double left = std::max(0.0, own - beta * joint), degrees = std::max(1.0, n_ - 2);
    const double error = std::sqrt(left / degrees / n_ + beta * beta * variance_ / all_);
    const double value = mean / unit + beta * (mean_ - pnl) / unit;
    return risk::times(
        n_ > 2 ? risk::student_interval(value, error, degrees, confidence_) : risk::without_interval(value),
        unit);
  }

 private:
  const Tally& at(std::size_t k) const { return outcome_.tally(column_, scenario_, first_ + k); }

  const Outcome& outcome_;
  std::size_t column_, scenario_, first_, parts_;
  double n_, confidence_;
  double all_ = 0, mean_ = 0, variance_ = 0;  // of the P&L on all paths; the variance in units
};

void add_products(const Lanes& pnl, std::span<Lanes> out) {
  const std::size_t parts = (out.size() - 1) / 2;
  for (std::size_t k = 0; k < parts; ++k)
    for (std::size_t lane = 0; lane < kLanes; ++lane) out[parts + k][lane] = out[k][lane] * pnl[lane];
  out.back() = pnl;
}

}  // namespace

bool is_of_causes(const Column& column) {
  return column.mean.name == kAttribution || column.mean.name == kAttributionByAsset ||
         column.mean.name == kAttributionByGroup || column.data.name == kPathAttribution;
}

bool is_explained(Explained what, std::uint64_t batch) {
  if (what == Explained::nothing) return false;
  return what == Explained::paths || batch < kBatchesExplainedFirst || batch % kBatchesPerExplained == 0;
}

void explain_for_means(const FinishedBlock& block, std::span<Lanes> out) {
  explain(block, out.first(kBuckets));
  add_products(block.floor.pnl(block.hedger), out);
}

void explain_assets_for_means(const FinishedBlock& block, std::span<Lanes> out) {
  explain_by_asset(block, out.first((out.size() - 1) / 2));
  add_products(block.floor.pnl(block.hedger), out);
}

void explain_groups_for_means(const FinishedBlock& block, std::span<Lanes> out) {
  explain_by_group(block, out.first((out.size() - 1) / 2));
  add_products(block.floor.pnl(block.hedger), out);
}

void explain(const FinishedBlock& block, std::span<Lanes> out) {
  const std::size_t assets = block.calm.run().plan().assets.size();
  std::vector<Lanes> of_asset(kBuckets);
  for (Lanes& lanes : out) lanes.fill(0);
  for (std::size_t a = 0; a < assets; ++a) {
    block.attribution->explain(block.calm, block.hedger, a, of_asset);
    for (std::size_t b = 0; b < kBuckets; ++b) add(1, of_asset[b], out[b]);
  }
  for (std::size_t b = 0; b < kBuckets; ++b) block.calm.count_in_numeraire(out[b]);
  const Lanes& pnl = block.floor.pnl(block.hedger);
  out[kSelfInflicted] = pnl;
  add(-1, block.calm.pnl(block.hedger), out[kSelfInflicted]);
  out[kRemainder] = pnl;
  for (std::size_t b = 0; b < kRemainder; ++b) add(-1, out[b], out[kRemainder]);
}

void explain_by_asset(const FinishedBlock& block, std::span<Lanes> out) {
  for (std::size_t a = 0; a < block.calm.run().plan().assets.size(); ++a)
    block.attribution->explain(block.calm, block.hedger, a, out.subspan(a * kBuckets, kBuckets));
  for (Lanes& lanes : out) block.calm.count_in_numeraire(lanes);
}

void explain_by_group(const FinishedBlock& block, std::span<Lanes> out) {
  out.back() = block.floor.pnl(block.hedger);
  for (std::size_t g = 0; g + 1 < out.size(); ++g) {
    out[g] = block.attribution->group_pnl(g);
    block.calm.count_in_numeraire(out[g]);
    add(-1, out[g], out.back());
  }
}

std::vector<Explanation> explain_all(const PreparedRun& prepared, const Outcome& outcome,
                                     std::size_t scenario, const Stop& stop) {
  const Plan& plan = prepared.plan();
  std::vector<Explanation> out;
  if (plan.explained == Explained::nothing) return out;
  std::vector<TailCauses> tails = causes_of_tails(prepared, outcome, scenario, stop);
  for (std::size_t h = 0; h < plan.hedgers.size(); ++h) {
    Explanation& one = out.emplace_back();
    one.tail = std::move(tails[h].bucket);
    one.tail_by_asset = std::move(tails[h].by_asset);
    one.tail_by_group = std::move(tails[h].by_group);
    const Means means(plan, outcome, kAttribution, scenario, h);
    for (std::size_t b = 0; b < means.size(); ++b) one.mean.push_back(means(b));
    if (!prepared.groups().empty()) {
      const Means by_group(plan, outcome, kAttributionByGroup, scenario, h);
      for (std::size_t g = 0; g < by_group.size(); ++g) one.mean_by_group.push_back(by_group(g));
    }
    if (plan.assets.size() < 2) continue;
    const Means by_asset(plan, outcome, kAttributionByAsset, scenario, h);
    for (std::size_t k = 0; k < by_asset.size(); ++k) one.mean_by_asset.push_back(by_asset(k).value);
  }
  return out;
}

}  // namespace unhedged::simulation
