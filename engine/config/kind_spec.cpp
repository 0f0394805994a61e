#include "engine/config/kind_spec.hpp"

namespace unhedged::config {

Field field_of(const Parameter& parameter) {
  return {parameter.name, parameter.help,  parameter.unit, parameter.bounds,
          parameter.need, parameter.usual, parameter.word};
}

void ParameterSpec::read(const Record& record, const Field& field, const std::string& path,
                         Findings& findings, ParameterSpec& out) {
  out.number.reset();
  if (!field.word.empty() && record.is_scalar() && record.text == field.word) return;
  Reader(findings).read(record, field, path, out.number.emplace());
}

}  // namespace unhedged::config
