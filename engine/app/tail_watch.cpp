#include "engine/app/tail_watch.hpp"

#include <algorithm>
#include <cmath>

#include "engine/app/table.hpp"
#include "engine/risk/summary.hpp"
#include "engine/risk/tail.hpp"
#include "engine/simulation/failed_paths.hpp"
#include "engine/simulation/precise_run.hpp"

namespace unhedged::app {
namespace {

constexpr std::uint64_t kFewest = 256;
constexpr double kGrowth = 1.5, kShareOfTime = 0.02;

}  // namespace

void TailWatch::begin(const simulation::Outcome& outcome) {
  const std::scoped_lock lock(mutex_);
  outcome_ = &outcome;
  ready_ = outcome.paths_in_a_row();
  ends_ = false;
}

void TailWatch::end() {
  ends_ = true;  // a look that is under way gives up
  const std::scoped_lock lock(mutex_);
  outcome_ = nullptr;
}

TailSoFar TailWatch::now() {
  const std::scoped_lock lock(mutex_);
  const std::uint64_t ready = ready_.load(std::memory_order_acquire);
  const bool grown = static_cast<double>(ready) >= kGrowth * static_cast<double>(last_.paths);
  if (outcome_ == nullptr || !grown || Clock::now() < next_) return last_;
  const Clock::time_point begin = Clock::now();
  look(ready);
  const Clock::duration took = Clock::now() - begin;
  next_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(took / kShareOfTime);
  return last_;
}

void TailWatch::look_once_more() {
  const std::scoped_lock lock(mutex_);
  if (outcome_ != nullptr) look(outcome_->paths_in_a_row());
}

void TailWatch::look(std::uint64_t paths) {
  if (paths < kFewest) return;
  const double level = *std::ranges::max_element(plan_.risk.levels);
  TailSoFar found{paths, risk::metric_at_level("es", level), {}};
  const std::vector<std::uint64_t> failed = simulation::failed_places(*outcome_, paths);
  if (paths - failed.size() < kFewest) return;
  std::vector<double> room;
  for (std::size_t s = 0; s < plan_.scenarios.size(); ++s)
    for (std::size_t h = 0; h < plan_.hedgers.size(); ++h) {
      if (!simulation::is_under_test(plan_, h)) continue;
      if (ends_) return;
      const auto pnl = simulation::without(failed, outcome_->pnl(s, h).first(paths), room);
      const risk::Tail tail(pnl, level, plan_.risk.confidence);
      found.cells.push_back({plan_.scenarios[s].name, plan_.hedgers[h].name,
                             tail.expected_shortfall(level, plan_.risk.confidence)});
    }
  std::ranges::stable_sort(found.cells, std::greater<>(),
                           [](const TailSoFar::HedgerTail& cell) { return cell.shortfall.value; });
  last_ = std::move(found);
}

std::string in_words(const TailSoFar& tail) {
  if (tail.cells.empty()) return "";
  const TailSoFar::HedgerTail& worst = tail.cells.front();
  std::string out = tail.metric + " of " + worst.hedger + " in " + worst.scenario + " " +
                    short_number(worst.shortfall.value);
  if (std::isfinite(worst.shortfall.lower))
    out += " [" + short_number(worst.shortfall.lower) + ", " + short_number(worst.shortfall.upper) + "]";
  return out;
}

}  // namespace unhedged::app
