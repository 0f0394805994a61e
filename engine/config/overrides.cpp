#include "engine/config/overrides.hpp"

#include <algorithm>
#include <filesystem>

#include "engine/config/text.hpp"
#include "engine/config/yaml.hpp"
#include "engine/core/utf8.hpp"

namespace unhedged::config {
namespace {

const std::string kScenarios = "scenarios";

/// What the user calls an entry of the list of scenarios; empty if it has no name.
std::string name_of_entry(const Record& entry) {
  if (entry.is_scalar()) return stem_of(entry.text);
  if (!entry.is_map()) return "";
  if (const Record* name = entry.find("name"); name != nullptr && name->is_scalar()) return name->text;
  const Record* from = entry.find("from");
  return from != nullptr && from->is_scalar() ? stem_of(from->text) : "";
}

/// Position after "scenarios[3]." of a key of that form and the index; 0 if it has another.
std::size_t after_index(const std::string& key, std::size_t& index) {
  const std::size_t start = kScenarios.size() + 1, end = key.find("].");
  if (!key.starts_with(kScenarios + "[") || end == std::string::npos || end == start || end > start + 6)
    return 0;
  const std::string digits = key.substr(start, end - start);
  if (digits.find_first_not_of("0123456789") != std::string::npos) return 0;
  index = std::stoul(digits);
  return end + 2;
}

/// The reference of an entry that names a file and gives it no other name; empty for others.
std::string reference_of_entry(const Record& entry) {
  if (entry.is_scalar()) return entry.text;
  if (!entry.is_map() || entry.find("name") != nullptr) return "";
  const Record* from = entry.find("from");
  return from != nullptr && from->is_scalar() ? from->text : "";
}

/// The same of "scenarios.NAME.", NAME as `name_of` an entry has it; names may have dots, and the longest
/// counts.
template <class NameOf>
std::size_t after_name(const std::string& key, const Record& list, std::size_t& index, NameOf name_of) {
  std::size_t best = 0;
  for (std::size_t i = 0; i < list.list.size(); ++i) {
    const std::string prefix = kScenarios + "." + name_of(list.list[i]) + ".";
    if (!key.starts_with(prefix) || prefix.size() <= best) continue;
    best = prefix.size();
    index = i;
  }
  return best;
}

std::vector<std::string> names_in(const Record& list) {
  std::vector<std::string> names;
  for (const Record& entry : list.list)
    if (const std::string name = name_of_entry(entry); !name.empty()) names.push_back(name);
  return names;
}

/// Whether another entry of the list goes by the same name.
bool is_shared(const Record& list, std::size_t index) {
  const std::string name = name_of_entry(list.list[index]);
  return std::ranges::count(list.list, name, name_of_entry) > 1;
}

/// Whether a key belongs to the entry {from, severity, name} rather than to the file it names.
bool belongs_to_entry(const Record& entry, const std::string& rest) {
  return entry.is_map() &&
         (entry.find("from") == nullptr || rest == "from" || rest == "name" || rest == "severity");
}

/// A part of what has no such name yet makes it, and may be a slip where a name is like it.
void warn_of_new_name(const std::string& key, const Record& value, const Record& root, Findings& findings) {
  constexpr const char* free[] = {"hedgers", "market.assets"};
  for (const std::string path : free) {
    const Record* map = &root;
    for (std::size_t from = 0; map != nullptr && from < path.size();) {
      const std::size_t end = std::min(path.find('.', from), path.size());
      map = map->find(path.substr(from, end - from));
      from = end + 1;
    }
    const std::size_t begin = path.size() + 1, end = key.find('.', begin);
    if (map == nullptr || !key.starts_with(path + ".") || end == std::string::npos) continue;
    const std::string name = key.substr(begin, end - begin);
    std::vector<std::string> known;
    for (const Record::Entry& entry : map->map) known.push_back(entry.key);
    const std::string other = map->find(name) == nullptr ? meant(name, known) : "";
    if (!other.empty())
      findings.add(value.mark, key,
                   "there was no " + in_quotes(name) + " yet; did you mean " + in_quotes(other) + "?",
                   Severity::warning);
  }
}

}  // namespace

std::string stem_of(const std::string& name_or_path) {
  const bool is_path = name_or_path.find('/') != std::string::npos || name_or_path.ends_with(".yaml");
  return is_path ? std::filesystem::path(name_or_path).stem().string() : name_or_path;
}

Overrides::Overrides(const std::vector<std::pair<std::string, std::string>>& pairs, Record& root,
                     const NameInFile& name_in_file, Findings& findings) {
  for (const auto& [key, text] : pairs) {
    require_text(key, {std::make_shared<const std::string>("--set " + shown_as_utf8(key)), 0, 0});
    apply(key, parse_yaml(text, "--set " + key), root, name_in_file, findings);
  }
}

void Overrides::apply(const std::string& key, Record value, Record& root, const NameInFile& name_in_file,
                      Findings& findings) {
  Record* list = root.find(kScenarios);
  const bool by_name = key.starts_with(kScenarios + ".");
  std::size_t index = 0, rest = 0;
  const auto in_file = [&](const Record& entry) {
    const std::string reference = reference_of_entry(entry);
    return reference.empty() ? "" : name_in_file(reference);
  };
  if (list != nullptr && list->is_list()) {
    rest = by_name ? after_name(key, *list, index, name_of_entry) : after_index(key, index);
    if (by_name && rest == 0) rest = after_name(key, *list, index, in_file);
  }
  if (by_name && rest > 0 && is_shared(*list, index)) {
    findings.add(
        value.mark, key,
        "several scenarios of this run go by this name; say which by its position, as in scenarios[" +
            std::to_string(index) + "]." + key.substr(rest));
    return;
  }
  if (rest > 0 && index < list->list.size())
    return apply_to_scenario(index, key, key.substr(rest), std::move(value), list->list[index]);
  if (!by_name) {
    warn_of_new_name(key, value, root, findings);
    return set_value(root, key, std::move(value));
  }
  const std::size_t begin = kScenarios.size() + 1;
  const std::string name = key.substr(begin, key.find('.', begin) - begin);
  findings.add(value.mark, key,
               "there is no scenario \"" + name + "\" in this run" +
                   suggestion(name, list != nullptr ? names_in(*list) : std::vector<std::string>{}));
}

void Overrides::apply_to_scenario(std::size_t index, const std::string& key, const std::string& rest,
                                  Record value, Record& entry) {
  if (rest.empty()) throw ConfigError({Problem{value.mark, key, "a key is expected after the scenario"}});
  if (belongs_to_entry(entry, rest)) set_value(entry, rest, std::move(value));
  else of_file_[index].push_back({rest, std::move(value)});
}

void Overrides::apply_to_file(std::size_t index, Record& file) const {
  const auto found = of_file_.find(index);
  if (found == of_file_.end()) return;
  for (const Kept& kept : found->second) set_value(file, kept.key, kept.value);
}

}  // namespace unhedged::config
