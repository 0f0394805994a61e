#include "engine/simulation/workload.hpp"

#include <algorithm>
#include <cmath>

#include "engine/hedging/router.hpp"
#include "engine/hedging/strategy.hpp"
#include "engine/math/scalar.hpp"
#include "engine/pricing/call_rows.hpp"
#include "engine/pricing/level_surface.hpp"
#include "engine/pricing/level_table.hpp"
#include "engine/pricing/models/black_scholes.hpp"
#include "engine/pricing/stand_ins.hpp"
#include "engine/simulation/batch.hpp"
#include "engine/simulation/explained.hpp"
#include "engine/world/arrivals.hpp"
#include "engine/world/tradable_sources.hpp"

namespace unhedged::simulation {
namespace {

// Measured on the processor of docs/performance.md; docs/methods/workload.md says how.
constexpr double kNano = 1e-9, kMicro = 1e-6;
constexpr double kWorld = 3.5 * kNano, kOwnVariance = 7 * kNano, kPart = 15 * kNano, kEvent = 100 * kNano;
constexpr double kHedge = 4 * kNano, kFlatDelta = 2 * kNano, kLevelDelta = 8 * kNano, kExactCall = 8 * kNano;
constexpr double kFlatTable = 5 * kMicro, kFlatExpiry = 5 * kMicro, kLevelTable = 80 * kMicro,
                 kLevelExpiry = 25 * kMicro;
/// Of each option that a table is held against.
constexpr double kTabulatedCall = 40 * kNano;
/// Of an expiry under a transform model, and of a contract that remembers its path (lookbacks take four times
/// as long), where quotes move and where they stand still; and what looking contracts up takes.
constexpr double kTransformExpiry = 25e3 * kMicro, kMovingContract = 4e3 * kMicro,
                 kFlatContract = 200 * kMicro, kContractDelta = 15 * kNano, kEarlyEndDelta = 450 * kNano,
                 kMultiAssetDelta = 190 * kNano;
/// Scattered expiries are tabulated like so many.
constexpr auto kMostExpiries = static_cast<double>(pricing::StandIns::kFewExpiries);
/// Of a path that is taken apart: tables looked up, and arithmetic of a book and of each hedge.
constexpr double kMarkLookups = 6, kExplain = 3 * kNano, kExplainLanes = 30, kExplainHedgerLanes = 16;
constexpr double kRecord = 1.5 * kMicro, kSummary = 0.3 * kMicro;
constexpr double kFlatBytes = 7e3, kFlatExpiryBytes = 9e2, kLevelBytes = 20e3, kSliceBytes = 6e2,
                 kExpiryBytes = 100;
constexpr double kNodes = 12e3;  ///< of a table under quotes that move
constexpr double kStepBytes = 150, kRecordBytes = 104, kWorldLanes = 24;
constexpr double kBlocks = 16, kCacheBytes = 0x1p23;

/// Expiries and calls of a book that are alive, on average over the grid times.
struct Alive {
  double expiries = 0, calls = 0;
  /// Nodes of a table of the next to expire under quotes that move: as many as where paths are is wider than
  /// its bends, the root of the time that has passed over the life that is left.
  double nodes = 0;
};

double nodes_of(const instruments::AssetBook& book, const Plan& plan) {
  constexpr int samples = 200;
  const double horizon = plan.grid.horizon_years();
  const double half_step = 0.5 * horizon / static_cast<double>(plan.grid.steps);
  double sum = 0;
  for (int i = 0; i < samples; ++i) {
    const double time = horizon * (i + 0.5) / samples;
    double life = INFINITY;
    for (const instruments::ExpiryBucket& bucket : book.buckets)
      if (!bucket.calls.empty() && bucket.expiry_years > time)
        life = std::min(life, std::max(half_step, bucket.expiry_years - time));
    sum += std::min(pricing::kMostTableNodes, kNodes * std::sqrt(time / life));
  }
  return sum / samples;
}

/// Share of the run in which a contract is alive.
double share_alive(double expiry_years, const Plan& plan) {
  return std::min(1.0, expiry_years / plan.grid.horizon_years());
}

Alive alive(const instruments::AssetBook& book, const Plan& plan) {
  Alive out;
  for (const instruments::ExpiryBucket& bucket : book.buckets) {
    const double share = share_alive(bucket.expiry_years, plan);
    out.expiries += share;
    out.calls += share * static_cast<double>(bucket.calls.size());
  }
  out.nodes = nodes_of(book, plan);
  return out;
}

/// What the slices of one grid time take under one curve.
struct SliceWork {
  double seconds = 0, bytes = 0;
  double lookup = 0;  ///< seconds of one delta on one path
};

SliceWork slice(const Alive& book, bool moves, bool interpolated) {
  SliceWork out{0, kSliceBytes + kExpiryBytes * std::min(book.expiries, kMostExpiries),
                kExactCall * book.calls};
  const bool pays =
      book.calls > 0 && (!moves || book.calls >= static_cast<double>(pricing::kFewestForLevels));
  if (!interpolated || !pays) return out;
  const double expiries = std::min(book.expiries, kMostExpiries);
  out.seconds = moves ? kLevelTable + kLevelExpiry * expiries : kFlatTable + kFlatExpiry * expiries;
  out.seconds += kTabulatedCall * book.calls;
  out.bytes += moves ? kLevelBytes + 8 * book.nodes : kFlatBytes + kFlatExpiryBytes * expiries;
  out.lookup = moves ? kLevelDelta : kFlatDelta;
  return out;
}

/// Rows of an octave of deviations, the nodes that each needs however close its strikes are, and steps of its
/// grid over the least deviation.
constexpr double kRowsOfOctave = 20, kNodesOfRow = 370, kStepOfRow = 0.13;
/// Deviations asked for lie so far from that of today's quote where quotes move.
constexpr double kDeviationsBelow = 6, kDeviationsAbove = 6;
/// Expiries, or those that stand in for them in some stretch of time, that have rows.
constexpr double kMostRows = 4 * kMostExpiries;

/// Of the rows of an expiry: over the deviations that its quote gives it in the run.
double row_bytes(const instruments::ExpiryBucket& bucket, const Plan& plan, double volatility, bool moves) {
  const double half_step = 0.5 * plan.grid.horizon_years() / static_cast<double>(plan.grid.steps);
  const double least_life = std::max(half_step, bucket.expiry_years - plan.grid.horizon_years());
  const double low = volatility * std::sqrt(least_life) / (moves ? kDeviationsBelow : 1);
  const double high = volatility * std::sqrt(bucket.expiry_years) * (moves ? kDeviationsAbove : 1);
  const double span = scalar::log(bucket.calls.back().strike / bucket.calls.front().strike);
  const double most = std::min(pricing::CallRows::kMostNodes, pricing::CallRows::kMostNodesPerCall *
                                                                  static_cast<double>(bucket.calls.size()));
  double nodes = 0;
  for (double sd = high; sd > 0.5 * low; sd /= 2) {
    const double of_row = span / (kStepOfRow * sd) + kNodesOfRow;
    if (of_row > most) break;
    nodes += kRowsOfOctave * of_row;
  }
  return nodes * sizeof(double);
}

/// Of a book: where quotes stand still expiries of few calls have none.
double row_bytes(const instruments::AssetBook& book, const Plan& plan, double volatility, bool moves) {
  constexpr std::size_t few = 4;
  double sum = 0, expiries = 0;
  for (const instruments::ExpiryBucket& bucket : book.buckets) {
    if (bucket.calls.size() < (moves ? 1 : few)) continue;
    sum += row_bytes(bucket, plan, volatility, moves);
    expiries += 1;
  }
  return expiries > kMostRows ? sum * kMostRows / expiries : sum;
}

/// Share of the grid times at which some path may be in a regime.
std::vector<double> shares(const world::Scenario& scenario) {
  constexpr std::size_t many = 1'000'000;
  std::vector<double> out(scenario.regimes.size(), 1.0);
  if (scenario.grid.steps > many) return out;
  const std::vector<world::RegimeSet> table = world::reachable_regimes(scenario);
  for (std::size_t r = 0; r < out.size(); ++r)
    out[r] = static_cast<double>(
                 std::ranges::count_if(table, [r](const world::RegimeSet& set) { return set.contains(r); })) /
             static_cast<double>(table.size());
  return out;
}

/// Seconds that the market of an asset takes on one path, from today to the horizon.
double market_seconds(const world::AssetRegime& regime, const world::AssetToday& today, double steps,
                      double years) {
  const auto jumps = models::jumps_of(regime.dynamics);
  int parts = (jumps ? 1 : 0) + (regime.bubble ? 1 : 0) + (regime.sentiment ? 1 : 0) +
              (regime.liquidity.moves() ? 1 : 0);
  parts += static_cast<int>(world::contract_count(today)) + (regime.quote_decay > 0 ? 1 : 0) +
           static_cast<int>(today.venues.size());
  double events = 0;
  if (jumps && regime.excitation)
    events += world::self_exciting(models::rate_of(*jumps), regime.excitation).mean_rate();
  if (const auto& flow = regime.order_flow)
    events += world::SelfExciting{flow->rate, flow->same + flow->opposite, flow->decay}.mean_rate();
  parts += events > 0 ? 1 : 0;
  return steps * (kWorld + (models::has_stochastic_variance(regime.dynamics) ? kOwnVariance : 0) +
                  parts * kPart) +
         years * events * kEvent;
}

/// The same of the jumps that several assets share.
double common_seconds(const world::Regime& regime, double steps, double years) {
  double seconds = 0;
  for (const world::CommonJumps& jumps : regime.common_jumps)
    seconds +=
        steps * kPart + years * kEvent * world::self_exciting(jumps.rate, jumps.excitation).mean_rate();
  return seconds;
}

class Count {
 public:
  Count(const Plan& plan, int threads) : plan_(plan), threads_(threads) {
    for (const hedging::Hedger& hedger : plan.hedgers) {
      hedging_ += hedger.hedges() ? 1 : 0;
      if (hedger.hedges() && std::ranges::find(beliefs_, hedger.belief) == beliefs_.end())
        beliefs_.push_back(*hedger.belief);
    }
    for (const AssetPlan& asset : plan.assets) books_.push_back(alive(asset.book, plan));
  }

