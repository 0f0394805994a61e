#include "engine/app/export_rows.hpp"

#include <fmt/core.h>

#include <cmath>

namespace unhedged::app {
namespace {

using output::ElementType;

/// Elements in memory at once, over the columns of a table.
constexpr std::uint64_t kAtOnce = 1 << 18;
/// Numbers of an estimate, and the like.
constexpr std::uint64_t kMostBeside = 16;

std::uint64_t elements_from(const std::vector<std::uint64_t>& sizes, std::size_t first) {
  std::uint64_t out = 1;
  for (std::size_t k = first; k < sizes.size(); ++k) out *= sizes[k];
  return out;
}

}  // namespace

ExportRows::ExportRows(const output::ResultFile& result, const std::string& dataset)
    : result_(result), dataset_(dataset), type_(result.file().type_of(dataset)) {
  if (is_text()) texts_ = result.file().texts(dataset);
}

void ExportRows::read(const std::vector<std::uint64_t>& leading) {
  const output::Hdf5Reader& file = result_.file();
  const std::vector<std::uint64_t>& sizes = file.sizes(dataset_);
  count_ = elements_from(sizes, leading.size());
  first_ = 0;
  for (std::size_t k = 0; k < leading.size(); ++k) first_ += leading[k] * elements_from(sizes, k + 1);
  if (type_ == ElementType::float64) numbers_ = file.numbers(dataset_, leading);
  if (type_ == ElementType::uint8) bytes_ = file.bytes(dataset_, leading);
  if (type_ == ElementType::uint64) wholes_ = file.wholes(dataset_, leading);
}

std::string ExportRows::text(std::size_t index) const {
  switch (type_) {
    case ElementType::text: return texts_[first_ + index];
    case ElementType::uint8: return std::to_string(bytes_[index]);
    case ElementType::uint64: return std::to_string(wholes_[index]);
    case ElementType::float64: break;
  }
  return std::isfinite(numbers_[index]) ? fmt::format("{}", numbers_[index]) : "";
}

void for_each_part(const output::ResultFile& result, const std::vector<std::string>& datasets,
                   const std::function<void(const std::vector<std::uint64_t>& leading)>& take) {
  const std::vector<std::uint64_t>& sizes = result.file().sizes(datasets.front());
  if (elements_from(sizes, 0) == 0) return;
  std::size_t fixed = 0;
  while (fixed + 1 < sizes.size() && elements_from(sizes, fixed) > kAtOnce / datasets.size()) ++fixed;
  if (fixed > 0 && fixed + 1 == sizes.size() && sizes.back() <= kMostBeside)
    --fixed;  // estimates stay together
  std::vector<std::uint64_t> leading(fixed, 0);
  for (;;) {
    take(leading);
    std::size_t k = fixed;
    while (k > 0 && ++leading[k - 1] == sizes[k - 1]) leading[--k] = 0;
    if (k == 0) return;
  }
}

}  // namespace unhedged::app
