#include <algorithm>
#include <random>
#include <set>

#include "engine/simulation/batch.hpp"
#include "tests/support/catch.hpp"

using namespace unhedged::simulation;

TEST_CASE("Shards follow each other, differ by one batch at the most and are the run") {
  for (const std::uint64_t batches : {0, 1, 7, 40, 1001})
    for (const std::uint64_t of : {1, 2, 3, 40, 64}) {
      std::uint64_t next = 0, least = batches, most = 0;
      for (std::uint64_t shard = 1; shard <= of; ++shard) {
        const BatchRange range = shard_of(batches, shard, of);
        CHECK(range.first == next);
        next = range.end;
        least = std::min(least, range.count());
        most = std::max(most, range.count());
      }
      CHECK(next == batches);
      CHECK(most - least <= 1);
    }
}

TEST_CASE("A set of batches is what a set of numbers is") {
  std::mt19937 chance(1);
  for (int round = 0; round < 50; ++round) {
    BatchSet set;
    std::set<std::uint64_t> reference;
    for (int k = 0; k < 60; ++k) {
      const std::uint64_t batch = chance() % 80;
      CHECK(set.add(batch) == reference.insert(batch).second);
    }
    CHECK(set.count() == reference.size());
    std::set<std::uint64_t> missing;
    for (const BatchRange& hole : set.all_missing({5, 75}))
      for (std::uint64_t batch = hole.first; batch < hole.end; ++batch) missing.insert(batch);
    for (std::uint64_t batch = 0; batch < 85; ++batch) {
      CHECK(set.contains(batch) == reference.contains(batch));
      CHECK(missing.contains(batch) == (batch >= 5 && batch < 75 && !reference.contains(batch)));
    }
  }
}
