#include "engine/config/kind_spec.hpp"

#include <algorithm>

namespace unhedged::config {

Field field_of(const Parameter& parameter) {
  return {parameter.name,  parameter.help, parameter.unit,    parameter.bounds, parameter.need,
          parameter.usual, parameter.word, parameter.choices, parameter.form};
}

void ParameterSpec::read(const Record& record, const Field& field, const std::string& path,
                         Findings& findings, ParameterSpec& out) {
  out = {};
  if (!field.choices.empty()) {
    if (!expect_kind(record, Record::Kind::scalar, path, findings)) return;
    if (!is_known(record, {field.choices.begin(), field.choices.end()}, path, findings)) return;
    const auto found = std::ranges::find(field.choices, record.text);
    out.number = static_cast<double>(found - field.choices.begin());
    return;
  }
  if (!field.word.empty() && record.is_scalar() && record.text == field.word) return;
  if (field.form == ParameterForm::volatility && record.is_scalar() && record.text == kRecalibrated) {
    out.recalibrated = true;
    return;
  }
  Reader reader(findings);
  if (field.form == ParameterForm::volatility && record.is_map()) {
    VolatilitySpec own;
    reader.read_struct(record, path, own);
    out.realised = own.realised;
    return;
  }
  switch (field.form) {
    case ParameterForm::volatility:
    case ParameterForm::number: return reader.read(record, field, path, out.number.emplace());
    case ParameterForm::span:
    case ParameterForm::interval: return reader.read(record, field, path, out.time.emplace());
    case ParameterForm::times: return reader.read(record, field, path, out.times);
    case ParameterForm::of_half_spread:
    case ParameterForm::of_daily_volume:
      Level level;
      reader.read(record, field, path, level);
      out.number = level.value;
      out.is_multiple = level.is_multiple;
  }
}

}  // namespace unhedged::config
