#include "engine/config/scalar.hpp"
#include "tests/support/approx.hpp"
#include "tests/support/catch.hpp"

using namespace unhedged;
using namespace unhedged::config;

namespace {
std::string why;
}

TEST_CASE("Integers in all the spellings users write") {
  for (const char* text : {"100000", "100_000", "1e5", "1E+5", "100000.0"}) {
    INFO(text);
    CHECK(parse_integer(text, why) == 100000u);
  }
  CHECK(parse_integer("18446744073709551615", why) == 18446744073709551615ull);
}

TEST_CASE("What is not a plain decimal number is refused") {
  for (const char* text : {"010", "0x10", "nan", "inf", "-inf", ".inf", "1__0", "_1", "1_", "", "1e", "one",
                           "1e999", "--1", "1 000"}) {
    INFO(text);
    CHECK_FALSE(parse_number(text, why));
  }
  CHECK_FALSE(parse_integer("1.5", why));
  CHECK_FALSE(parse_integer("-1", why));
  CHECK_FALSE(parse_integer("1e18", why));
  CHECK(why.find("digit by digit") != std::string::npos);
  CHECK_FALSE(parse_integer("1e30", why));
  CHECK(why.find("out of range") != std::string::npos);
  CHECK(parse_integer("1000000000000000000", why) == 1000000000000000000u);
}

TEST_CASE("Quantities with units") {
  CHECK(*parse_quantity("5 %", Unit::ratio, why) == 0.05);
  CHECK(*parse_quantity("5%", Unit::ratio, why) == 0.05);
  CHECK(*parse_quantity("12 bp", Unit::ratio, why) == 0.0012);
  CHECK(*parse_quantity("0.05", Unit::ratio, why) == 0.05);
  CHECK(*parse_quantity("-37 %", Unit::ratio, why) == -0.37);
  CHECK_FALSE(parse_quantity("5 %", Unit::price, why));
  CHECK_FALSE(parse_quantity("5 d", Unit::ratio, why));
}

TEST_CASE("Levels are numbers or multiples of today's market") {
  CHECK(parse_level("3 x", Unit::ratio, why)->resolve(0.2) == 3 * 0.2);
  CHECK(parse_level("62 %", Unit::ratio, why)->resolve(0.2) == 0.62);
  CHECK_FALSE(parse_level("x", Unit::ratio, why));
}

TEST_CASE("Times, on both calendars") {
  CHECK(parse_duration("30 d", why)->years(kContinuous) == 30 * (1.0 / 365));
  CHECK(parse_duration("1 h", why)->years(kContinuous) == Approx(1.0 / 8760));
  CHECK(parse_duration("15 min", why)->years(kContinuous) == Approx(1.0 / 35040));
  CHECK(parse_duration("21 d", why)->years(kTrading) == Approx(21.0 / 252));
  CHECK(parse_duration("6.5 h", why)->years(kTrading) == Approx(1.0 / 252));
  CHECK(parse_duration("1 w", why)->years(kTrading) == Approx(5.0 / 252));
  CHECK(parse_duration("0.25 y", why)->years(kTrading) == 0.25);
  CHECK(parse_duration("1 y", why)->years(kTrading) == 1.0);
  CHECK(parse_duration("3 mo", why)->years(kContinuous) == 0.25);
  CHECK_FALSE(parse_duration("3 fortnights", why));
}

TEST_CASE("A time needs a unit - only nothing is the same in all of them") {
  for (const char* text : {"36", "0.25", "1e-9", "+3"}) {
    CHECK_FALSE(parse_duration(text, why));
    CHECK(why == '"' + std::string(text) + "\" has no unit: write " + text + " s, min, h, d, w, mo or y");
    CHECK_FALSE(parse_expiry(text, why));
  }
  CHECK(parse_duration("0", why)->years(kTrading) == 0);
  CHECK_FALSE(parse_duration("010", why));
  CHECK_FALSE(parse_duration("", why));
}

TEST_CASE("Dates are checked against the calendar") {
  using namespace std::chrono;
  CHECK(parse_date("2020-02-29", why) == 2020y / February / 29);
  CHECK(parse_date("1900-01-01", why) == 1900y / January / 1);
  CHECK(parse_date("9999-12-31", why) == 9999y / December / 31);
  for (const char* text :
       {"2021-02-29", "2020-13-01", "2020-1-1", "20200101", "2020-00-10", "2020-01-32", "2020- 3- 1",
        "2020-+3-01", "2020-03-1 ", "2020/03/01", "1899-12-31", "2020-02-30"}) {
    INFO(text);
    CHECK_FALSE(parse_date(text, why));
  }
}
