#include "engine/risk/multiple.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "engine/core/errors.hpp"

namespace unhedged::risk {
namespace {

using Group = std::set<std::size_t>;  // positions in the order

/// Leaves out groups that others hold.
void absorb(std::vector<Group>& groups) {
  std::vector<Group> kept;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto holds = [&](std::size_t j) {
      const bool within = std::ranges::includes(groups[j], groups[i]);
      return j != i && within && (groups[j] != groups[i] || j < i);
    };
    bool held = false;
    for (std::size_t j = 0; j < groups.size(); ++j) held = held || holds(j);
    if (!held) kept.push_back(groups[i]);
  }
  groups = std::move(kept);
}

/// Every group that holds both is cut in two, each without one of them.
void part(std::size_t one, std::size_t other, std::vector<Group>& groups) {
  std::vector<Group> out;
  for (const Group& group : groups) {
    if (!group.contains(one) || !group.contains(other)) {
      out.push_back(group);
      continue;
    }
    for (const std::size_t left_out : {one, other}) {
      out.push_back(group);
      out.back().erase(left_out);
    }
  }
  absorb(out);
  groups = std::move(out);
}

/// a, b, ... z, aa, ab, ...
std::string letters_of(std::size_t index) {
  std::string out;
  for (++index; index > 0; index = (index - 1) / 26)
    out.insert(out.begin(), static_cast<char>('a' + (index - 1) % 26));
  return out;
}

}  // namespace

std::vector<double> holm(const std::vector<double>& p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> out(p.size());
  double highest = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    highest = std::max(highest, std::min(1.0, static_cast<double>(p.size() - k) * p[order[k]]));
    out[order[k]] = highest;
  }
  return out;
}

bool RankRange::shares_group(const RankRange& other) const {
  return std::ranges::find_first_of(groups, other.groups) != groups.end();
}

std::vector<RankRange> places(const std::vector<std::size_t>& order, const Differs& differs) {
  const std::size_t n = order.size();
  std::vector<Group> groups(1);
  for (std::size_t i = 0; i < n; ++i) groups[0].insert(i);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j)
      if (differs[order[i]][order[j]]) part(i, j, groups);
  std::ranges::sort(
      groups, [](const Group& a, const Group& b) { return std::ranges::lexicographical_compare(a, b); });
  std::vector<RankRange> out(n);
  for (std::size_t i = 0; i < n; ++i) {
    RankRange& place = out[order[i]];
    place = {1, n, {}};
    for (std::size_t j = 0; j < i; ++j) place.first += differs[order[i]][order[j]] ? 1 : 0;
    for (std::size_t j = i + 1; j < n; ++j) place.last -= differs[order[i]][order[j]] ? 1 : 0;
    for (std::size_t g = 0; g < groups.size(); ++g)
      if (groups[g].contains(i)) place.groups.push_back(letters_of(g));
  }
  return out;
}

double stricter_confidence(double confidence, std::size_t numbers) {
  return 1 - (1 - confidence) / static_cast<double>(numbers);
}

Largest largest(const std::vector<Estimate>& numbers, const std::vector<Estimate>& stricter) {
  UNHEDGED_EXPECT(!numbers.empty() && numbers.size() == stricter.size());
  Largest out{numbers[0], 0};
  bool all_known = true;
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    all_known = all_known && numbers[k].known == Known::interval && stricter[k].known == Known::interval;
    if (numbers[k].value > numbers[out.which].value) out.which = k;
  }
  if (!all_known) {
    out.estimate = without_interval(numbers[out.which].value);
    return out;
  }
  out.estimate = numbers[out.which];
  out.estimate.lower = std::ranges::max(stricter, {}, &Estimate::lower).lower;
  out.estimate.upper = std::ranges::max(numbers, {}, &Estimate::upper).upper;
  return out;
}

Largest largest(const std::vector<Contrast>& numbers, double confidence) {
  std::vector<Estimate> plain, stricter;
  for (const Contrast& one : numbers) {
    plain.push_back(one.interval(confidence));
    stricter.push_back(one.interval(stricter_confidence(confidence, numbers.size())));
  }
  return largest(plain, stricter);
}

}  // namespace unhedged::risk
