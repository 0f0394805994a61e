#include "engine/config/field.hpp"
#include "engine/core/utf8.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace unhedged::config {
namespace {

std::string number(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", x);
  return text;
}

/// Four significant digits, thousands apart: 4 200, 0.005.
std::string grouped(double x) {
  char text[64];
  const double size = std::abs(x);
  if (size >= 1e15 || (size < 1e-4 && size > 0)) std::snprintf(text, sizeof text, "%.4g", x);
  else std::snprintf(text, sizeof text, "%.*f", size >= 1000 ? 0 : 6, x);
  std::string out = text;
  if (out.find('e') != std::string::npos) return out;
  if (const std::size_t point = out.find('.'); point != std::string::npos) {
    out.erase(out.find_last_not_of('0') + 1);
    if (out.back() == '.') out.pop_back();
    return out;
  }
  for (std::size_t i = out.size(); i > 3 + (out.front() == '-' ? 1 : 0); i -= 3) out.insert(i - 3, " ");
  return out;
}

/// Edit distance with insertions, deletions, substitutions and swaps of neighbours.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before = above;
    above = row;
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row.back();
}

/// The allowed word that may have been meant; none for words nobody types.
const std::string* nearest(const std::string& word, const std::vector<std::string>& allowed) {
  constexpr std::size_t longest = 64;
  if (word.size() > longest) return nullptr;
  const std::string* best = nullptr;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& name : allowed) {
    if (name.size() > longest) continue;
    const std::size_t steps = distance(word, name);
    if (steps < least) best = &name;
    least = std::min(least, steps);
  }
  return best;
}

std::string list_of(const std::vector<std::string>& words) {
  constexpr std::size_t most = 40;
  std::string list;
  for (std::size_t i = 0; i < std::min(most, words.size()); ++i) list += (i == 0 ? "" : ", ") + excerpt(words[i]);
  return words.size() <= most ? list : list + ", ... and " + std::to_string(words.size() - most) + " more";
}

}  // namespace

std::string to_string(const Bounds& bounds) {
  const bool below = std::isfinite(bounds.lower), above = std::isfinite(bounds.upper);
  if (below && above)
    return std::string(bounds.lower_open ? "(" : "[") + number(bounds.lower) + ", " +
           number(bounds.upper) + (bounds.upper_open ? ")" : "]");
  if (below) return (bounds.lower_open ? "> " : ">= ") + number(bounds.lower);
  if (above) return (bounds.upper_open ? "< " : "<= ") + number(bounds.upper);
  return "any";
}

std::string in_words(double value, const Field& field) {
  const bool ratio = field.unit == Unit::ratio;
  const std::string suffix = (ratio ? " %" : "") + std::string(field.unit == Unit::per_year ? " a year" : field.usual.per);
  return grouped(ratio ? 100 * value : value) + suffix;
}

std::string usual_range(const Field& field) {
  const auto& [lower, upper, per] = field.usual;
  if (!std::isfinite(lower) && !std::isfinite(upper)) return "";
  if (lower == 0) return "usually at most " + in_words(upper, field);
  Field plain = field;
  plain.usual.per = "";
  if (plain.unit == Unit::per_year) plain.unit = Unit::none;
  return "usually " + in_words(lower, plain) + " to " + in_words(upper, field);
}

std::string spelling(Unit unit) {
  switch (unit) {
    case Unit::none: return "a number";
    case Unit::ratio: return "a number such as 0.05, 5 % or 12 bp";
    case Unit::per_year: return "a number per year";
    case Unit::price: return "a price in account currency";
    case Unit::money: return "an amount of account currency";
    case Unit::units: return "a number of units of the asset";
  }
  return "";
}

std::string suggestion(const std::string& word, const std::vector<std::string>& allowed) {
  if (allowed.empty()) return "";
  const std::string* const close = nearest(word, allowed);
  return (close != nullptr ? "; did you mean " + in_quotes(*close) + "?" : std::string(";")) + " (allowed: " +
         list_of(allowed) + ")";
}

}  // namespace unhedged::config
