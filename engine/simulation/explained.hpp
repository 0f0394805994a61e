#pragma once
#include <span>
#include <vector>

#include "engine/core/stop.hpp"
#include "engine/risk/estimate.hpp"
#include "engine/simulation/buckets.hpp"
#include "engine/simulation/prepared_run.hpp"
#include "engine/simulation/result.hpp"

/// The P&L by its causes, as it is reported: what P&L is counted in, at the horizon.
namespace unhedged::simulation {

struct FinishedBlock;

/// The columns.
inline constexpr const char *kAttribution = "attribution", *kAttributionByAsset = "attribution_by_asset",
                            *kAttributionByGroup = "attribution_by_group",
                            *kPathAttribution = "path_attribution";
bool is_of_causes(const Column& column);

/// Whether the P&L of a batch is taken apart: of all where every path is kept; else of the first few and of
/// one in so many of the others, which means are made from.
bool is_explained(Explained what, std::uint64_t batch);
inline constexpr std::uint64_t kBatchesExplainedFirst = 4, kBatchesPerExplained = 8;

/// The P&L of a hedger as a sum over causes. shapes  out: [bucket]
void explain(const FinishedBlock& block, std::span<Lanes> out);

/// The same by asset; what feedback took belongs to none. shapes  out: [asset][bucket]
void explain_by_asset(const FinishedBlock& block, std::span<Lanes> out);

/// The same by group of positions: what each makes by itself, and last what hedging them makes, feedback
/// included. shapes  out: [group and one more]
void explain_by_group(const FinishedBlock& block, std::span<Lanes> out);

/// What means of so many parts are made from: the parts, their products with the P&L, and that.
constexpr std::size_t parts_of_means(std::size_t parts) { return 2 * parts + 1; }
void explain_for_means(const FinishedBlock& block, std::span<Lanes> out);
void explain_assets_for_means(const FinishedBlock& block, std::span<Lanes> out);
void explain_groups_for_means(const FinishedBlock& block, std::span<Lanes> out);

/// Of one hedger in one scenario.
struct Explanation {
  std::vector<risk::Estimate> mean;  ///< [bucket]
  std::vector<risk::Estimate> tail;  ///< [bucket] in the worst share of paths; they sum to -ES
  std::vector<double> mean_by_asset, tail_by_asset;  ///< [asset][bucket]; empty: there is one asset
  /// [group and hedging]; empty: positions are in no groups. They sum to the mean P&L and to -ES.
  std::vector<risk::Estimate> mean_by_group, tail_by_group;
};

/// Of every hedger; tails are those of the highest level, simulated once more. Empty where nobody asked.
/// errors  Interrupted
std::vector<Explanation> explain_all(const PreparedRun& prepared, const Outcome& outcome,
                                     std::size_t scenario, const Stop& stop);

}  // namespace unhedged::simulation
