#include "engine/config/said.hpp"

#include <algorithm>
#include <map>

#include "engine/config/overrides.hpp"
#include "engine/config/yaml.hpp"

namespace unhedged::config {
namespace {

/// No two texts next to each other are like two others.
std::string told_apart(const std::string& text) { return std::to_string(text.size()) + ":" + text; }

std::string written(const Record& record) {
  switch (record.kind) {
    case Record::Kind::null: return "null";
    case Record::Kind::scalar: return told_apart(record.text);
    case Record::Kind::list: {
      std::string out = "[";
      for (const Record& entry : record.list) out += written(entry) + ",";
      return out + "]";
    }
    case Record::Kind::map: break;
  }
  std::map<std::string, std::string> sorted;
  for (const Record::Entry& entry : record.map) sorted[entry.key] = written(entry.value);
  std::string out = "{";
  for (const auto& [key, value] : sorted) out += told_apart(key) + ":" + value + ",";
  return out + "}";
}

}  // namespace

std::string Said::hedger(const std::string& name) const {
  const auto found = std::ranges::find(hedgers, name, &std::pair<std::string, std::string>::first);
  return found == hedgers.end() ? "" : found->second;
}

Said said_in(const std::string& text, const std::string& path,
             const std::vector<std::pair<std::string, std::string>>& overrides) {
  Record root = parse_yaml(text, path);
  Findings ignored;
  const Overrides applied(
      overrides, root, [](const std::string&) { return std::string(); }, ignored);
  Said out;
  if (const Record* const market = root.find("market")) out.market = written(*market);
  if (const Record* const hedgers = root.find("hedgers"); hedgers != nullptr && hedgers->is_map())
    for (const Record::Entry& entry : hedgers->map) out.hedgers.emplace_back(entry.key, written(entry.value));
  return out;
}

}  // namespace unhedged::config
