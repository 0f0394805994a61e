#include "engine/config/csv.hpp"
#include "engine/config/yaml.hpp"
#include "tests/support/catch.hpp"

using namespace unhedged;
using namespace unhedged::config;

namespace {

/// The message of the error a text is refused with; empty if it is accepted.
std::string refusal(const std::string& text) {
  try {
    parse_yaml(text, "f.yaml");
  } catch (const ConfigError& error) {
    return to_string(error.problems().front());
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("Every value keeps its place, in block and flow style, with comments") {
  const Record root = parse_yaml("# comment\na: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n", "f.yaml");
  CHECK(root.find("a")->mark.line == 2);
  CHECK(root.find("a")->mark.column == 4);
  const Record& map = root.find("b")->list[1];
  CHECK(map.find("d")->mark.line == 6);
  CHECK(map.find("d")->mark.column == 9);
}

TEST_CASE("What YAML allows and a configuration should not") {
  CHECK(contains(refusal("a: 1\nb: 2\na: 3\n"), "f.yaml:3:1: duplicate key \"a\""));
  CHECK(contains(refusal("a: 1\n---\nb: 2\n"), "second YAML document"));
  CHECK(contains(refusal("a: !!python/object 1\n"), "tags"));
  CHECK(contains(refusal("a: &x [1, *x]\n"), "contains it"));
  CHECK(contains(refusal("? [1, 2]\n: 3\n"), "single word"));
  CHECK(contains(refusal("a: [1, 2\n"), "not valid YAML"));
  CHECK(contains(refusal(std::string(200, '[') + std::string(200, ']')), "nested deeper"));
  CHECK(contains(refusal(std::string("a: b\0c", 6)), "NUL"));
  CHECK(contains(refusal("a: " + std::string(5u << 20, 'x')), "larger than"));
}

TEST_CASE("A bomb of aliases is defused, a few aliases are welcome") {
  std::string bomb = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int k = 0; k < 9; ++k) bomb += ", " + last;
    bomb += "]\n";
  }
  CHECK(contains(refusal(bomb), "aliases repeat more than"));
  const Record root = parse_yaml("a: &x {k: 1}\nb: *x\n", "f.yaml");
  CHECK(root.find("b")->find("k")->text == "1");
}

TEST_CASE("CSV rows keep their place and must fit the header") {
  const Record rows = parse_csv("# desk\ninstrument,asset , quantity\ncall,\"B,TC\",5\n\nput,\"E\"\"T\",\n", "d.csv");
  REQUIRE(rows.list.size() == 2);
  CHECK(rows.list[0].find("asset")->text == "B,TC");
  CHECK(rows.list[0].find("asset")->mark.line == 3);
  CHECK(rows.list[0].find("asset")->mark.column == 6);
  CHECK(rows.list[1].find("asset")->text == "E\"T");
  CHECK(rows.list[1].find("quantity") == nullptr);
  CHECK_THROWS_AS(parse_csv("a,b\n1\n", "d.csv"), ConfigError);
  CHECK_THROWS_AS(parse_csv("a,a\n1,2\n", "d.csv"), ConfigError);
  CHECK_THROWS_AS(parse_csv("a,b\n\"1,2\n", "d.csv"), ConfigError);
  CHECK_THROWS_AS(parse_csv("\n", "d.csv"), ConfigError);
}
