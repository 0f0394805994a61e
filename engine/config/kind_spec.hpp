#pragma once
#include "engine/config/choice.hpp"
#include "engine/config/hedgers/volatility_spec.hpp"
#include "engine/core/parameter.hpp"

/// What is picked from a table of kinds (core/parameter.hpp), and its parameters. Nothing here knows which
/// kinds there are.
namespace unhedged::config {

/// The key of a parameter.
Field field_of(const Parameter& parameter);

struct ParameterSpec {
  std::optional<double> number = {};          ///< absent: a time, or the word of its field
  bool is_multiple = false;                   ///< the number is, of today's market
  std::optional<Duration> time = {};          ///< where its form is a time
  std::vector<Expiry> times = {};             ///< where its form is a list of them
  std::optional<RealisedSpec> realised = {};  ///< where its form is a volatility
  bool recalibrated = false;                  ///< the same

  static void read(const Record& record, const Field& field, const std::string& path, Findings& findings,
                   ParameterSpec& out);
};

/// A kind and the values of its parameters; to begin with, what they are where they are left out.
template <class Made>
struct KindSpec {
  const KindOf<Made>* kind;
  std::vector<ParameterSpec> values;  ///< [parameter]

  explicit KindSpec(const KindOf<Made>& of) : kind(&of) {
    for (const Parameter& parameter : of.parameters) values.push_back({.number = parameter.standard});
  }

  std::shared_ptr<const Made> make() const { return kind->make(numbers()); }
  /// `years`: what a time comes to.
  std::shared_ptr<const Made> make(auto years) const { return kind->make(numbers(years)); }

  ParameterValues numbers() const {
    return numbers([](const Duration& time) { return time.years(kContinuous); });
  }
  ParameterValues numbers(auto years) const {
    ParameterValues out;
    for (const ParameterSpec& value : values) out.push_back(value.time ? years(*value.time) : value.number);
    return out;
  }

  /// Tells what the kind has to say of its values. `path`: where they stand
  void remark(const std::string& path, Findings& findings) const {
    if (kind->remarks == nullptr) return;
    for (const Remark& one : kind->remarks(numbers()))
      findings.add_at(join(path, one.parameter), one.text, one.refused ? Severity::error : Severity::warning);
  }

  static void describe(auto& visit, auto& s) {
    for (std::size_t k = 0; k < s.values.size(); ++k) visit(field_of(s.kind->parameters[k]), s.values[k]);
  }
};

template <class Made>
std::vector<std::string> names_of(std::span<const KindOf<Made>* const> table) {
  std::vector<std::string> names;
  for (const KindOf<Made>* kind : table) names.emplace_back(kind->name);
  return names;
}

/// expects a name of the table
template <class Made>
const KindOf<Made>& kind_named(const std::string& name, std::span<const KindOf<Made>* const> table) {
  for (const KindOf<Made>* kind : table)
    if (kind->name == name) return *kind;
  throw ContractViolation("no kind " + name);
}

}  // namespace unhedged::config
