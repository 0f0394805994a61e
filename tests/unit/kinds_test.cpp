#include <set>

#include "engine/config/hedger_spec.hpp"
#include "engine/config/yaml.hpp"
#include "tests/support/catch.hpp"

// What is picked from a table of kinds, read by the descriptions of its parameters alone.

using namespace unhedged;
using namespace unhedged::config;

namespace {

struct Engine {
  ParameterValues values;
};

constexpr const char* kColours[] = {"red", "blue", "green"};
constexpr Parameter kParameters[] = {
    {.name = "power",
     .help = "of the engine",
     .unit = Unit::ratio,
     .bounds = {0, 2, true, false},
     .usual = {0, 0.5}},
    {.name = "fuel",
     .help = "a number, or `full`",
     .bounds = {0, 9},
     .need = Need::defaulted,
     .word = "full"},
    {.name = "colour", .help = "of the paint", .need = Need::defaulted, .standard = 1, .choices = kColours},
    {.name = "gears", .help = "how many", .bounds = {1, 6}, .need = Need::defaulted, .standard = 4},
};
const KindOf<Engine> kDiesel{{"diesel", "an engine", kParameters}, [](const ParameterValues& values) {
                               return std::shared_ptr<const Engine>(new Engine{values});
                             }};

/// What a text with the parameters comes to, and the problems found on the way.
struct Reading {
  KindSpec<Engine> spec{kDiesel};
  std::vector<std::string> problems;

