#include <algorithm>

#include "engine/config/hedgers/objective_spec.hpp"

namespace unhedged::config {
namespace {

bool is_plain(const hedging::StrategyKind& kind) {
  return std::ranges::all_of(kind.parameters, [](const Parameter& p) { return p.need == Need::defaulted; });
}

/// `objective: NAME` says the same as `objective: {strategy: NAME}`.
Record as_map(const Record& word) {
  Record map{Record::Kind::map, word.mark, {}, {}, {}};
  map.map.push_back({ObjectiveSpec::key, word.mark, word});
  return map;
}

}  // namespace

bool ObjectiveSpec::is_offered() {
  const auto table = hedging::strategy_kinds();
  return table.size() > 1 || !table.front()->parameters.empty();
}

std::vector<std::string> ObjectiveSpec::names() { return names_of(hedging::strategy_kinds()); }

std::vector<std::string> ObjectiveSpec::plain_names() {
  std::vector<std::string> names;
  for (const hedging::StrategyKind* kind : hedging::strategy_kinds())
    if (is_plain(*kind)) names.emplace_back(kind->name);
  return names;
}

void ObjectiveSpec::read(const Record& record, const Field& field, const std::string& path,
                         Findings& findings, ObjectiveSpec& out) {
  if (record.is_scalar()) {
    if (is_known(record, names(), path, findings)) read(as_map(record), field, path, findings, out);
    return;
  }
  const Record* name = find_tag(record, key, names(), path, findings);
  if (name == nullptr) return;
  out.strategy = KindSpec<hedging::Strategy>(kind_named(name->text, hedging::strategy_kinds()));
  Reader(findings).read_struct(record, path, out.strategy, {key});
}

}  // namespace unhedged::config
