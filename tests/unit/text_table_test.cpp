#include <algorithm>
#include <sstream>

#include "engine/app/text_table.hpp"
#include "tests/support/catch.hpp"

using namespace unhedged;

namespace {

app::TextTable table() {
  app::TextTable out({"rank", "hedger", "first", "second", "third"});
  out.add({"1", "a", "12.3 k", "x", "1 [0, 2]"});
  out.add({"2-3", "bcd", "4", "yy", "\u00b5"});
  return out;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) out.push_back(line);
  return out;
}

}  // namespace

TEST_CASE("A table that fits stands in one block") {
  CHECK(table().text(60, 2) == table().text());
  CHECK(lines_of(table().text())[1] == "1     a       12.3 k       x  1 [0, 2]");
}

TEST_CASE("A table that does not fit stands in blocks, each with the leading columns") {
  const std::vector<std::string> lines = lines_of(table().text(30, 2));
  REQUIRE(lines.size() == 7);
  CHECK(lines[0] == "rank  hedger   first  second");
  CHECK(lines[2] == "2-3   bcd          4      yy");
  CHECK(lines[3].empty());
  CHECK(lines[4] == "rank  hedger     third");
  CHECK(lines[5] == "1     a       1 [0, 2]");
  CHECK(std::ranges::all_of(lines, [](const std::string& line) { return app::screen_width(line) <= 30; }));
}

TEST_CASE("A column that is wider than the line has a block of its own") {
  CHECK(lines_of(table().text(5, 1)).size() == 4 * 3 + 3);
}
