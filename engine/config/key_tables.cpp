#include <algorithm>

#include "engine/config/schema.hpp"
#include "engine/config/schema_traits.hpp"

namespace unhedged::config {
namespace {

std::string list_of(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " | ") + word;
  return out;
}

std::string bounded(const std::string& text, const Field& field) {
  const std::string bounds = to_string(field.bounds), usual = usual_range(field);
  return text + (bounds == "any" ? "" : ", " + bounds) + (usual.empty() ? "" : ", " + usual);
}

template <class E>
std::string word_text(const Word<E>& word) {
  for (const auto& [name, value] : words_of<E>())
    if (value == word.value) return name;
  return "";
}

template <class T>
std::string default_text(const T& value) {
  if constexpr (std::is_same_v<T, double>) return format_number(value);
  else if constexpr (std::is_same_v<T, std::uint64_t>) return std::to_string(value);
  else if constexpr (std::is_same_v<T, std::vector<double>>) {
    std::string out;
    for (const double x : value) out += (out.empty() ? "" : ", ") + format_number(x);
    return out.empty() ? "none" : out;
  } else if constexpr (std::is_same_v<T, std::string>) return value.empty() ? "none" : value;
  else if constexpr (std::is_same_v<T, Duration>) return to_string(value);
  else if constexpr (std::is_same_v<T, RuleSpec>) return "every step";
  else if constexpr (std::is_same_v<T, HedgeWithSpec>) return T::names().front();
  else if constexpr (std::is_same_v<T, ObjectiveSpec>) return value.strategy.kind->name;
  else if constexpr (SchemaTraits<T>::kind == TypeKind::word) return word_text(value);
  else if constexpr (SchemaTraits<T>::kind == TypeKind::word_or)
    return value.other ? "each key its own" : SchemaTraits<T>::word;
  else if constexpr (SchemaTraits<T>::kind == TypeKind::object) return "each key its own";
  else return "none";  // optional or a list of none
}

/// What a key is taken for where it is left out; nothing where its help says so.
template <class T>
std::string standard_of(const Field& field, const T& value) {
  if (field.need == Need::required) return "required";
  if (field.help.find("default") != std::string::npos) return "";
  if constexpr (std::is_same_v<T, ParameterSpec>)
    return !field.choices.empty() ? field.choices[static_cast<std::size_t>(*value.number)]
           : value.number         ? default_text(*value.number)
                                  : std::string(field.word);
  else return default_text(value);
}

/// Collects a row per key, going down into everything that has keys of its own.
class TableWriter {
 public:
  template <class Spec>
  static std::vector<KeyRow> of(const Spec& standard) {
    TableWriter writer;
    writer.object("", standard);
    return writer.rows_;
  }

 private:
  template <class Spec>
  void object(const std::string& prefix, const Spec& standard) {
    const auto visit = [&]<class M>(const Field& field, const M& member) {
      add<M>(join(prefix, field.name), field, standard_of(field, member));
    };
    Keys<Spec>::describe(visit, standard);
  }

