#include "engine/simulation/batch.hpp"

#include <algorithm>
#include <iterator>

#include "engine/core/errors.hpp"

namespace unhedged::simulation {

BatchRange shard_of(std::uint64_t batches, std::uint64_t shard, std::uint64_t of) {
  UNHEDGED_EXPECT(shard >= 1 && shard <= of);
  const std::uint64_t least = batches / of, longer = batches % of;
  const auto first = [&](std::uint64_t index) { return index * least + std::min(index, longer); };
  return {first(shard - 1), first(shard)};
}

bool BatchSet::add(std::uint64_t batch) {
  if (contains(batch)) return false;
  ++count_;
  const auto after = ranges_.upper_bound(batch);
  const std::uint64_t end = after != ranges_.end() && after->first == batch + 1 ? after->second : batch + 1;
  const auto before = after == ranges_.begin() ? ranges_.end() : std::prev(after);
  if (end != batch + 1) ranges_.erase(after);
  if (before != ranges_.end() && before->second == batch) before->second = end;
  else ranges_[batch] = end;
  return true;
}

bool BatchSet::contains(std::uint64_t batch) const {
  const auto after = ranges_.upper_bound(batch);
  return after != ranges_.begin() && std::prev(after)->second > batch;
}

BatchRange BatchSet::missing(BatchRange range) const {
  const auto after = ranges_.upper_bound(range.first);
  if (after != ranges_.begin()) range.first = std::max(range.first, std::prev(after)->second);
  if (range.first >= range.end) return {range.end, range.end};
  if (after != ranges_.end()) range.end = std::min(range.end, after->first);
  return range;
}

std::vector<BatchRange> BatchSet::all_missing(BatchRange range) const {
  std::vector<BatchRange> out;
  for (BatchRange hole = missing(range); hole.count() > 0; hole = missing({hole.end, range.end}))
    out.push_back(hole);
  return out;
}

}  // namespace unhedged::simulation
