#include "engine/config/schema.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/config/schema_traits.hpp"

namespace unhedged::config {
namespace {

using Json = nlohmann::ordered_json;

Json number_schema(const Field& field) {
  Json out{{"type", "number"}};
  const Bounds& b = field.bounds;
  if (std::isfinite(b.lower)) out[b.lower_open ? "exclusiveMinimum" : "minimum"] = b.lower;
  if (std::isfinite(b.upper)) out[b.upper_open ? "exclusiveMaximum" : "maximum"] = b.upper;
  return out;
}

Json pattern_schema(const std::string& suffixes) {
  return {{"type", "string"},
          {"pattern", "^[-+]?[0-9][0-9_]*(\\.[0-9_]*)?([eE][-+]?[0-9]+)? *(" + suffixes + ")$"}};
}

Json any_of(std::vector<Json> alternatives) {
  if (alternatives.size() == 1) return alternatives.front();
  return Json{{"anyOf", alternatives}};
}

/// Writes the schema of any type the reader reads.
struct SchemaWriter {
  template <class T>
  static Json of(const Field& field) {
    Json schema = shape<T>(field);
    const std::string usual = usual_range(field);
    if (!field.help.empty())
      schema["description"] = std::string(field.help) + (usual.empty() ? "" : " (" + usual + ")");
    return schema;
  }

 private:
  template <class T>
  static Json object(const T& value) {
    Json properties = Json::object(), required = Json::array();
    const auto visit = [&]<class M>(const Field& field, const M&) {
      properties[std::string(field.name)] = of<M>(field);
      if (field.need == Need::required) required.push_back(std::string(field.name));
    };
    Keys<T>::describe(visit, value);
    Json out{{"type", "object"}, {"additionalProperties", false}, {"properties", properties}};
    if (!required.empty()) out["required"] = required;
    return out;
  }

  template <class T>
  static Json tagged_object(const std::string& key, const char* name, const T& value) {
    Json out = object(value);
    out["properties"][key] = Json{{"const", name}};
    out["required"].push_back(key);
    return out;
  }

  /// The longer way to write what may be a single value.
  template <class T>
  static Json full(const Field& field) {
    if constexpr (requires { typename SchemaTraits<T>::Full; })
      return shape<typename SchemaTraits<T>::Full>(field);
    else return object(T{});
  }

 public:
  /// A map of rules; those within `any`, `all`, `not` and `unless` are the same.
  static Json rules() {
    Json properties = Json::object();
    const Json same{{"$ref", "#/definitions/rule"}};
    for (const hedging::RuleKind* kind : hedging::rule_kinds()) {
      const RuleLeaf leaf(*kind);
      const Json alone = of<ParameterSpec>(field_of(kind->parameters.front()));
      properties[kind->name] = leaf.has_keys() ? any_of({alone, object(leaf)}) : alone;
      properties[kind->name]["description"] = kind->help;
    }
    for (const char* key : {RuleSpec::kAny, RuleSpec::kAll})
      properties[key] = Json{{"type", "array"}, {"items", same}, {"minItems", 1}};
    for (const char* key : {RuleSpec::kNot, RuleSpec::kUnless}) properties[key] = same;
    return Json{{"type", "object"}, {"additionalProperties", false}, {"properties", properties}};
  }