  Workload run() {
    for (std::size_t s = 0; s < plan_.scenarios.size(); ++s) add_scenario(s);
    const double paths = static_cast<double>(plan_.paths),
                 hedgers = static_cast<double>(plan_.hedgers.size());
    const double scenarios = static_cast<double>(plan_.scenarios.size()),
                 assets = static_cast<double>(books_.size());
    out_.paths_seconds *= paths;
    out_.tables_bytes += kStepBytes * steps_ * assets * scenarios;
    const double records =
        static_cast<double>(plan_.worst_paths) * scenarios * hedgers * (steps_ + 1) * assets;
    out_.records_seconds = kRecord * records;
    out_.records_bytes = kRecordBytes * records;
    out_.summary_seconds = kSummary * paths * scenarios * hedgers;
    for (const double bytes : path_bytes(plan_)) out_.pnl_bytes += bytes;
    const double lanes = static_cast<double>(sizeof(Lanes)) * assets;
    const double rings = ring_lanes_ * static_cast<double>(sizeof(Lanes));
    const double state = rings + worlds_ * lanes * (4 + static_cast<double>(beliefs_.size())) +
                         accounts_ * lanes * kAccountLanes;
    const double block = state + worlds_ * lanes * (kWorldLanes - 4);
    out_.blocks_bytes = threads_ * block * std::clamp(kCacheBytes / state, 1.0, kBlocks);
    return out_;
  }

