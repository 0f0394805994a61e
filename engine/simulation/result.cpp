#include "engine/simulation/result.hpp"

#include <algorithm>

#include "engine/core/errors.hpp"
#include "engine/risk/sums.hpp"

namespace unhedged::simulation {

Outcome::Outcome(const Plan& plan, const StorageLimits& limits)
    : scenarios_(plan.scenarios.size()), hedgers_(plan.hedgers.size()), paths_(plan.paths) {
  check_columns(plan.columns);
  const double money = risk::power_of_two_near(plan.gross_notional());
  for (const Column& column : plan.columns) {
    std::vector<std::size_t> first_row{0};
    for (std::size_t s = 0; s < scenarios_; ++s)
      first_row.push_back(first_row.back() + width(column, plan, s));
    const std::size_t numbers = column.keep == Keep::every_path ? first_row.back() * paths_ : 0;
    kept_.push_back({column.data.name, column.mean.name, column.keep, column.element,
                     column.is_money() ? money : 1, std::move(first_row),
                     PathStorage(numbers * column.element_bytes(), limits)});
  }
  sums_ = no_sums();
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
  return {kept.storage.as<double>() + row(column, scenario, part) * paths_, paths_};
}

std::span<const std::uint8_t> Outcome::flags(std::size_t column, std::size_t scenario,
                                             std::size_t part) const {
  const Kept& kept = kept_[column];
  UNHEDGED_EXPECT(kept.keep == Keep::every_path && kept.element == Element::flag);
  return {kept.storage.as<std::uint8_t>() + row(column, scenario, part) * paths_, paths_};
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
    std::copy_n(numbers.data(), range.lanes, kept.storage.as<double>() + at * paths_ + range.first);
  } else {
    std::uint8_t* const out = kept.storage.as<std::uint8_t>() + at * paths_ + range.first;
    for (std::size_t lane = 0; lane < range.lanes; ++lane) out[lane] = numbers[lane] != 0 ? 1 : 0;
  }
}

void Outcome::add(const TallySums& part) {
  for (std::size_t c = 0; c < sums_.size(); ++c)
    for (std::size_t k = 0; k < sums_[c].size(); ++k) {
      sums_[c][k].sum += part[c][k].sum;
      sums_[c][k].sum_of_squares += part[c][k].sum_of_squares;
    }
}

}  // namespace unhedged::simulation