 private:
  template <class T>
  static Json shape(const Field& field) {
    using Traits = SchemaTraits<T>;
    if constexpr (Traits::kind == TypeKind::optional) return shape<typename Traits::Inner>(field);
    else if constexpr (Traits::kind == TypeKind::list)
      return {{"type", "array"}, {"items", shape<typename Traits::Inner>(field)}};
    else if constexpr (Traits::kind == TypeKind::cell_list)
      return any_of({shape<std::vector<typename Traits::Inner>>(field), Json{{"type", "string"}}});
    else if constexpr (Traits::kind == TypeKind::named)
      return {{"type", "object"}, {"additionalProperties", shape<typename Traits::Inner>(field)}};
    else if constexpr (Traits::kind == TypeKind::word) return {{"enum", T::names()}};
    else if constexpr (Traits::kind == TypeKind::word_or)
      return any_of({Json{{"const", Traits::word}}, shape<typename Traits::Inner>(field)});
    else if constexpr (Traits::kind == TypeKind::tagged || Traits::kind == TypeKind::tagged_or_word) {
      std::vector<Json> alternatives;
      if constexpr (Traits::kind == TypeKind::tagged_or_word)
        alternatives.push_back(Json{{"enum", T::plain_names()}});
      Traits::for_each([&](const char* name, const char*, const auto& value) {
        alternatives.push_back(tagged_object(Traits::key, name, value));
      });
      return any_of(alternatives);
    } else if constexpr (Traits::kind == TypeKind::text_or_named)
      return any_of({Json{{"type", "string"}}, shape<Named<typename Traits::Inner>>(field)});
    else if constexpr (Traits::kind == TypeKind::text_or)
      return any_of(
          {Json{{"type", "string"}}, object(typename Traits::Other{}), shape<typename Traits::Inner>(field)});
    else if constexpr (Traits::kind == TypeKind::plain_or)
      return any_of({shape<typename Traits::Inner>(field), full<T>(field)});
    else if constexpr (Traits::kind == TypeKind::word_or_list) {
      const Json word{{"enum", T::names()}};
      return any_of(
          {word, Json{{"type", "array"}, {"items", any_of({word, object(typename Traits::Item{})})}}});
    } else if constexpr (Traits::kind == TypeKind::rules) return rules();
    else if constexpr (Traits::kind == TypeKind::object) return object(T{});
    else return scalar<T>(field);
  }

  static Json parameter(const Field& field) {
    switch (field.form) {
      case ParameterForm::number: break;
      case ParameterForm::volatility:
        return any_of({Json{{"const", kRecalibrated}}, scalar_of(field), object(VolatilitySpec{})});
      case ParameterForm::span:
      case ParameterForm::interval: return scalar<Duration>(field);
      case ParameterForm::times: return shape<std::vector<Expiry>>(field);
      case ParameterForm::of_half_spread:
      case ParameterForm::of_daily_volume: return scalar<Level>(field);
    }
    return scalar_of(field);
  }
  static Json scalar_of(const Field& field) { return scalar<double>(field); }

  template <class T>
  static Json scalar(const Field& field) {
    constexpr TypeKind kind = SchemaTraits<T>::kind;
    const std::string time = "y|mo|w|d|h|min|s";
    if constexpr (kind == TypeKind::text) return {{"type", "string"}};
    else if constexpr (kind == TypeKind::parameter) {
      if (!field.choices.empty())
        return {{"enum", std::vector<std::string>(field.choices.begin(), field.choices.end())}};
      const Json value = parameter(field);
      return field.word.empty() ? value : any_of({Json{{"const", std::string(field.word)}}, value});
    }
    if constexpr (kind == TypeKind::integer) return any_of({number_schema(field), pattern_schema("")});
    else if constexpr (kind == TypeKind::date)
      return {{"type", "string"}, {"pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}};
    else if constexpr (kind == TypeKind::duration) return pattern_schema(time);
    else if constexpr (kind == TypeKind::expiry)
      return any_of(
          {pattern_schema(time), Json{{"type", "string"}, {"pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}}});
    else if constexpr (kind == TypeKind::strike) return any_of({number_schema(field), pattern_schema("%|")});
    else if constexpr (kind == TypeKind::price_volatility)
      return any_of({number_schema(field), pattern_schema("%|x|")});
    else {
      const bool level = kind == TypeKind::level, ratio = field.unit == Unit::ratio;
      return any_of(
          {number_schema(field), pattern_schema(std::string(ratio ? "%|bp|" : "") + (level ? "x|" : "") +
                                                (field.unit == Unit::deviations ? "sd|" : ""))});
    }
  }
};

template <class Spec>
std::string schema_text(const std::string& title, const Json& definitions = {}) {
  Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", title}};
  schema.update(SchemaWriter::of<Spec>(Field{}));
  if (!definitions.empty()) schema["definitions"] = definitions;
  return schema.dump(2);
}

}  // namespace

std::string run_schema() {
  return schema_text<RunSpec>("Unhedged run", Json{{"rule", SchemaWriter::rules()}});
}
std::string margin_model_schema() { return schema_text<MarginModelSpec>("Unhedged margin model"); }
std::string scenario_schema() { return schema_text<ScenarioSpec>("Unhedged scenario"); }

}  // namespace unhedged::config
