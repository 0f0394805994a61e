#pragma once
#include <optional>
#include <string_view>

#include "engine/config/record.hpp"

namespace unhedged::config {

/// A CSV text with a header line, one row at a time. Cells may be quoted; lines that start with # are
/// comments.
class CsvTable {
 public:
  struct Item {
    std::string text;
    int column;
  };

  /// `ignored`: columns whose cells are left out.
  /// errors  ConfigError: no header, a column given twice, no column to ignore, text that is not UTF-8 or
  /// holds a NUL
  CsvTable(const std::string& text, const std::string& name, const std::vector<std::string>& ignored = {});

  const std::vector<Item>& header() const { return header_; }
  bool reads(std::size_t column) const { return wanted_[column]; }
  Mark header_mark(std::size_t column) const { return {file_, header_line_, header_[column].column}; }

  /// The next row as a map without its empty cells; nothing after the last.
  /// errors  ConfigError: another number of cells than the header, an unclosed quote; the next call goes on
  ///         with the row after it
  std::optional<Record> next();

  /// Where the cell of a row that `next` returned or refused stands, counted from 0; the row itself if it
  /// has no such column.
  Mark place(std::size_t row, const std::string& column) const;

 private:
  struct LineStart {
    std::size_t start;
    int number;
  };

  void ignore(const std::vector<std::string>& columns);
  std::optional<LineStart> next_line();
  std::string_view line_at(std::size_t start) const;

  std::shared_ptr<const std::string> file_;
  std::string text_;
  LineStart line_{0, 1};  // to be read next
  int header_line_ = 0;
  std::vector<Item> header_;
  std::vector<bool> wanted_;  // [column]
  std::vector<LineStart> rows_;
};

/// The whole of a CSV text as a list of maps. errors  ConfigError: of the header or the first bad row
Record parse_csv(const std::string& text, const std::string& name);

}  // namespace unhedged::config
