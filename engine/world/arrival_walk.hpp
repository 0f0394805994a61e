#pragma once
#include "engine/world/arrival_kernels.hpp"
#include "engine/world/arrivals.hpp"
#include "engine/world/event_draws.hpp"

namespace unhedged::world {

/// Whose random numbers decide on the events of a walk: event k after the first has numbers 2 k and 2 k + 1,
/// counted from `offset`.
struct ArrivalDraws {
  ListDraws from;
  random::Purpose purpose;
  unsigned offset = 0;
};

/// Takes lanes through a time with self-exciting events, all of them from event to event at once: what
/// `arrivals` does to one path, to the bit. Lanes are added, then the walk is run, which empties it.
class ArrivalWalk {
 public:
  /// first: as of `arrivals`. expects  fewer than kLanes so far
  void add(std::size_t lane, std::uint64_t path, const SelfExciting& law, double time, double first,
           double excess);

  /// on_event(lane, left): at each event, with the time that is left, in order of time on every lane;
  /// on_end(lane, arrivals, excess): once for each lane, as it comes to the end of its time.
  template <class OnEvent, class OnEnd>
  void run(const ArrivalDraws& draws, OnEvent&& on_event, OnEnd&& on_end) {
    if (list_.count == 0) return;
    arrival_kernels().first_waits(list_);
    for (unsigned event = 0; list_.count > 0; ++event) {
      arrival_kernels().pass(list_);
      std::size_t kept = 0;
      for (std::size_t k = 0; k < list_.count; ++k) {
        if (list_.goes_on[k] == 0) {
          on_end(list_.lane[k], seen(k), list_.excess[k]);
          continue;
        }
        on_event(list_.lane[k], list_.left[k]);
        if (kept != k) keep(k, kept);
        ++kept;
      }
      list_.count = kept;
      if (kept > 0) draw_waits(draws, event);
    }
  }

 private:
  Arrivals seen(std::size_t k) const { return {static_cast<unsigned>(list_.events[k]), list_.expected[k]}; }
  void keep(std::size_t from, std::size_t to);
  void draw_waits(const ArrivalDraws& draws, unsigned event);

  ArrivalList list_{};
};

}  // namespace unhedged::world
