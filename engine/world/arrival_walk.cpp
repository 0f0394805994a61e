#include "engine/world/arrival_walk.hpp"

namespace unhedged::world {

void ArrivalWalk::add(std::size_t lane, std::uint64_t path, const SelfExciting& law, double time,
                      double first, double excess) {
  const std::size_t k = list_.count++;
  list_.lane[k] = static_cast<std::uint16_t>(lane);
  list_.path.value[k] = path;
  list_.base[k] = law.base;
  list_.kick[k] = law.branching * law.decay;
  list_.decay[k] = law.decay;
  list_.first[k] = first;
  list_.excess[k] = excess;
  list_.left[k] = time;
  list_.events[k] = list_.expected[k] = 0;
}

void ArrivalWalk::keep(std::size_t from, std::size_t to) {
  list_.lane[to] = list_.lane[from];
  list_.path.value[to] = list_.path.value[from];
  for (Lanes* lanes :
       {&list_.base, &list_.kick, &list_.decay, &list_.excess, &list_.left, &list_.events, &list_.expected})
    (*lanes)[to] = (*lanes)[from];
}

void ArrivalWalk::draw_waits(const ArrivalDraws& draws, unsigned event) {
  Lanes uniform[2];
  for (unsigned k = 0; k < 2; ++k)
    draws.from.uniforms(draws.purpose, draws.offset + 2 * event + k, list_.path, list_.count, uniform[k]);
  arrival_kernels().next_waits(uniform[0], uniform[1], list_);
}

}  // namespace unhedged::world
