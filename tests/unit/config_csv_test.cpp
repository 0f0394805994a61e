#include "engine/config/csv.hpp"
#include "engine/config/csv_list.hpp"
#include "engine/config/load.hpp"
#include "engine/config/run_spec.hpp"
#include "tests/support/catch.hpp"

using namespace unhedged;
using namespace unhedged::config;

namespace {

/// What reading a book says, one line a problem.
std::vector<std::string> problems(const std::string& text) {
  Findings findings;
  std::vector<PositionSpec> positions;
  try {
    read_csv_list(text, "b.csv", "portfolio", positions, {}, findings);
  } catch (const ConfigError& error) {
    findings.adopt(error.problems());
  }
  std::vector<std::string> out;
  for (const Problem& problem : findings.report()) out.push_back(to_string(problem));
  return out;
}

const std::string kHeader = "instrument,asset,strike,expiry,quantity\n";

}  // namespace

TEST_CASE("A book is read row by row, with the places of its cells") {
  Findings findings;
  std::vector<PositionSpec> positions;
  read_csv_list(kHeader + "# a comment\ncall,A,100 %,30 d,-1\n\nput, A ,95,2020-03-27,\"1_000\"\n", "b.csv",
                "portfolio", positions, {}, findings);
  REQUIRE(positions.size() == 2);
  CHECK(positions[0].strike->is_relative);
  CHECK(positions[1].quantity == 1000);
  CHECK(to_string(findings.mark_of("portfolio[0].strike")) == "b.csv:3:8");
  CHECK(to_string(findings.mark_of("portfolio[1].quantity")) == "b.csv:5:23");
  CHECK(to_string(findings.mark_of("portfolio[1]")) == "b.csv:5:1");
}

TEST_CASE("A wrong header is one problem, however many rows stand below it") {
  std::string rows;
  for (int i = 0; i < 1000; ++i) rows += "call,A,100,30 d,-1\n";
  const auto typo = problems("instrment,asset,strike,expiry,quantity\n" + rows);
  REQUIRE(typo.size() == 1);
  CHECK(typo[0].starts_with(
      "b.csv:1:1: portfolio: unknown column \"instrment\"; did you mean \"instrument\"?"));
  const auto missing = problems("asset,strike,expiry,quantity\nA,100,30 d,-1\n");
  REQUIRE(missing.size() == 1);
  CHECK(missing[0] == "b.csv:1:1: portfolio: has no column \"instrument\"");
}

TEST_CASE("A row that cannot be read does not hide the others") {
  const auto found =
      problems(kHeader + "call,A,100,30 d\ncall,A,100,30 d,x\n\"call,A,100,30 d,1\ncall,A,100,30 d,1\n");
  REQUIRE(found.size() == 3);
  CHECK(found[0] == "b.csv:2:1: portfolio[0]: the row has 4 cells, the header 5");
  CHECK(found[1].starts_with("b.csv:3:17: portfolio[1].quantity: \"x\" is not"));
  CHECK(found[2] == "b.csv:4:1: portfolio[2]: a quote is not closed");
}

TEST_CASE("The same problem of many rows is shown three times and counted") {
  std::string rows;
  for (int i = 0; i < 500; ++i) rows += "call,A,100,30 d,many\n";
  const auto found = problems(kHeader + rows);
  REQUIRE(found.size() == 3);
  CHECK(found[2].ends_with("(and 497 more like this)"));
}

TEST_CASE("Problems of many kinds are capped and counted") {
  std::string rows;
  for (int i = 0; i < 500; ++i) rows += "call,A,100,30 d,x" + std::to_string(i) + "\n";
  const auto found = problems(kHeader + rows);
  REQUIRE(found.size() == Findings::kMost + 1);
  CHECK(found.back().ends_with("... and 450 more"));
  for (int i = 500; i < 5000; ++i) rows += "call,A,100,30 d,x" + std::to_string(i) + "\n";
  CHECK(problems(kHeader + rows)
            .back()
            .ends_with("... and 951 more"));  // 1 000 rows, and that the rest is not read
}

TEST_CASE("Tables of tens of thousands of columns are read in one pass") {
  std::string wide = "c0";
  for (int i = 1; i < 40000; ++i) wide += ",c" + std::to_string(i);
  const auto found = problems(wide + "\n");
  CHECK(found.size() == Findings::kMost + 1);
  CHECK(problems(wide + ",c7\n").front().find("duplicate column \"c7\"") != std::string::npos);
}

TEST_CASE("What is counted only is told once, after a problem of its kind or at the end") {
  Findings findings;
  for (int kind = 0; kind < 70; ++kind)
    for (int row = 0; row < 5; ++row)
      findings.add({}, "portfolio[" + std::to_string(row) + "].expiry",
                   "is " + std::to_string(kind) + " min away");
  findings.add({}, "horizon", "a warning", Severity::warning);
  const std::vector<Problem> told = findings.report();
  REQUIRE(told.size() == Findings::kMost + 2);
  std::size_t more = 0;
  for (const Problem& problem : told) {
    const std::size_t first = problem.message.find("more like this");
    if (first == std::string::npos) continue;
    ++more;
    CHECK(problem.message.find("more like this", first + 1) == std::string::npos);
    CHECK(problem.message.starts_with("is "));
  }
  CHECK(more == (Findings::kMost + 2) / 3);
}
