#include "engine/config/field.hpp"
#include "engine/core/utf8.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace unhedged::config {
namespace {

constexpr std::size_t kLongestWord = 64;  // that anybody types

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
  if (word.size() > kLongestWord) return nullptr;
  const std::string* best = nullptr;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& name : allowed) {
    if (name.size() > kLongestWord) continue;
    const std::size_t steps = distance(word, name);
    if (steps < least) best = &name;
    least = std::min(least, steps);
  }
  return best;
}

std::string list_of(const std::vector<std::string>& words, std::size_t most) {
  std::string list;
  for (std::size_t i = 0; i < std::min(most, words.size()); ++i)
    list += (i == 0 ? "" : ", ") + excerpt(words[i]);
  return words.size() <= most ? list : list + ", ... and " + std::to_string(words.size() - most) + " more";
}

/// The allowed words, those that are most like the word first.
std::vector<std::string> by_distance(const std::string& word, const std::vector<std::string>& allowed) {
  std::vector<std::pair<std::size_t, std::string>> ordered;
  for (const std::string& name : allowed) ordered.emplace_back(distance(word, name), name);
  std::ranges::stable_sort(ordered, {}, &std::pair<std::size_t, std::string>::first);
  std::vector<std::string> names;
  for (auto& [steps, name] : ordered) names.push_back(std::move(name));
  return names;
}

}  // namespace

std::string to_string(const Bounds& bounds) {
  const bool below = std::isfinite(bounds.lower), above = std::isfinite(bounds.upper);
  if (below && above)
    return std::string(bounds.lower_open ? "(" : "[") + number(bounds.lower) + ", " + number(bounds.upper) +
           (bounds.upper_open ? ")" : "]");
  if (below) return (bounds.lower_open ? "> " : ">= ") + number(bounds.lower);
  if (above) return (bounds.upper_open ? "< " : "<= ") + number(bounds.upper);
  return "any";
}

std::string in_words(double value, const Field& field) {
  const bool ratio = field.unit == Unit::ratio;
  const std::string suffix =
      (ratio ? " %" : "") + std::string(field.unit == Unit::per_year ? " a year" : field.usual.per);
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
    case Unit::deviations: return "a number of standard deviations such as 1.5 sd";
  }
  return "";
}

std::string meant(const std::string& word, const std::vector<std::string>& allowed) {
  const std::string* const close = nearest(word, allowed);
  return close != nullptr ? *close : "";
}

std::string suggestion(const std::string& word, const std::vector<std::string>& allowed) {
  if (allowed.empty()) return "";
  constexpr std::size_t most = 5, most_of_all = 40;
  const std::string* const close = nearest(word, allowed);
  const bool ordered = allowed.size() > most && !word.empty() && word.size() <= kLongestWord;
  return (close != nullptr ? "; did you mean " + in_quotes(*close) + "?" : std::string(";")) + " (allowed: " +
         list_of(ordered ? by_distance(word, allowed) : allowed, word.empty() ? most_of_all : most) + ")";
}

}  // namespace unhedged::config
