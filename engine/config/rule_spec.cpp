#include <algorithm>

#include "engine/config/hedgers/rule_spec.hpp"

namespace unhedged::config {
namespace {

std::string text_of(const ParameterSpec& value) {
  if (value.time) return to_string(*value.time);
  std::string text;
  for (const Expiry& time : value.times) {
    const auto* date = std::get_if<Date>(&time);
    text += " " + (date != nullptr ? std::to_string(std::chrono::sys_days(*date).time_since_epoch().count())
                                   : to_string(std::get<Duration>(time)));
  }
  return value.number ? format_number(*value.number) + (value.is_multiple ? " x" : "") : text;
}

void read_leaf(const Record& record, const std::string& path, Findings& findings, RuleLeaf& out) {
  out.path = path;
  if (out.has_keys() && record.is_map()) return Reader(findings).read_struct(record, path, out);
  Reader(findings).read(record, field_of(out.kind->parameters.front()), path, out.values.front());
}

void read_list(const Record& record, const std::string& path, Findings& findings,
               std::vector<RuleSpec>& out) {
  if (!expect_kind(record, Record::Kind::list, path, findings, "of rules")) return;
  if (record.list.empty()) findings.add(record.mark, path, "is an empty list of rules");
  for (std::size_t i = 0; i < record.list.size(); ++i)
    Reader(findings).read(record.list[i], Field{}, element(path, i), out.emplace_back());
}

void refuse_nothing(const RuleSpec& rule, Findings& findings) {
  if (rule.says_nothing()) findings.add_at(rule.path, "says nothing" + suggestion("", RuleSpec::keys()));
}

/// A rule and its opposite never hold together.
void refuse_contradictions(const RuleSpec& rule, Findings& findings) {
  const std::vector<std::string> texts = rule.texts();
  for (const std::string& text : texts)
    if (std::ranges::find(texts, "not(" + text + ")") != texts.end())
      findings.add_at(rule.path, "contradicts itself: " + text + " and not " + text + " never hold together");
}

}  // namespace

RuleLeaf::RuleLeaf(const hedging::RuleKind& of) : kind(&of) {
  for (const Parameter& parameter : of.parameters) values.push_back({.number = parameter.standard});
}

std::string RuleLeaf::text() const {
  std::string text = kind->name;
  for (const ParameterSpec& value : values) text += " " + text_of(value);
  return text;
}

bool RuleSpec::is_plain() const {
  return all.empty() && none.empty() && any.empty() && std::ranges::all_of(rules, [](const RuleLeaf& rule) {
           return std::string(rule.kind->name) == "every" || std::string(rule.kind->name) == "delta_band";
         });
}

const RuleLeaf* RuleSpec::find(const std::string& name) const {
  const auto found =
      std::ranges::find_if(rules, [&name](const RuleLeaf& rule) { return rule.kind->name == name; });
  return found == rules.end() ? nullptr : &*found;
}

std::vector<std::string> RuleSpec::texts() const {
  std::vector<std::string> texts;
  for (const RuleLeaf& rule : rules) texts.push_back(rule.text());
  for (const RuleSpec& part : all) std::ranges::copy(part.texts(), std::back_inserter(texts));
  for (const RuleSpec& part : none) texts.push_back("not(" + part.text() + ")");
  for (const auto& parts : any) {
    std::string one;
    for (const RuleSpec& part : parts) one += (one.empty() ? "" : " or ") + part.text();
    texts.push_back(parts.size() == 1 ? one : "(" + one + ")");
  }
  return texts;
}

std::string RuleSpec::text() const {
  const std::vector<std::string> parts = texts();
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : " and ") + part;
  return parts.size() == 1 ? out : "(" + out + ")";
}

std::vector<std::string> RuleSpec::keys() {
  std::vector<std::string> keys;
  for (const hedging::RuleKind* kind : hedging::rule_kinds()) keys.emplace_back(kind->name);
  for (const char* key : {kAny, kAll, kNot, kUnless}) keys.emplace_back(key);
  return keys;
}

void RuleSpec::read(const Record& record, const Field&, const std::string& path, Findings& findings,
                    RuleSpec& out) {
  out = {};
  out.path = path;
  if (!expect_kind(record, Record::Kind::map, path, findings, config::in_words(keys()))) return;
  refuse_unknown(record, keys(), path, findings);
  for (const Record::Entry& entry : record.map) {
    const std::string key = join(path, entry.key);
    findings.place(key, entry.value.mark);
    for (const hedging::RuleKind* kind : hedging::rule_kinds())
      if (entry.key == kind->name) read_leaf(entry.value, key, findings, out.rules.emplace_back(*kind));
    if (entry.key == kAll) read_list(entry.value, key, findings, out.all);
    if (entry.key == kAny) read_list(entry.value, key, findings, out.any.emplace_back());
    if (entry.key == kNot || entry.key == kUnless)
      Reader(findings).read(entry.value, Field{}, key, out.none.emplace_back());
  }
  for (const auto* parts : {&out.all, &out.none})
    for (const RuleSpec& part : *parts) refuse_nothing(part, findings);
  for (const auto& parts : out.any)
    for (const RuleSpec& part : parts) refuse_nothing(part, findings);
  refuse_contradictions(out, findings);
}

}  // namespace unhedged::config