 private:
  static constexpr double kRegisters = 6;  ///< of an order and of a queue
  static constexpr double kAccountLanes =
      static_cast<double>(sizeof(hedging::Holding)) / sizeof(Lanes) + kRegisters;

  void add_scenario(std::size_t s) {
    const world::Scenario& scenario = plan_.scenarios[s];
    const std::vector<double> share = shares(scenario);
    const double worlds = 1 + (scenario.feedback ? hedging_ : 0);
    const double acting = static_cast<double>(plan_.hedgers.size()) + (scenario.feedback ? hedging_ : 0);
    worlds_ += worlds;
    accounts_ += acting;
    add_rings(scenario);
    double world = 0;
    for (std::size_t r = 0; r < share.size(); ++r)
      world = std::max(world, regime_seconds(scenario, scenario.regimes[r]));
    out_.paths_seconds += worlds * world + steps_ * kHedge * acting * static_cast<double>(books_.size());
    for (const pricing::Believed& belief : beliefs_)
      for (std::size_t a = 0; a < books_.size(); ++a) add_target(belief, s, a, share, worlds);
    add_attribution(s, share);
  }

  /// The market's mark, and the arithmetic, of the batches that are taken apart.
  void add_attribution(std::size_t s, const std::vector<double>& share) {
    if (plan_.explained == Explained::nothing) return;
    const double batches = static_cast<double>(batches_of(plan_.paths)),
                 first = static_cast<double>(kBatchesExplainedFirst), one_in = kBatchesPerExplained;
    const double part = plan_.explained == Explained::paths || batches <= first
                            ? 1
                            : (first + (batches - first) / one_in) / batches;
    const double assets = static_cast<double>(books_.size()),
                 hedgers = static_cast<double>(plan_.hedgers.size());
    for (std::size_t a = 0; a < books_.size(); ++a)
      add_target(pricing::black_scholes_belief(), s, a, share, part * kMarkLookups);
    out_.paths_seconds += part * steps_ * assets * kExplain * (1 + hedgers);
    accounts_ += (kExplainLanes + hedgers * kExplainHedgerLanes) / kAccountLanes;
  }

