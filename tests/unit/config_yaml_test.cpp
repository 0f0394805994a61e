#include "engine/config/csv.hpp"
#include "engine/config/flow.hpp"
#include "engine/config/load.hpp"
#include "engine/config/yaml.hpp"
#include "engine/core/utf8.hpp"
#include "tests/support/catch.hpp"

using namespace unhedged;
using namespace unhedged::config;

namespace {

/// The first problem `read` is refused with; empty if it is not.
template <class Read>
std::string problem_of(const Read& read) {
  try {
    read();
  } catch (const ConfigError& error) {
    return to_string(error.problems().front());
  }
  return "";
}

std::string refusal(const std::string& text) {
  return problem_of([&] { parse_yaml(text, "f.yaml"); });
}

std::string csv_refusal(const std::string& text) {
  return problem_of([&] { parse_csv(text, "d.csv"); });
}

std::string override_refusal(const std::string& key, const std::string& value) {
  LoadOptions options;
  options.overrides = {{key, value}};
  return problem_of([&] { load_text("name: x\n", "f.yaml", options); });
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("Every value keeps its place, in block and flow style, with comments") {
  const Record root = parse_yaml("# comment\na: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n", "f.yaml");
  CHECK(root.find("a")->mark.line == 2);
  CHECK(root.find("a")->mark.column == 4);
  const Record& map = root.find("b")->list[1];
  CHECK(map.find("d")->mark.line == 6);
  CHECK(map.find("d")->mark.column == 9);
}

namespace {

void check_same(const Record& one, const Record& other) {
  CHECK(one.kind == other.kind);
  CHECK(one.text == other.text);
  CHECK(one.mark.line == other.mark.line);
  CHECK(one.mark.column == other.mark.column);
  REQUIRE(one.list.size() == other.list.size());
  for (std::size_t i = 0; i < one.list.size(); ++i) check_same(one.list[i], other.list[i]);
  REQUIRE(one.map.size() == other.map.size());
  for (std::size_t i = 0; i < one.map.size(); ++i) {
    CHECK(one.map[i].key == other.map[i].key);
    CHECK(one.map[i].mark.line == other.map[i].mark.line);
    CHECK(one.map[i].mark.column == other.map[i].mark.column);
    check_same(one.map[i].value, other.map[i].value);
  }
}

}  // namespace

TEST_CASE("JSON is read by a reader of its own, to the same tree") {
  const auto file = std::make_shared<const std::string>("f.json");
  for (const std::string text : {R"({"a": 1, "b": {"c": [1.5, -2e+3, "x y", null, true]}, "d": [], "e": {}})",
                                 R"({"a":1,"b":{"c":[1.5,"x",null]},"d e":""})",
                                 "{\n  \"a\": 1,\n  \"b\": [\n    {\"c\": \"30 d\"},\n 2]\n}\n",
                                 R"({a: call, b: 30 d, c: [0.5 %, null, Null, a/b, x - y], "null": "null", d:
  {e: .5, f: +1, g: -3}})",
                                 "{ }", "{a: b\n }  \n"}) {
    INFO(text);
    const auto simple = read_flow(text, file, kDeepest);
    REQUIRE(simple);
    check_same(*simple, parse_yaml(text + "\n# a comment is more than it reads\n", "f.json"));
  }
}

TEST_CASE("What is not simple or not sound is left to the reader of all YAML") {
  const auto file = std::make_shared<const std::string>("f.json");
  for (const std::string text : {"a: 1",        R"({"a": "\u0041"})", "{a: 1,}",    "{a: 1, a: 2}",
                                 "{a: b: c}",   "{a: 1} {",           "{a: [1, 2}", "{a: 'x'}",
                                 "{a: &x 1}",   "{a: x\n  y}",        "{a: ~}",     "{a: 1 # no\n}",
                                 "{a:\t1}",     "{a: \"x\ny\"}",      "{a: - 1}",   "{a: \"\xc3\xa9\"}",
                                 "{null: 1}",   "{a: 1\r\n}",         "{a: }",      "{a}",
                                 "{\"a\" : 1}", "{a: 1  2}",          "[1]",        "",
                                 "{a: x:y}",    "{a: http://x}",      "{[1]: 2}",   "{a: |\n x}",
                                 "{a: --- }"}) {
    INFO(text);
    CHECK_FALSE(read_flow(text, file, kDeepest));
  }
  CHECK_FALSE(read_flow("{a: " + std::string(200, '[') + std::string(200, ']') + "}", file, kDeepest));
  CHECK(contains(refusal("{a: 1, \"a\": 2}"), "f.yaml:1:8: duplicate key \"a\""));
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

TEST_CASE("Text is UTF-8 without NUL, or is refused at its place") {
  CHECK(contains(refusal("name: \xC3\xA9\nb: x\xFFy\n"), "f.yaml:2:5: byte 0xff, which is not UTF-8"));
  CHECK(contains(refusal("\xC3\xA9\xC3\xA9: \xE2\x82\n"), "f.yaml:1:5: byte 0xe2"));
  CHECK(contains(refusal(std::string("a: b\0c", 7)), "f.yaml:1:5: a NUL byte"));
  CHECK(contains(refusal("a: 1\nb: {c: \"x\\0y\"}\n"), "f.yaml:2:8: an escape makes a NUL byte"));
  CHECK(contains(refusal("a: 1\n\"k\\0\": 1\n"), "f.yaml:2:1: an escape makes a NUL byte"));
  CHECK(contains(refusal("\xFF"
                         "a"),
                 "f.yaml:1:1: byte 0xff"));
  CHECK(refusal("name: \"\\xe9 \\u20ac \xF0\x9F\x98\x80\"\n").empty());
  CHECK(contains(csv_refusal("a,b\n1,\xE9\n"), "d.csv:2:3: byte 0xe9, which is not UTF-8"));
  CHECK(contains(csv_refusal(std::string("a,b\n1,2\0\n", 9)), "d.csv:2:4: a NUL byte"));
  CHECK(contains(override_refusal("simulation.\xFFpaths", "1"), "--set simulation.\\xffpaths: byte 0xff"));
  CHECK(contains(override_refusal("name", "\xC0\x80"), "--set name:1:1: byte 0xc0"));
}

TEST_CASE("UTF-8 as RFC 3629 has it") {
  for (const char* good : {"", "plain", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
                           "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
    CHECK(first_foreign_byte(good) == kAllText);
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\xFF"})
    CHECK(first_foreign_byte(std::string("ab") + bad) == 2);
  CHECK(shown_as_utf8("a\xFF\xC3\xA9") == "a\\xff\xC3\xA9");
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
  const Record rows =
      parse_csv("# desk\ninstrument,asset , quantity\ncall,\"B,TC\",5\n\nput,\"E\"\"T\",\n", "d.csv");
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
