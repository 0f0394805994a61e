#pragma once
#include <functional>
#include <string>
#include <vector>

#include "engine/output/result_reader.hpp"

namespace unhedged::app {

/// Parts of a dataset, element by element, whatever its type.
class ExportRows {
 public:
  ExportRows(const output::ResultFile& result, const std::string& dataset);

  /// What lies behind the first indices. errors  IoError
  void read(const std::vector<std::uint64_t>& leading);
  std::size_t count() const { return count_; }
  bool is_text() const { return type_ == output::ElementType::text; }
  /// Numbers to the last digit; empty for NaN.
  std::string text(std::size_t index) const;

 private:
  const output::ResultFile& result_;
  std::string dataset_;
  output::ElementType type_;
  std::size_t count_ = 0, first_ = 0;
  std::vector<double> numbers_;
  std::vector<std::uint8_t> bytes_;
  std::vector<std::uint64_t> wholes_;
  std::vector<std::string> texts_;  // of the whole dataset
};

/// Elements that are written between two looks at the stop.
inline constexpr std::size_t kElementsBetweenLooks = 1 << 14;

/// Parts of datasets of the same sizes, none of them large, in C order: by their first indices.
void for_each_part(const output::ResultFile& result, const std::vector<std::string>& datasets,
                   const std::function<void(const std::vector<std::uint64_t>& leading)>& take);

}  // namespace unhedged::app