  template <class T>
  void add(const std::string& key, const Field& field, const std::string& need) {
    using Traits = SchemaTraits<T>;
    if constexpr (Traits::kind == TypeKind::optional) add<typename Traits::Inner>(key, field, need);
    else if constexpr (Traits::kind == TypeKind::list) add<typename Traits::Inner>(key + "[]", field, need);
    else if constexpr (Traits::kind == TypeKind::cell_list)
      row(key, "a list of " + accepted<typename Traits::Inner>(field), need, field);
    else if constexpr (Traits::kind == TypeKind::named)
      add<typename Traits::Inner>(key + ".NAME", field, need);
    else if constexpr (Traits::kind == TypeKind::word) row(key, list_of(T::names()), need, field);
    else if constexpr (Traits::kind == TypeKind::word_or) {
      if constexpr (SchemaTraits<typename Traits::Inner>::kind == TypeKind::object) {
        row(key, std::string(Traits::word) + " | keys below", need, field);
        object(key, typename Traits::Inner{});
      } else {
        row(key, std::string(Traits::word) + " | " + accepted<typename Traits::Inner>(field), need, field);
      }
    } else if constexpr (Traits::kind == TypeKind::text_or) {
      row(key, "a name | keys below", need, field);
      object(key, typename Traits::Other{});
      add<typename Traits::Inner>(key, Field{}, "");
    } else if constexpr (Traits::kind == TypeKind::text_or_named) {
      row(key, "a name | NAME: keys below", need, field);
      object(key + ".NAME", typename Traits::Inner{});
    } else if constexpr (Traits::kind == TypeKind::tagged || Traits::kind == TypeKind::tagged_or_word) {
      if constexpr (Traits::kind == TypeKind::tagged_or_word)
        row(key, list_of(T::plain_names()) + " | keys below", need, field);
      row(key + "." + Traits::key, list_of(T::names()), "required", field);
      alternatives<T>(key);
    } else if constexpr (Traits::kind == TypeKind::object) {
      if (!field.help.empty()) row(key, "keys below", need, field);
      object(key, T{});
    } else if constexpr (Traits::kind == TypeKind::parameter) {
      row(key,
          field.choices.empty() ? or_word(field) + accepted_of(field)
                                : list_of({field.choices.begin(), field.choices.end()}),
          need, field);
      if (field.form == ParameterForm::volatility) object(key, VolatilitySpec{});
    } else if constexpr (Traits::kind == TypeKind::plain_or) {
      row(key, accepted<typename Traits::Inner>(field) + " | keys below", need, field);
      if constexpr (requires { typename Traits::Full; })
        row(key + ".ASSET", accepted<double>(field), "none", field);
      else object(key, T{});
    } else if constexpr (Traits::kind == TypeKind::word_or_list) {
      const std::string words = list_of(T::names());
      row(key, words + " | a list of " + words + " | maps with the keys below", need, field);
      object(key, typename Traits::Item{});
    } else if constexpr (Traits::kind == TypeKind::rules) {
      row(key, "keys below; all that are given must hold", need, field);
      rules(key);
    } else row(key, accepted<T>(field), need, field);
  }

  /// The keys of each of several; those that all have, of those which have any, once and under no name.
  template <class T>
  void alternatives(const std::string& key) {
    std::vector<std::pair<std::string, std::vector<KeyRow>>> all;
    SchemaTraits<T>::for_each([&](const char* name, const char*, const auto& standard) {
      std::vector<KeyRow> rows = of(standard);
      if (!rows.empty()) all.emplace_back(name, std::move(rows));
    });
    const auto shared = [&](const KeyRow& row) {
      return all.size() > 1 && std::ranges::all_of(all, [&](const auto& one) {
               return std::ranges::find(one.second, row) != one.second.end();
             });
    };
    for (const auto& [name, rows] : all)
      for (const KeyRow& row : rows)
        if (!shared(row)) add_below(key + "(" + name + ")", row);
    if (all.empty()) return;
    for (const KeyRow& row : all.front().second)
      if (shared(row)) add_below(key, row);
  }

  void add_below(const std::string& prefix, KeyRow row) {
    row.key = join(prefix, row.key);
    rows_.push_back(std::move(row));
  }

  void rules(const std::string& key) {
    for (const hedging::RuleKind* kind : hedging::rule_kinds()) {
      const RuleLeaf leaf(*kind);
      const Field first = field_of(kind->parameters.front()),
                  whole{kind->name, kind->help, Unit::none, kAny, Need::defaulted};
      const std::string name = join(key, kind->name);
      row(name, or_word(first) + accepted_of(first) + (leaf.has_keys() ? " | keys below" : ""),
          left_out(first, standard_of(whole, leaf.values.front())), whole);
      if (leaf.has_keys()) object(name, leaf);
    }
    const std::string below = "the keys of rebalance";
    const auto of_rules = [&](const char* word, const std::string& accepted, const char* help) {
      row(join(key, word), accepted, "none", Field{word, help, Unit::none, kAny, Need::defaulted});
    };
    of_rules(RuleSpec::kAny, "a list of maps with " + below, "one of these holds");
    of_rules(RuleSpec::kAll, "a list of maps with " + below, "all of these hold");
    of_rules(RuleSpec::kNot, "a map with " + below, "this does not hold");
    of_rules(RuleSpec::kUnless, "a map with " + below, "the same as `not`");
  }

