#pragma once
#include <string>
#include <vector>

/// Text that stands in columns.
namespace unhedged::app {

/// Columns of text, the first two left-aligned, the others right-aligned.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header) : rows_{std::move(header)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::string text() const;
  /// In as few blocks as keep lines within `line` characters where they can; each begins with the `leading`
  /// columns. An empty line stands between blocks.
  std::string text(std::size_t line, std::size_t leading) const;

 private:
  std::vector<std::size_t> widths() const;
  std::string block(const std::vector<std::size_t>& columns) const;

  std::vector<std::vector<std::string>> rows_;
};

/// Characters on the screen: bytes that continue a UTF-8 character do not count.
std::size_t screen_width(const std::string& text);

std::string left_aligned(const std::string& text, std::size_t width);
std::string right_aligned(const std::string& text, std::size_t width);

/// The text, cut to `width` characters; the last is then an ellipsis.
std::string shortened(const std::string& text, std::size_t width);

/// Lines of words, none longer than `width` unless a word is; ends with a line break.
std::string wrapped(const std::string& text, std::size_t width);

/// "1 path", "2 paths".
std::string counted(std::size_t count, const char* what);

/// To so many decimals; what rounds to zero has no sign.
std::string fixed(double x, int decimals);

/// 1234567 as 1.235 M, small numbers as they are, to the significant digits; n/a for NaN.
std::string short_number(double x, int digits = 4);

}  // namespace unhedged::app
