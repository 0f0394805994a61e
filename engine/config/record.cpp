#include "engine/config/record.hpp"
#include "engine/core/utf8.hpp"

#include <algorithm>
#include <cctype>

namespace unhedged::config {
namespace {

struct PathPart {
  std::string key;
  bool is_index = false;
  std::size_t index = 0;
};

[[noreturn]] void refuse(const Record& at, const std::string& path, const std::string& why) {
  throw ConfigError({Problem{at.mark, path, why, Severity::error}});
}

std::vector<PathPart> split(const std::string& path, const Record& root) {
  std::vector<PathPart> parts;
  std::string word;
  const auto flush = [&] {
    if (!word.empty()) parts.push_back({word, false, 0});
    word.clear();
  };
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '.') {
      flush();
    } else if (path[i] == '[') {
      flush();
      const std::size_t end = path.find(']', i);
      const std::string digits = end == std::string::npos ? "" : path.substr(i + 1, end - i - 1);
      if (digits.empty() || digits.size() > 9 || !std::ranges::all_of(digits, ::isdigit))
        refuse(root, path, "an index in brackets is expected, as in portfolio[0].strike");
      parts.push_back({"", true, std::stoul(digits)});
      i = end;
    } else {
      word += path[i];
    }
  }
  flush();
  return parts;
}

Record& child(Record& node, const PathPart& part, const std::string& path) {
  if (part.is_index) {
    if (node.is_scalar())
      refuse(node, path,
             in_quotes(node.text) + " is a single value, not a list; what a file holds is changed there");
    if (!node.is_list() || part.index >= node.list.size())
      refuse(node, path, "there is no element [" + std::to_string(part.index) + "]");
    return node.list[part.index];
  }
  if (node.kind == Record::Kind::null) node.kind = Record::Kind::map;
  if (!node.is_map()) refuse(node, path, in_quotes(part.key) + " lies inside " + name_of(node.kind));
  if (Record* found = node.find(part.key)) return *found;
  node.map.push_back({part.key, node.mark, Record{Record::Kind::null, node.mark, {}, {}, {}}});
  return node.map.back().value;
}

}  // namespace

Record* Record::find(std::string_view key) {
  const auto found = std::ranges::find(map, key, &Entry::key);
  return found == map.end() ? nullptr : &found->value;
}

const Record* Record::find(std::string_view key) const { return const_cast<Record*>(this)->find(key); }

std::string name_of(Record::Kind kind) {
  switch (kind) {
    case Record::Kind::null: return "nothing";
    case Record::Kind::scalar: return "a single value";
    case Record::Kind::list: return "a list";
    case Record::Kind::map: return "a map";
  }
  return "";
}

Record scalar_record(std::string text, Mark mark) {
  return {Record::Kind::scalar, std::move(mark), std::move(text), {}, {}};
}

void set_value(Record& root, const std::string& path, Record value) {
  Record* node = &root;
  const std::vector<PathPart> parts = split(path, root);
  if (parts.empty()) refuse(root, path, "a key is expected before \"=\"");
  for (const PathPart& part : parts) node = &child(*node, part, path);
  *node = std::move(value);
}

}  // namespace unhedged::config