  explicit Reading(const std::string& text) {
    Findings findings;
    Reader(findings).read_struct(parse_yaml(text, "t.yaml"), "e", spec);
    for (const Problem& problem : findings.report()) problems.push_back(to_string(problem));
  }
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

template <class Made>
void check_table(std::span<const KindOf<Made>* const> table) {
  std::set<std::string> names;
  for (const KindOf<Made>* kind : table) {
    INFO(kind->name);
    CHECK(names.insert(kind->name).second);
    CHECK(kind->help[0] != 0);
    ParameterValues values;
    for (const Parameter& parameter : kind->parameters) {
      INFO(parameter.name);
      const bool has_word = parameter.word[0] != 0;
      if (parameter.need == Need::defaulted) CHECK((has_word || parameter.standard));
      if (parameter.standard)
        CHECK((!parameter.choices.empty() || parameter.bounds.hold(*parameter.standard)));
    }
  }
}

}  // namespace

TEST_CASE("Parameters of a kind are numbers in their units, a word, or what they are where left out") {
  const Reading all("{power: 40 %, fuel: 3, gears: 5}"), few("{power: 0.4}"),
      word("{power: 1 bp, fuel: full}");
  CHECK(all.problems.empty());
  CHECK(all.spec.make()->values == ParameterValues{0.4, 3, 1, 5});
  CHECK(few.spec.make()->values == ParameterValues{0.4, {}, 1, 4});
  CHECK(word.spec.make()->values == ParameterValues{0.0001, {}, 1, 4});
}

TEST_CASE("A parameter that is a choice is one of its words") {
  CHECK(Reading("{power: 0.4, colour: green}").spec.make()->values == ParameterValues{0.4, {}, 2, 4});
  const Reading other("{power: 0.4, colour: greem}"), number("{power: 0.4, colour: 2}");
  REQUIRE(other.problems.size() == 1);
  CHECK(has(other.problems[0], "e.colour: \"greem\" is not known; did you mean \"green\"?"));
  REQUIRE(number.problems.size() == 1);
  CHECK(has(number.problems[0], "e.colour: \"2\" is not known"));
}

TEST_CASE("What a kind has to say of its values stands where they stand") {
  const auto said = [](const std::string& model, const ParameterValues& values) {
    const auto& kind = kind_named<pricing::Belief>(model, pricing::model_kinds());
    KindSpec<pricing::Belief> spec(kind);
    for (std::size_t k = 0; k < values.size(); ++k) spec.values[k].number = values[k];
    Findings findings;
    spec.remark("hedgers.h", findings);
    std::string out;
    for (const Problem& problem : findings.report()) out += to_string(problem);
    return out;
  };
  CHECK(has(said("kou", {0.3, 1, 0.4, 0.6, 0.1, 1}), "hedgers.h.up_mean: is 50 % or more"));
  CHECK(said("kou", {0.3, 1, 0.4, 0.6, 0.1, 0}).empty());
  CHECK(has(said("heston", {0.2, {}, 1, 1, -0.5, 0}),
            "warning: hedgers.h.vol_of_variance: the variance reaches"));
  CHECK(said("heston", {0.2, {}, 20, 1, -0.5, 0}).empty());
}

TEST_CASE("A parameter that must be there and is not is named with what it is") {
  const Reading none("{gears: 3}");
  REQUIRE(none.problems.size() == 1);
  CHECK(has(none.problems[0], "e.power: is missing: of the engine"));
}

TEST_CASE(
    "Parameters out of bounds and of other kinds are refused where they stand, unusual ones warned of") {
  const auto only = [](const std::string& text) {
    const Reading read(text);
    REQUIRE(read.problems.size() == 1);
    return read.problems[0];
  };
  CHECK(has(only("{power: 3}"), "t.yaml:1:9: e.power: is 3, must be in (0, 2]"));
  CHECK(has(only("{power: 0}"), "e.power: is 0, must be in (0, 2]"));
  CHECK(has(only("{power: 0.4, gears: 7}"), "e.gears: is 7, must be in [1, 6]"));
  CHECK(has(only("{power: [1]}"), "e.power: a list stands where a single value is expected"));
  CHECK(has(only("{power: 80 %}"), "warning: e.power: is 80 %, usually at most 50 %"));
}

TEST_CASE("A word stands for a number only where the parameter has that word") {
  const Reading other("{power: 0.4, fuel: empty}"), elsewhere("{power: full}");
  REQUIRE(other.problems.size() == 1);
  CHECK(has(other.problems[0], "e.fuel: \"empty\" is not a number"));
  REQUIRE(elsewhere.problems.size() == 1);
  CHECK(has(elsewhere.problems[0], "e.power: \"full\" is not a number"));
}

TEST_CASE("Unknown parameters are told what may have been meant") {
  const Reading read("{power: 0.4, geers: 3}");
  REQUIRE(read.problems.size() == 1);
  CHECK(has(read.problems[0],
            "e.geers: unknown key; did you mean \"gears\"? (allowed: power, fuel, colour, gears)"));
  const Reading scalar("3");
  REQUIRE(scalar.problems.size() == 1);
  CHECK(has(scalar.problems[0], "a map with the keys power, fuel, colour and gears is expected"));
}

TEST_CASE("The tables of kinds are sound: names differ, and what is left out is within bounds") {
  check_table(pricing::model_kinds());
  check_table(hedging::strategy_kinds());
}

TEST_CASE("Beliefs are equal if model and parameters are") {
  const pricing::ModelKind& model = *pricing::model_kinds()[0];
  const pricing::Believed quoted(model.make({std::nullopt, 0})), fixed(model.make({0.3, 0}));
  CHECK(quoted == pricing::Believed(model.make({std::nullopt, 0})));
  CHECK(fixed == pricing::Believed(model.make({0.3, 0})));
  CHECK(!(fixed == quoted));
  CHECK(!(fixed == pricing::Believed(model.make({0.4, 0}))));
  CHECK(!(fixed == pricing::Believed(model.make({0.3, 1}))));
  const auto& merton = kind_named<pricing::Belief>("merton", pricing::model_kinds());
  const auto& kou = kind_named<pricing::Belief>("kou", pricing::model_kinds());
  CHECK(!(pricing::Believed(merton.make({0.3, 1, 0.1, 0.1, 0})) ==
          pricing::Believed(kou.make({0.3, 1, 0.1, 0.1, 0}))));
  CHECK(quoted->follows_quotes());
  CHECK(!fixed->follows_quotes());
}

TEST_CASE("An objective is a word or a map, and says which strategies there are") {
  const auto read = [](const std::string& text) {
    Findings findings;
    ObjectiveSpec spec;
    Reader(findings).read(parse_yaml(text, "t.yaml"), Field{}, "objective", spec);
    std::vector<std::string> problems{spec.strategy.kind->name};
    for (const Problem& problem : findings.report()) problems.push_back(to_string(problem));
    return problems;
  };
  CHECK(read("delta_neutral") == std::vector<std::string>{"delta_neutral"});
  CHECK(read("{strategy: delta_neutral}") == std::vector<std::string>{"delta_neutral"});
  REQUIRE(read("delta_nuetral").size() == 2);
  CHECK(has(read("delta_nuetral")[1],
            ": objective: \"delta_nuetral\" is not known; did you mean \"delta_neutral\"? (allowed: "));
  REQUIRE(read("{strategy: delta_neutral, share: 2}").size() == 2);
  CHECK(has(read("{strategy: delta_neutral, share: 2}")[1], "objective.share: unknown key"));
  REQUIRE(read("{}").size() == 2);
  CHECK(has(read("{}")[1], "objective.strategy: is missing"));
}
