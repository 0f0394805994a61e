#pragma once
#include <cstddef>
#include <vector>

#include "engine/core/lanes.hpp"

/// Where orders are between the decision and the fill; only the router looks at it.
namespace unhedged::hedging {

/// Orders on their way, by the grid time at which they arrive.
class Ring {
 public:
  explicit Ring(std::size_t longest) : slots_(longest + 1) {}

  Lanes& at(std::size_t step) { return slots_[step % slots_.size()]; }
  void clear() {
    for (Lanes& lanes : slots_) lanes.fill(0.0);
  }
  void drop(std::size_t lane) {
    for (Lanes& lanes : slots_) lanes[lane] = 0;
  }

 private:
  std::vector<Lanes> slots_;
};

/// What has not been filled of the orders of one line, on every path of a block.
struct OrderQueues {
  Lanes waiting, on_the_way, filled, sent;
  std::vector<Ring> at_venues;           // [venue], empty where it fills at once
  std::vector<Ring> at_desk;             // one, where the desk has a latency
  std::vector<Lanes> parts;              // [venue] of what is sent
  std::vector<double> fee, share, part;  // [venue] of one order
  LaneIndex recalled{};                  // 1 where trading has ended and all was dropped

  void clear() {
    for (Lanes* lanes : {&waiting, &on_the_way, &filled}) lanes->fill(0.0);
    recalled = {};
    for (auto* rings : {&at_venues, &at_desk})
      for (Ring& ring : *rings) ring.clear();
  }
  void drop(std::size_t lane) {
    waiting[lane] = on_the_way[lane] = 0;
    for (auto* rings : {&at_venues, &at_desk})
      for (Ring& ring : *rings) ring.drop(lane);
  }
};

}  // namespace unhedged::hedging
