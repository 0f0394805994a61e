#include "engine/config/findings.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace unhedged::config {
namespace {

std::size_t hash_of(const Mark& mark, const std::string& key, const std::string& message) {
  const std::string all =
      std::to_string(mark.line) + ":" + std::to_string(mark.column) + ":" + key + "\n" + message;
  return std::hash<std::string>{}(all);
}

/// As hash_of, of a key in which portfolio[12] and portfolio[13] are the same, wherever they stand.
std::size_t hash_of_kind(const std::string& key, const std::string& message) {
  std::string kind;
  for (std::size_t i = 0; i < key.size(); ++i) {
    kind += key[i];
    if (key[i] == '[') i = std::min(key.find(']', i), key.size()) - 1;
  }
  return std::hash<std::string>{}(kind + "\n" + message);
}

bool part_of(const std::string& part, const std::string& whole) {
  return part.starts_with(whole) &&
         (part.size() == whole.size() || part[whole.size()] == '.' || part[whole.size()] == '[');
}

/// The place of "key[12].column", where `key` is a list of rows.
std::optional<Mark> row_mark(const std::string& path, const std::string& key,
                             const Findings::RowPlace& place) {
  if (!path.starts_with(key + "[")) return {};
  std::size_t row = 0;
  const char* const end = path.data() + path.size();
  const auto [stop, error] = std::from_chars(path.data() + key.size() + 1, end, row);
  if (error != std::errc{} || stop == end || *stop != ']') return {};
  const std::string rest(stop + 1, end);
  return place(row, rest.empty() ? rest : rest.substr(1));
}

}  // namespace

void Findings::add(const Mark& mark, const std::string& key, const std::string& message, Severity severity) {
  if (muted_ && concerns(key)) return;
  if (!seen_.insert(hash_of(mark, key, message)).second) return;
  Alike& alike = alike_.try_emplace(hash_of_kind(key, message), Alike{0, std::string::npos}).first->second;
  if (++alike.count > kMostAlike) return;
  std::size_t& count = severity == Severity::error ? errors_ : warnings_;
  if (++count > kMost) return;
  alike.last = problems_.size();
  problems_.push_back({mark, key, message, severity});
}

void Findings::add_at(const std::string& key, const std::string& message, Severity severity) {
  add(mark_of(key), key, message, severity);
}

void Findings::adopt(const std::vector<Problem>& problems) {
  for (const Problem& problem : problems) add(problem.mark, problem.key, problem.message, problem.severity);
}

bool Findings::concerns(const std::string& key) const {
  return std::ranges::any_of(problems_, [&](const Problem& p) {
    return p.severity == Severity::error && (part_of(p.key, key) || part_of(key, p.key));
  });
}

std::vector<Problem> Findings::report() const {
  std::vector<Problem> out = problems_;
  for (const auto& [kind, alike] : alike_)
    if (alike.count > kMostAlike && alike.last < out.size())
      out[alike.last].message += " (and " + std::to_string(alike.count - kMostAlike) + " more like this)";
  for (const auto& [count, severity] :
       {std::pair{errors_, Severity::error}, std::pair{warnings_, Severity::warning}})
    if (count > kMost) {
      const Mark file{mark_of("").file, 0, 0};
      out.push_back({file, "", "... and " + std::to_string(count - kMost) + " more", severity});
    }
  return out;
}

const std::unordered_map<std::string, Mark>& Findings::places() const {
  for (auto& [key, mark] : noted_) places_.insert_or_assign(std::move(key), std::move(mark));
  noted_.clear();
  return places_;
}

Mark Findings::mark_of(const std::string& key) const {
  for (std::string path = key;;) {
    const auto found = places().find(path);
    if (found != places().end()) return found->second;
    for (const auto& [list, place] : rows_)
      if (const auto mark = row_mark(path, list, place)) return *mark;
    if (path.empty()) return {};
    const std::size_t cut = path.find_last_of(".[");
    path = cut == std::string::npos ? "" : path.substr(0, cut);
  }
}

}  // namespace unhedged::config
