#include "engine/config/flow.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_set>

namespace unhedged::config {
namespace {

/// Longer keys are not simple in YAML.
constexpr std::size_t kLongestKey = 1000;
/// Of so many keys a search is quicker than a set.
constexpr std::size_t kFewKeys = 16;
constexpr std::size_t kUsualEntries = 6;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_of_word(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '-' || c == '+' || c == '/' || c == '%';
}

bool is_null(std::string_view word) {
  constexpr std::array<std::string_view, 3> names{"null", "Null", "NULL"};
  return std::ranges::find(names, word) != names.end();
}

bool has_duplicates(const std::vector<Record::Entry>& map) {
  if (map.size() <= kFewKeys) {
    for (std::size_t i = 1; i < map.size(); ++i)
      for (std::size_t k = 0; k < i; ++k)
        if (map[i].key == map[k].key) return true;
    return false;
  }
  std::unordered_set<std::string_view> known;
  return !std::ranges::all_of(map,
                              [&](const Record::Entry& entry) { return known.insert(entry.key).second; });
}

/// Reads from left to right; once something is not simple everything returns false.
class FlowReader {
 public:
  FlowReader(std::string_view text, const std::shared_ptr<const std::string>& file, std::size_t deepest)
      : text_(text), file_(file), deepest_(deepest) {}

  bool document(Record& out) {
    if (!at('{') || !value(out, 0)) return false;
    skip_space();
    return next_ == text_.size();
  }

 private:
  bool at(char c) const { return next_ < text_.size() && text_[next_] == c; }
  bool take(char c) {
    if (!at(c)) return false;
    ++next_;
    return true;
  }

  void skip_space() {
    for (; at(' ') || at('\n'); ++next_)
      if (text_[next_] == '\n') ++line_, line_start_ = next_ + 1;
  }

  Mark mark() const { return {file_, line_, static_cast<int>(next_ - line_start_) + 1}; }

  bool value(Record& out, std::size_t depth) {
    skip_space();
    out.mark = mark();
    if (at('{')) return depth < deepest_ && map(out, depth + 1);
    if (at('[')) return depth < deepest_ && list(out, depth + 1);
    out.kind = Record::Kind::scalar;
    if (at('"')) return quoted(out.text);
    if (!word(out.text)) return false;
    if (is_null(out.text)) out.kind = Record::Kind::null, out.text.clear();
    return true;
  }

  bool map(Record& out, std::size_t depth) {
    out.kind = Record::Kind::map;
    ++next_;
    skip_space();
    if (take('}')) return true;
    out.map.reserve(kUsualEntries);
    do {
      skip_space();
      Record::Entry& entry = out.map.emplace_back();
      entry.mark = mark();
      if (!key(entry.key) || !value(entry.value, depth)) return false;
      skip_space();
    } while (take(','));
    return take('}') && !has_duplicates(out.map);
  }

  bool list(Record& out, std::size_t depth) {
    out.kind = Record::Kind::list;
    ++next_;
    skip_space();
    if (take(']')) return true;
    do {
      if (!value(out.list.emplace_back(), depth)) return false;
      skip_space();
    } while (take(','));
    return take(']');
  }

  /// And the colon behind it.
  bool key(std::string& out) {
    const bool is_quoted = at('"');
    if (is_quoted ? !quoted(out) : (!word(out) || is_null(out))) return false;
    if (out.size() > kLongestKey || !take(':')) return false;
    return is_quoted || at(' ') || at('\n');
  }

  bool quoted(std::string& out) {
    const std::size_t first = ++next_;
    while (next_ < text_.size() && text_[next_] >= ' ' && text_[next_] <= '~' && text_[next_] != '"' &&
           text_[next_] != '\\')
      ++next_;
    out.assign(text_.substr(first, next_ - first));
    return take('"');
  }

  /// What ends before a comma, a colon, a bracket or a line's end, in one space between two words each.
  bool word(std::string& out) {
    const std::size_t first = next_;
    const bool is_signed = at('-') || at('+') || at('.');
    if (is_signed) ++next_;
    if (next_ == text_.size()) return false;
    if (is_signed ? !is_digit(text_[next_]) : !is_letter(text_[next_]) && !is_digit(text_[next_]))
      return false;
    const auto of_word = [&](std::size_t i) { return i < text_.size() && is_of_word(text_[i]); };
    while (of_word(next_) || (at(' ') && of_word(next_ + 1))) ++next_;
    out.assign(text_.substr(first, next_ - first));
    return ends_word();
  }

  bool ends_word() {
    if (at(':')) return true;
    skip_space();
    return at(',') || at('}') || at(']');
  }

  std::string_view text_;
  const std::shared_ptr<const std::string>& file_;
  std::size_t deepest_;
  std::size_t next_ = 0, line_start_ = 0;
  int line_ = 1;
};

}  // namespace

std::optional<Record> read_flow(const std::string& text, const std::shared_ptr<const std::string>& file,
                                std::size_t deepest) {
  Record out;
  if (!FlowReader(text, file, deepest).document(out)) return {};
  return out;
}

}  // namespace unhedged::config
