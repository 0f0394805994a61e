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

std::string name_of_scenario(const Record& entry) {
  if (entry.is_scalar()) return stem_of(entry.text);
  for (const char* key : {"name", "from"})
    if (const Record* const name = entry.find(key); name != nullptr && name->is_scalar())
      return stem_of(name->text);
  return "";
}

/// What is set in the files of scenarios stands in no configuration.
std::string set_in(const std::string& scenario,
                   const std::vector<std::pair<std::string, std::string>>& overrides) {
  std::map<std::string, std::string> sorted;
  for (const auto& [key, value] : overrides)
    if (key.starts_with("scenarios." + scenario + ".")) sorted[key] = value;
  std::string out;
  for (const auto& [key, value] : sorted) out += told_apart(key) + told_apart(value);
  return out;
}

}  // namespace

std::string Said::of(const Things& things, const std::string& name) {
  const auto found = std::ranges::find(things, name, &Things::value_type::first);
  return found == things.end() ? "" : found->second;
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
  if (const Record* const scenarios = root.find("scenarios"); scenarios != nullptr && scenarios->is_list())
    for (const Record& entry : scenarios->list) {
      const std::string name = name_of_scenario(entry);
      out.scenarios.emplace_back(name, written(entry) + set_in(name, overrides));
    }
  return out;
}

}  // namespace unhedged::config
