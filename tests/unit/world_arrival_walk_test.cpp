#include <array>
#include <vector>

#include "engine/world/arrival_walk.hpp"
#include "engine/world/part_kernels.hpp"
#include "tests/support/catch.hpp"

// Lists of lanes against the same thing one path at a time.

using namespace unhedged;
using namespace unhedged::world;
using random::Purpose;

namespace {

struct Seen {
  Arrivals arrivals;
  double excess = 0;
  std::vector<double> left;  // at each event

  bool operator==(const Seen& other) const {
    return arrivals.count == other.arrivals.count && arrivals.expected == other.arrivals.expected &&
           excess == other.excess && left == other.left;
  }
};

struct Paths {
  Paths() : noise(11) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) ids.value[lane] = 1000 + lane * lane;
    noise.reset(ids);
  }
  PathIds ids;
  NoiseCache noise;
};

constexpr std::uint32_t kStep = 6;

/// What `arrivals` makes of a lane.
Seen alone(const Paths& paths, std::size_t lane, const SelfExciting& law, double time, double first,
           double excess) {
  const EventDraws draw(paths.noise, Factor::asset(3), paths.ids.value[lane], kStep);
  Seen out;
  out.excess = excess;
  out.arrivals = arrivals(
      law, time, first, out.excess, [&](unsigned k) { return draw.uniform(Purpose::arrival, k); },
      [&](double, double left) { out.left.push_back(left); });
  return out;
}

}  // namespace

TEST_CASE("A walk of many lanes is the walk of each of them alone, to the bit") {
  Paths paths;
  // Rare and many events; a law that does not excite; one without a base; decay faster than the time.
  const std::array<SelfExciting, 5> laws{
      {{2, 0.5, 50}, {900, 0.9, 4000}, {700, 0, 0}, {0, 0.4, 300}, {300, 0.5, 6000}}};
  for (const std::size_t lanes : {1, 7, 8, 9, 200, 256}) {
    ArrivalWalk walk;
    std::vector<Seen> expected(lanes), seen(lanes);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const SelfExciting& law = laws[lane % laws.size()];
      const double first = (0.5 + static_cast<double>(lane * 37 % 256)) / 256;
      const double excess = lane % 3 == 0 && law.base > 0 ? 0 : 20.0 * static_cast<double>(lane % 7 + 1);
      expected[lane] = alone(paths, lane, law, 0.02, first, excess);
      walk.add(lane, paths.ids.value[lane], law, 0.02, first, excess);
    }
    walk.run(
        {ListDraws(paths.noise, Factor::asset(3), kStep), Purpose::arrival},
        [&](std::size_t lane, double left) { seen[lane].left.push_back(left); },
        [&](std::size_t lane, const Arrivals& arrivals, double excess) {
          seen[lane].arrivals = arrivals;
          seen[lane].excess = excess;
        });
    std::size_t events = 0;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      INFO("lane " << lane << " of " << lanes);
      CHECK(seen[lane] == expected[lane]);
      events += seen[lane].arrivals.count;
    }
    CHECK((lanes < 9 || events > lanes));
  }
}

TEST_CASE("A walk is empty once it was run, and may be filled again") {
  Paths paths;
  ArrivalWalk walk;
  std::size_t ends = 0;
  for (int round = 0; round < 2; ++round) {
    walk.add(5, 77, {50, 0.5, 10}, 1.0, 0.9, 0);
    walk.run(
        {ListDraws(paths.noise, Factor::asset(0), 1), Purpose::arrival}, [](std::size_t, double) {},
        [&](std::size_t lane, const Arrivals&, double) { ends += lane == 5 ? 1 : 0; });
  }
  CHECK(ends == 2);
}

TEST_CASE("Draws of a list are those of its paths, also of events that need more than a factor holds") {
  Paths paths;
  const ListDraws list(paths.noise, Factor::asset(3), kStep);
  for (const unsigned event : {0u, 5u, 2047u, 2048u, 70000u})
    for (const std::size_t count : {1, 8, 13, 256}) {
      Lanes uniform, normal;
      list.uniforms(Purpose::arrival, event, paths.ids, count, uniform);
      list.normals(Purpose::jump_size, event, paths.ids, count, normal);
      bool same = true;
      for (std::size_t k = 0; k < count; ++k) {
        const EventDraws one(paths.noise, Factor::asset(3), paths.ids.value[k], kStep);
        same = same && uniform[k] == one.uniform(Purpose::arrival, event) &&
               normal[k] == one.normal(Purpose::jump_size, event);
      }
      CHECK(same);
    }
}

TEST_CASE("Tables are looked up the same whether a block asks for one entry, few or many") {
  RegimeTable table;
  for (std::size_t r = 0; r < kMostRegimes; ++r) table[r] = 1.0 / static_cast<double>(r + 3);
  for (const std::size_t least : {0, 5, 60})
    for (const std::size_t entries : {1, 2, 4}) {
      LaneIndex which;
      for (std::size_t lane = 0; lane < kLanes; ++lane)
        which.value[lane] = static_cast<std::uint8_t>(least + lane * 7 % entries);
      for (const bool far : {false, true}) {
        if (far) which.value[200] = 63;
        Lanes out;
        part_kernels().gather(table, which, out);
        bool same = true;
        for (std::size_t lane = 0; lane < kLanes; ++lane)
          same = same && out[lane] == table[which.value[lane]];
        CHECK(same);
      }
    }
}