  void add_rings(const world::Scenario& scenario) {
    const double desks = scenario.feedback ? 2 : 1;  // of a hedger: on the common floor and on its own
    for (const hedging::Hedger& hedger : plan_.hedgers) {
      if (hedger.strategy)
        ring_lanes_ += desks * static_cast<double>(hedger.strategy->memory(books_.size(), books_.size()));
      for (std::size_t a = 0; a < books_.size(); ++a)
        if (hedger.hedges(a))
          ring_lanes_ +=
              desks * static_cast<double>(hedging::ring_lanes(hedger.latency, plan_.grid,
                                                              scenario.today[a].venues, slices(hedger, a)));
    }
  }

  static std::size_t slices(const hedging::Hedger& hedger, std::size_t asset) {
    return hedger.execution.empty() ? 0 : hedger.execution[asset].slices.size();
  }

  double regime_seconds(const world::Scenario& scenario, const world::Regime& regime) const {
    const double years = plan_.grid.horizon_years();
    double seconds = common_seconds(regime, steps_, years);
    for (std::size_t a = 0; a < regime.assets.size(); ++a)
      seconds += market_seconds(regime.assets[a], scenario.today[a], steps_, years);
    return seconds;
  }

  /// A fixed volatility has one table for all scenarios; one that follows the quotes has one for each regime.
  void add_target(const pricing::Believed& belief, std::size_t s, std::size_t a,
                  const std::vector<double>& share, double worlds) {
    const bool interpolated = plan_.greeks == GreekMethod::interpolated;
    double slowest = 0, rows = 0;
    const auto add_rows = [&](double volatility, bool moves) {
      const bool few = moves && books_[a].calls < static_cast<double>(pricing::kFewestForLevels);
      if (interpolated && !few)
        rows = std::max(rows, row_bytes(plan_.assets[a].book, plan_, volatility, moves));
    };
    const bool costly = interpolated && belief->model()->is_costly();
    const double contracts = interpolated && belief->is_lognormal() ? contracts_alive(a) : 0;
    const auto add = [&](bool moves, double times) {
      const SliceWork one = slice(books_[a], moves, interpolated);
      out_.tables_seconds += times * steps_ * one.seconds;
      if (costly && moves) out_.tables_seconds += times * steps_ * kTransformExpiry * books_[a].expiries;
      out_.tables_seconds += times * steps_ * contracts * (moves ? kMovingContract : kFlatContract);
      out_.tables_bytes += times * steps_ * one.bytes;
      slowest = std::max(slowest, one.lookup);
    };
    const double today = plan_.scenarios[s].today[a].implied_volatility;
    if (const auto own = belief->own_curve()) {
      const bool each = own->moves_with_level;  // in every scenario, since the level is the desk's
      add(each, each || s == 0 ? 1 : 0);
      if (each) add_rows(today, true);
      else if (s == 0) add_rows(own->volatility(1, 0, 0), false);
    } else {
      for (std::size_t r = 0; r < share.size(); ++r) {
        const market::ImpliedCurve& curve = plan_.scenarios[s].regimes[r].assets[a].curve;
        add(curve.moves_with_level, share[r]);
        add_rows(curve.volatility(1, today * today, 0), curve.moves_with_level);
      }
    }
    out_.rows_bytes += rows;
    out_.paths_seconds += worlds * steps_ * (slowest + contracts * kContractDelta + seconds_ended_early(a));
    for (const MultiAssetPlan& held : plan_.multi_assets)
      if (held.option->assets.front() == a)
        out_.paths_seconds +=
            worlds * steps_ * kMultiAssetDelta * share_alive(held.option->expiry_years, plan_);
  }

  /// What holders who may end contracts cost in a step of a path.
  double seconds_ended_early(std::size_t asset) const {
    double sum = 0;
    for (const ContractPlan& held : plan_.contracts)
      if (held.asset == asset && held.contract->early_end() != nullptr)
        sum += kEarlyEndDelta * share_alive(held.contract->expiry_years(), plan_);
    return sum;
  }

  /// Contracts on an asset that are not netted, on average over the run.
  double contracts_alive(std::size_t asset) const {
    double sum = 0;
    for (const ContractPlan& held : plan_.contracts)
      if (held.asset == asset) sum += share_alive(held.contract->expiry_years(), plan_);
    return sum;
  }

  const Plan& plan_;
  int threads_;
  double steps_ = static_cast<double>(plan_.grid.steps), hedging_ = 0, worlds_ = 0, accounts_ = 0,
         ring_lanes_ = 0;
  std::vector<pricing::Believed> beliefs_;
  std::vector<Alive> books_;
  Workload out_;
};

}  // namespace

double Workload::seconds(int threads) const {
  return (tables_seconds + paths_seconds) / threads + records_seconds + summary_seconds;
}

Workload workload(const Plan& plan, int threads) { return Count(plan, threads).run(); }

}  // namespace unhedged::simulation
