#pragma once
#include "engine/config/margin/model_spec.hpp"
#include "engine/config/run_spec.hpp"

/// What kind of thing each type of a spec is, for the writers of schemas and tables of keys.
namespace unhedged::config {

enum class TypeKind {
  number,
  parameter,
  integer,
  text,
  level,
  strike,
  price_volatility,
  duration,
  date,
  expiry,  // single values
  optional,
  list,
  named,
  object,  // built from others
  word,
  word_or,
  text_or,
  text_or_named,
  tagged,
  tagged_or_word,  // choices
  plain_or,        // a single value, or a longer way to say it
  word_or_list,    // a word, or a list of words and of maps
  cell_list,       // a list, or its entries in one text
  rules,
};

template <class T>
struct SchemaTraits {
  static constexpr TypeKind kind = TypeKind::object;
};

template <TypeKind K>
struct ScalarKind {
  static constexpr TypeKind kind = K;
};
template <>
struct SchemaTraits<double> : ScalarKind<TypeKind::number> {};
template <>
struct SchemaTraits<ParameterSpec> : ScalarKind<TypeKind::parameter> {};
template <>
struct SchemaTraits<std::uint64_t> : ScalarKind<TypeKind::integer> {};
template <>
struct SchemaTraits<std::string> : ScalarKind<TypeKind::text> {};
template <>
struct SchemaTraits<Level> : ScalarKind<TypeKind::level> {};
template <>
struct SchemaTraits<Strike> : ScalarKind<TypeKind::strike> {};
template <>
struct SchemaTraits<PriceVolatility> : ScalarKind<TypeKind::price_volatility> {};
template <>
struct SchemaTraits<Duration> : ScalarKind<TypeKind::duration> {};
template <>
struct SchemaTraits<Date> : ScalarKind<TypeKind::date> {};
template <>
struct SchemaTraits<Expiry> : ScalarKind<TypeKind::expiry> {};

template <class T>
struct SchemaTraits<std::optional<T>> {
  static constexpr TypeKind kind = TypeKind::optional;
  using Inner = T;
};
template <class T>
struct SchemaTraits<std::vector<T>> {
  static constexpr TypeKind kind = TypeKind::list;
  using Inner = T;
};
template <class T>
struct SchemaTraits<std::vector<std::pair<std::string, T>>> {
  static constexpr TypeKind kind = TypeKind::named;
  using Inner = T;
};
template <class E>
struct SchemaTraits<Word<E>> {
  static constexpr TypeKind kind = TypeKind::word;
};
template <class E, class T>
struct SchemaTraits<WordOr<E, T>> {
  static constexpr TypeKind kind = TypeKind::word_or;
  static constexpr const char* word = E::word;
  using Inner = T;
};
template <>
struct SchemaTraits<PortfolioSpec> {
  static constexpr TypeKind kind = TypeKind::text_or;
  using Inner = std::vector<PositionSpec>;
  using Other = CsvFileSpec;
};
template <>
struct SchemaTraits<ScenarioRef> {
  static constexpr TypeKind kind = TypeKind::text_or;
  using Inner = ScenarioSpec;
  using Other = ScenarioFromSpec;
};
template <>
struct SchemaTraits<YardstickSpec> {
  static constexpr TypeKind kind = TypeKind::text_or_named;
  using Inner = YardstickKeysSpec;
};
template <>
struct SchemaTraits<MarginModelSpec> {
  static constexpr TypeKind kind = TypeKind::tagged;
  static constexpr const char* key = MarginModelSpec::key;

  static void for_each(auto visit) {
    visit(MatrixSpec::name_of_kind, "price moves and volatility shocks", MatrixSpec{});
    visit(TiersSpec::name_of_kind, "maintenance of perpetuals by value", TiersSpec{});
    visit(LeverageSpec::name_of_kind, "margin of perpetuals by leverage", LeverageSpec{});
    visit(ShortfallSpec::name_of_kind, "expected shortfall of the frozen book", ShortfallSpec{});
  }
};
template <>
struct SchemaTraits<SurfaceSpec> {
  static constexpr TypeKind kind = TypeKind::text_or;
  using Inner = std::vector<QuoteSpec>;
  using Other = CsvFileSpec;
};
template <class Key, class... Alternatives>
struct SchemaTraits<Tagged<Key, Alternatives...>> {
  static constexpr TypeKind kind = TypeKind::tagged;
  static constexpr const char* key = Key::key;

  /// Shows each alternative: name, help, and what it is where nothing is written.
  static void for_each(auto visit) { (visit(Alternatives::name, Alternatives::help, Alternatives{}), ...); }
};
template <>
struct SchemaTraits<ObjectiveSpec> {
  static constexpr TypeKind kind = TypeKind::tagged_or_word;
  static constexpr const char* key = ObjectiveSpec::key;

  static void for_each(auto visit) {
    for (const hedging::StrategyKind* strategy : hedging::strategy_kinds())
      visit(strategy->name, strategy->help, KindSpec<hedging::Strategy>(*strategy));
  }
};
template <>
struct SchemaTraits<AmountSpec> {
  static constexpr TypeKind kind = TypeKind::plain_or;
  using Inner = double;
  using Full = Named<double>;
};
template <class T>
struct SchemaTraits<CellList<T>> {
  static constexpr TypeKind kind = TypeKind::cell_list;
  using Inner = T;
};
template <>
struct SchemaTraits<SlicesSpec> {
  static constexpr TypeKind kind = TypeKind::plain_or;
  using Inner = std::uint64_t;
};
template <>
struct SchemaTraits<HedgeWithSpec> {
  static constexpr TypeKind kind = TypeKind::word_or_list;
  using Item = HedgeOptionSpec;
};
template <>
struct SchemaTraits<RuleSpec> {
  static constexpr TypeKind kind = TypeKind::rules;
};
template <>
struct SchemaTraits<HedgerSpec> {
  static constexpr TypeKind kind = TypeKind::tagged;
  static constexpr const char* key = HedgerSpec::key;

  static void for_each(auto visit) {
    visit(UnhedgedSpec::name, UnhedgedSpec::help, UnhedgedSpec{});
    for (const pricing::ModelKind* model : pricing::model_kinds())
      visit(model->name, model->help, ActiveSpec(*model));
  }
};

}  // namespace unhedged::config
