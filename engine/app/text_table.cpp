#include "engine/app/text_table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
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

std::string TextTable::text() const {
  std::vector<std::size_t> widths(rows_.front().size(), 0);
  for (const auto& row : rows_)
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], screen_width(row[c]));
  std::string out;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string pad(widths[c] - screen_width(row[c]), ' ');
      line += c < 2 ? row[c] + pad : pad + row[c];
      if (c + 1 < row.size()) line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

}  // namespace unhedged::app
