#pragma once
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/core/errors.hpp"

namespace unhedged::config {

/// Problems found so far, and where each key stands, so that later checks can point at it. Of errors and
/// of warnings the first kMost are kept; of those that differ in their place in a list alone, the first
/// kMostAlike. The others are counted.
class Findings {
 public:
  static constexpr std::size_t kMost = 50, kMostAlike = 3;

  void add(const Mark& mark, const std::string& key, const std::string& message,
           Severity severity = Severity::error);
  /// At the place of `key`, or of its nearest parent that has one.
  void add_at(const std::string& key, const std::string& message, Severity severity = Severity::error);
  void warn_at(const std::string& key, const std::string& message) {
    add_at(key, message, Severity::warning);
  }
  /// Takes over what was found elsewhere.
  void adopt(const std::vector<Problem>& problems);

  void place(const std::string& key, const Mark& mark) { noted_.emplace_back(key, mark); }
  /// Where key[row].column stands, of a list too long to note every place of.
  using RowPlace = std::function<Mark(std::size_t row, const std::string& column)>;
  void place_rows(const std::string& key, RowPlace place) { rows_[key] = std::move(place); }
  bool has(const std::string& key) const { return places().contains(key); }
  Mark mark_of(const std::string& key) const;

  bool failed() const { return errors_ > 0; }
  /// Whether a further error would only be counted: no need to word it with care.
  bool full() const { return errors_ >= kMost; }
  const std::vector<Problem>& problems() const { return problems_; }
  /// The problems, and how many more there were.
  std::vector<Problem> report() const;

  /// Whether a problem is known of this key, of a part of it, or of what it is part of.
  bool concerns(const std::string& key) const;
  /// From now on, ignores problems of keys that already have one: they may only be its consequence.
  void mute_consequences() { muted_ = failed(); }

 private:
  bool muted_ = false;
  std::size_t errors_ = 0, warnings_ = 0;  // also those that are not kept
  std::vector<Problem> problems_;
  std::unordered_set<std::size_t> seen_;  // hashes of what was found
  struct Alike {
    std::size_t count, last;  // `last`: the problem that stands for those not kept; npos if none is
  };
  std::unordered_map<std::size_t, Alike> alike_;
  const std::unordered_map<std::string, Mark>& places() const;
  // most files have no problem, and then no place is looked up
  mutable std::vector<std::pair<std::string, Mark>> noted_;
  mutable std::unordered_map<std::string, Mark> places_;
  std::map<std::string, RowPlace> rows_;
};

}  // namespace unhedged::config