  /// What a rule that is not named comes to.
  static std::string left_out(const Field& first, const std::string& standard) {
    if (!standard.empty()) return standard;
    return first.word.empty() ? "none" : std::string(first.word);
  }

  /// The word that may stand instead of a number.
  static std::string or_word(const Field& field) {
    return field.word.empty() ? "" : std::string(field.word) + " | ";
  }

  static std::string accepted_of(const Field& field) {
    switch (field.form) {
      case ParameterForm::number: break;
      case ParameterForm::volatility:
        return kRecalibrated + (" | " + accepted<double>(field)) + " | keys below";
      case ParameterForm::span:
      case ParameterForm::interval: return accepted<Duration>(field);
      case ParameterForm::times: return "a list of: " + accepted<Expiry>(field);
      case ParameterForm::of_half_spread:
      case ParameterForm::of_daily_volume: return accepted<Level>(field);
    }
    return accepted<double>(field);
  }

  template <class T>
  static std::string accepted(const Field& field) {
    switch (SchemaTraits<T>::kind) {
      case TypeKind::number: return bounded(spelling(field.unit), field);
      case TypeKind::integer: return bounded("a whole number", field);
      case TypeKind::text: return "text";
      case TypeKind::level: return bounded(spelling(field.unit), field) + ", or 3 x";
      case TypeKind::strike: return "a price, or 95 %";
      case TypeKind::price_volatility: return "a price a year, 80 %, or 3 x";
      case TypeKind::duration: return "a time such as 30 d";
      case TypeKind::date: return "a date such as 2020-03-11";
      case TypeKind::expiry: return "a time such as 30 d, or a date";
      default: return "";
    }
  }

  void row(const std::string& key, const std::string& accepted, const std::string& need, const Field& field) {
    rows_.push_back({key, accepted, need, std::string(field.help)});
  }

  std::vector<KeyRow> rows_;
};

template <class TaggedSpec>
std::vector<Choice> choices_of() {
  std::vector<Choice> out;
  SchemaTraits<TaggedSpec>::for_each([&](const char* name, const char* help, const auto& standard) {
    out.push_back({name, help, TableWriter::of(standard)});
  });
  return out;
}

}  // namespace

std::vector<KeyRow> run_keys() { return TableWriter::of(RunSpec{}); }
std::vector<Choice> margin_choices() { return choices_of<MarginModelSpec>(); }
std::vector<Choice> model_choices() { return choices_of<DynamicsSpec>(); }
std::vector<Choice> hedger_choices() {
  std::vector<Choice> out = choices_of<HedgerSpec>();
  if (ObjectiveSpec::is_offered())
    for (Choice& strategy : choices_of<ObjectiveSpec>()) {
      strategy.help = "objective: " + strategy.help;
      out.push_back(std::move(strategy));
    }
  for (const hedging::RuleKind* kind : hedging::rule_kinds())
    out.push_back({kind->name, std::string("rebalance: ") + kind->help, TableWriter::of(RuleLeaf(*kind))});
  return out;
}

std::vector<Choice> instrument_choices() {
  std::vector<Choice> out;
  const std::vector<KeyRow> all = TableWriter::of(PositionSpec{});
  for (const auto& [name, instrument] : InstrumentWords::table()) {
    Choice& choice = out.emplace_back();
    choice.name = name;
    choice.help = help_of(instrument);
    for (KeyRow row : all) {
      const auto asked =
          std::ranges::find_if(position_keys(), [&](const PositionKey& key) { return row.key == key.name; });
      if (asked != position_keys().end() && !asked->taken(instrument)) continue;
      if (asked != position_keys().end() && asked->needed) row.standard = "required";
      choice.keys.push_back(std::move(row));
    }
  }
  return out;
}

}  // namespace unhedged::config
