#pragma once
#include "engine/config/kind_spec.hpp"
#include "engine/hedging/rule.hpp"

/// When a hedger trades: rules by their names, and `any`, `all`, `not` and `unless` of such maps. All that
/// stands in one map must hold.
namespace unhedged::config {

/// One rule and the values of its parameters. A rule with one parameter, or all but one of them left out, is
/// that parameter alone: `delta_band: 5 %`.
struct RuleLeaf {
  const hedging::RuleKind* kind;
  std::vector<ParameterSpec> values;  ///< [parameter]
  std::string path;

  explicit RuleLeaf(const hedging::RuleKind& of);
  /// Whether it may be a map of its parameters.
  bool has_keys() const { return values.size() > 1; }
  /// The same as the user would write it.
  std::string text() const;

  static void describe(auto& visit, auto& s) {
    for (std::size_t k = 0; k < s.values.size(); ++k) visit(field_of(s.kind->parameters[k]), s.values[k]);
  }
};

struct RuleSpec {
  std::string path;
  std::vector<RuleLeaf> rules;
  std::vector<RuleSpec> all, none;         ///< `all`; `not` and `unless`
  std::vector<std::vector<RuleSpec>> any;  ///< one, if `any` is there

  static constexpr const char *kAll = "all", *kAny = "any", *kNot = "not", *kUnless = "unless";

  /// Whether it says no more than every so often outside a band around the delta.
  bool is_plain() const;
  bool says_nothing() const { return rules.empty() && all.empty() && none.empty() && any.empty(); }
  const RuleLeaf* find(const std::string& name) const;
  /// All that must hold, each as a text that is the same for the same rules.
  std::vector<std::string> texts() const;
  std::string text() const;

  static std::vector<std::string> keys();
  static void read(const Record& record, const Field& field, const std::string& path, Findings& findings,
                   RuleSpec& out);
};

}  // namespace unhedged::config
