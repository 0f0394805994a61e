#include "engine/config/kind_spec.hpp"

#include <algorithm>

namespace unhedged::config {

Field field_of(const Parameter& parameter) {
  return {parameter.name,
          parameter.help,
          parameter.unit,
          parameter.bounds,
          parameter.need,
          parameter.usual,
          parameter.word,
          {parameter.choices.begin(), parameter.choices.end()},
          parameter.form};
}

void ParameterSpec::read(const Record& record, const Field& field, const std::string& path,
                         Findings& findings, ParameterSpec& out) {
  out = {};
  if (!field.choices.empty()) {
    if (!expect_kind(record, Record::Kind::scalar, path, findings)) return;
    if (!is_known(record, field.choices, path, findings)) return;
    const auto found = std::ranges::find(field.choices, record.text);
    out.number = static_cast<double>(found - field.choices.begin());
    return;
  }
  if (!field.word.empty() && record.is_scalar() && record.text == field.word) return;
  if (field.form == ParameterForm::span) Reader(findings).read(record, field, path, out.time.emplace());
  else Reader(findings).read(record, field, path, out.number.emplace());
}

}  // namespace unhedged::config
