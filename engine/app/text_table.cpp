#include "engine/app/text_table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <sstream>

namespace unhedged::app {

std::size_t screen_width(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string left_aligned(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, screen_width(text)), ' ');
}

std::string right_aligned(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, screen_width(text)), ' ') + text;
}

std::string shortened(const std::string& text, std::size_t width) {
  if (screen_width(text) <= width) return text;
  std::string out;
  std::size_t characters = 0;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80 && ++characters == width) break;
    out += c;
  }
  return out + "\u2026";
}

std::string wrapped(const std::string& text, std::size_t width) {
  std::istringstream words(text);
  std::string out, line;
  for (std::string word; words >> word;) {
    if (!line.empty() && screen_width(line) + 1 + screen_width(word) > width) {
      out += line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return out + line + "\n";
}

std::string fixed(double x, int decimals) {
  const std::string text = fmt::format("{:.{}f}", x, decimals);
  return text.starts_with('-') && text.find_first_of("123456789in") == std::string::npos ? text.substr(1)
                                                                                         : text;
}

std::string counted(std::size_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string short_number(double x, int digits) {
  if (std::isnan(x)) return "n/a";
  if (x == 0) return "0";  // of either sign
  if (std::isinf(x)) return x > 0 ? "inf" : "-inf";
  constexpr std::pair<double, const char*> scales[] = {
      {1, ""}, {1e3, " k"}, {1e6, " M"}, {1e9, " G"}, {1e12, " T"}};
  for (const auto& [scale, suffix] : scales) {
    const std::string rounded = fmt::format("{:.{}g}", x / scale, digits);
    if (std::abs(std::strtod(rounded.c_str(), nullptr)) < 1000) return rounded + suffix;
  }
  return fmt::format("{:.{}g}", x, digits);
}

std::vector<std::size_t> TextTable::widths() const {
  std::vector<std::size_t> out(rows_.front().size(), 0);
  for (const auto& row : rows_)
    for (std::size_t c = 0; c < row.size(); ++c) out[c] = std::max(out[c], screen_width(row[c]));
  return out;
}

std::string TextTable::block(const std::vector<std::size_t>& columns) const {
  const std::vector<std::size_t> width = widths();
  std::string out;
  for (const auto& row : rows_) {
    std::string line;
    for (const std::size_t c : columns) {
      if (c >= row.size()) continue;
      line += (c == columns.front() ? "" : "  ") +
              (c < 2 ? left_aligned(row[c], width[c]) : right_aligned(row[c], width[c]));
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string TextTable::text() const {
  std::vector<std::size_t> all(rows_.front().size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return block(all);
}

std::string TextTable::text(std::size_t line, std::size_t leading) const {
  const std::vector<std::size_t> width = widths();
  const auto begin = width.begin(),
             end = begin + static_cast<std::ptrdiff_t>(std::min(leading, width.size()));
  const std::size_t lead = std::accumulate(begin, end, std::size_t{0},
                                           [](std::size_t sum, std::size_t one) { return sum + one + 2; });
  std::vector<std::size_t> first(static_cast<std::size_t>(end - begin));
  std::iota(first.begin(), first.end(), std::size_t{0});
  std::string out;
  std::vector<std::size_t> columns = first;
  std::size_t taken = lead;
  for (std::size_t c = first.size(); c < width.size(); ++c) {
    if (columns.size() > first.size() && taken + width[c] > line) {
      out += block(columns) + "\n";
      columns = first;
      taken = lead;
    }
    columns.push_back(c);
    taken += width[c] + 2;
  }
  return out + block(columns);
}

}  // namespace unhedged::app
