#include "engine/simulation/result.hpp"

#include <algorithm>
#include <cstring>

#include "engine/core/errors.hpp"
#include "engine/risk/sums.hpp"

namespace unhedged::simulation {

Outcome::Outcome(const Plan& plan, const StorageLimits& limits)
    : Outcome(plan, limits, std::vector<PathSpan>{{0, plan.paths}}) {}

Outcome::Outcome(const Plan& plan, const StorageLimits& limits, std::vector<PathSpan> paths)
    : scenarios_(plan.scenarios.size()), hedgers_(plan.hedgers.size()), spans_(std::move(paths)) {
  for (const PathSpan& span : spans_) room_ += span.count;
  paths_ = room_;
  check_columns(plan.columns);
  const double money = risk::power_of_two_near(plan.gross_notional());
  for (const Column& column : plan.columns) {
    std::vector<std::size_t> first_row{0};
    for (std::size_t s = 0; s < scenarios_; ++s)
      first_row.push_back(first_row.back() + width(column, plan, s));
    const std::size_t numbers = column.keep == Keep::every_path ? first_row.back() * room_ : 0;
    kept_.push_back({column.data.name, column.mean.name, column.keep, column.element,
                     column.is_money() ? money : 1, std::move(first_row),
                     PathStorage(numbers * column.element_bytes(), limits)});
  }
  sums_ = no_sums();
}

std::vector<PathSpan> Outcome::spans() const {
  std::vector<PathSpan> out;
  std::uint64_t left = paths_;
  for (const PathSpan& span : spans_) {
    out.push_back({span.first, std::min(left, span.count)});
    left -= out.back().count;
    if (left == 0) break;
  }
  return out;
}

std::uint64_t Outcome::path_at(std::uint64_t place) const {
  auto span = spans_.begin();
  for (; place >= span->count; ++span) place -= span->count;
  return span->first + place;
}

std::uint64_t Outcome::place_of(std::uint64_t path) const {
  std::uint64_t before = 0;
  auto span = spans_.begin();
  for (; path - span->first >= span->count; ++span) before += span->count;
  return before + path - span->first;
}

std::size_t Outcome::index_of(const std::string& name) const {
  for (std::size_t c = 0; c < kept_.size(); ++c)
    if (kept_[c].data == name || kept_[c].mean == name) return c;
  throw ContractViolation("no column " + name);
}

std::size_t Outcome::row(std::size_t column, std::size_t scenario, std::size_t part) const {
  const std::vector<std::size_t>& first = kept_[column].first_row;
  UNHEDGED_EXPECT(scenario < scenarios_ && part < first[scenario + 1] - first[scenario]);
  return first[scenario] + part;
}

std::span<const double> Outcome::numbers(std::size_t column, std::size_t scenario, std::size_t part) const {
  const Kept& kept = kept_[column];
  UNHEDGED_EXPECT(kept.keep == Keep::every_path && kept.element == Element::number);
  return {kept.storage.as<double>() + row(column, scenario, part) * room_, paths_};
}

std::span<const std::uint8_t> Outcome::flags(std::size_t column, std::size_t scenario,
                                             std::size_t part) const {
  const Kept& kept = kept_[column];
  UNHEDGED_EXPECT(kept.keep == Keep::every_path && kept.element == Element::flag);
  return {kept.storage.as<std::uint8_t>() + row(column, scenario, part) * room_, paths_};
}

std::span<const double> Outcome::numbers(const std::string& name, std::size_t scenario,
                                         std::size_t part) const {
  return numbers(index_of(name), scenario, part);
}

std::span<const std::uint8_t> Outcome::flags(const std::string& name, std::size_t scenario,
                                             std::size_t part) const {
  return flags(index_of(name), scenario, part);
}

const Tally& Outcome::tally(std::size_t column, std::size_t scenario, std::size_t part) const {
  UNHEDGED_EXPECT(kept_[column].keep == Keep::mean);
  return sums_[column][row(column, scenario, part)];
}

const Tally& Outcome::tally(const std::string& name, std::size_t scenario, std::size_t part) const {
  return tally(index_of(name), scenario, part);
}

TallySums Outcome::no_sums() const {
  TallySums out;
  for (const Kept& kept : kept_) out.emplace_back(kept.keep == Keep::mean ? kept.first_row.back() : 0);
  return out;
}

void Outcome::keep(std::size_t column, std::size_t scenario, std::size_t part, const Lanes& numbers,
                   const PathRange& range, TallySums& sums) {
  Kept& kept = kept_[column];
  const std::size_t at = row(column, scenario, part);
  if (kept.keep == Keep::mean) {
    Tally& into = sums[column][at];
    const double per_unit = 1 / kept.unit;
    for (std::size_t lane = 0; lane < range.lanes; ++lane) {
      into.sum += numbers[lane];
      into.sum_of_squares += (numbers[lane] * per_unit) * (numbers[lane] * per_unit);
    }
  } else if (kept.element == Element::number) {
    std::copy_n(numbers.data(), range.lanes, kept.storage.as<double>() + at * room_ + place_of(range.first));
  } else {
    std::uint8_t* const out = kept.storage.as<std::uint8_t>() + at * room_ + place_of(range.first);
    for (std::size_t lane = 0; lane < range.lanes; ++lane) out[lane] = numbers[lane] != 0 ? 1 : 0;
  }
}

void Outcome::add(const PathRange& range, TallySums&& part) {
  const std::uint64_t place = place_of(range.first);
  waiting_.try_emplace(place, place + range.lanes, std::move(part));
  for (auto next = waiting_.begin(); next != waiting_.end() && next->first == in_a_row_;
       next = waiting_.erase(next)) {
    in_a_row_ = next->second.first;
    fold(next->second.second);
  }
}

namespace {

/// A row without the numbers at `places`; what stands behind it then is of no use.
template <class Number>
void close_up(Number* row, std::uint64_t count, std::span<const std::uint64_t> places) {
  std::uint64_t to = places.front();
  for (std::size_t k = 0; k < places.size(); ++k) {
    const std::uint64_t from = places[k] + 1, end = k + 1 < places.size() ? places[k + 1] : count;
    std::memmove(row + to, row + from, (end - from) * sizeof(Number));
    to += end - from;
  }
}

}  // namespace

void Outcome::leave_out(std::span<const std::uint64_t> places) {
  if (places.empty()) return;
  for (Kept& kept : kept_)
    for (std::size_t row = 0; kept.keep == Keep::every_path && row < kept.first_row.back(); ++row) {
      if (kept.element == Element::number) close_up(kept.storage.as<double>() + row * room_, paths_, places);
      else close_up(kept.storage.as<std::uint8_t>() + row * room_, paths_, places);
    }
  std::vector<PathSpan> left;
  auto next = places.begin();
  std::uint64_t before = 0;
  for (const PathSpan& span : spans()) {
    std::uint64_t first = span.first;
    for (; next != places.end() && *next < before + span.count; ++next) {
      const std::uint64_t path = span.first + (*next - before);
      if (path > first) left.push_back({first, path - first});
      first = path + 1;
    }
    if (first < span.first + span.count) left.push_back({first, span.first + span.count - first});
    before += span.count;
  }
  spans_ = std::move(left);
  paths_ -= places.size();
  in_a_row_ = paths_;
}

void Outcome::fold(const TallySums& part) {
  for (std::size_t c = 0; c < sums_.size(); ++c)
    for (std::size_t k = 0; k < sums_[c].size(); ++k) {
      sums_[c][k].sum += part[c][k].sum;
      sums_[c][k].sum_of_squares += part[c][k].sum_of_squares;
    }
}

std::size_t Outcome::packed_bytes(std::size_t lanes) const {
  std::size_t bytes = 0;
  for (const Kept& kept : kept_) {
    const std::size_t element = kept.element == Element::flag ? sizeof(std::uint8_t) : sizeof(double);
    bytes += kept.first_row.back() * (kept.keep == Keep::mean ? sizeof(Tally) : element * lanes);
  }
  return bytes;
}

void Outcome::pack(const PathRange& range, const TallySums& sums, std::string& out) const {
  const std::uint64_t at = place_of(range.first);
  const auto append = [&out](const auto* from, std::size_t count) {
    out.append(reinterpret_cast<const char*>(from), count * sizeof *from);
  };
  for (const Kept& kept : kept_)
    for (std::size_t row = 0; kept.keep == Keep::every_path && row < kept.first_row.back(); ++row) {
      if (kept.element == Element::number) append(kept.storage.as<double>() + row * room_ + at, range.lanes);
      else append(kept.storage.as<std::uint8_t>() + row * room_ + at, range.lanes);
    }
  for (const std::vector<Tally>& column : sums) append(column.data(), column.size());
}

bool Outcome::unpack(const PathRange& range, std::string_view bytes, TallySums& sums) {
  if (bytes.size() != packed_bytes(range.lanes)) return false;
  const std::uint64_t at = place_of(range.first);
  const auto take = [&bytes](auto* to, std::size_t count) {
    if (count > 0) std::memcpy(to, bytes.data(), count * sizeof *to);
    bytes.remove_prefix(count * sizeof *to);
  };
  for (Kept& kept : kept_)
    for (std::size_t row = 0; kept.keep == Keep::every_path && row < kept.first_row.back(); ++row) {
      if (kept.element == Element::number) take(kept.storage.as<double>() + row * room_ + at, range.lanes);
      else take(kept.storage.as<std::uint8_t>() + row * room_ + at, range.lanes);
    }
  for (std::vector<Tally>& column : sums) take(column.data(), column.size());
  return true;
}

}  // namespace unhedged::simulation
