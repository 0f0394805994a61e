#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "engine/config/csv.hpp"
#include "engine/config/scalar.hpp"
#include "engine/config/yaml.hpp"
#include "engine/core/utf8.hpp"
#include "tests/support/catch.hpp"

using namespace unhedged;
using namespace unhedged::config;

namespace {

/// A folder that goes with the test.
struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("unhedged_text_" + std::to_string(::getpid()));
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
};

std::string refusal(const std::string& path) {
  try {
    read_text(path);
  } catch (const IoError& error) {
    return error.what();
  }
  return "";
}

std::string refusal_of_text(const std::string& text) {
  try {
    parse_yaml(text, "f.yaml");
  } catch (const ConfigError& error) {
    return to_string(error.problems().front());
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("Only regular files are read: others may never end") {
  const Folder folder;
  const std::string fifo = folder.path / "fifo", link = folder.path / "link", file = folder.path / "file";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  std::filesystem::create_symlink(fifo, link);
  CHECK(contains(refusal(fifo), "is a FIFO, a regular file is expected"));
  CHECK(contains(refusal(link), "is a FIFO"));
  CHECK(contains(refusal("/dev/zero"), "is a device"));
  CHECK(contains(refusal(folder.path), "is a directory"));
  CHECK(contains(refusal(folder.path / "none"), "No such file"));
  CHECK(contains(refusal(folder.path / std::string(5000, 'n')), "File name too long"));
  std::filesystem::create_symlink(folder.path / "loop", folder.path / "loop");
  CHECK(contains(refusal(folder.path / "loop"), "symbolic links"));
  std::ofstream(file) << "a: 1\n";
  CHECK(read_text(file) == "a: 1\n");
}

TEST_CASE("A byte order mark and every kind of line ending are read") {
  CHECK(parse_yaml("\xEF\xBB\xBF"
                   "a: 1\nb: 2\n",
                   "f.yaml")
            .find("a")
            ->text == "1");
  CHECK(parse_csv("\xEF\xBB\xBF"
                  "a,b\n1,2\n",
                  "f.csv")
            .list[0]
            .find("a")
            ->text == "1");
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const Record root = parse_yaml("a: 1" + end + "b:" + end + "  - 2" + end, "f.yaml");
    CHECK(root.find("b")->list[0].mark.line == 3);
    const Record rows = parse_csv("a,b" + end + "1,2" + end + end + "3,4", "f.csv");
    REQUIRE(rows.list.size() == 2);
    CHECK(rows.list[1].find("b")->text == "4");
    CHECK(rows.list[1].mark.line == 4);
  }
}

TEST_CASE("UTF-16 is refused by name") {
  const std::string little(
      "\xFF\xFE"
      "a\0:\0 \0"
      "1\0",
      10),
      big("\xFE\xFF"
          "\0a\0:\0 \0"
          "1",
          10);
  const std::string unmarked = little.substr(2);
  for (const std::string& text : {little, big, unmarked}) {
    CHECK(refusal_of_text(text) == "f.yaml: is UTF-16 or UTF-32; save it as UTF-8");
    CHECK_THROWS_AS(parse_csv(text, "f.csv"), ConfigError);
  }
}

TEST_CASE("Echoed text is short, whole characters, and safe on a terminal") {
  CHECK(excerpt("plain") == "plain");
  CHECK(excerpt(std::string(61, 'x')) == std::string(60, 'x') + "...");
  CHECK(excerpt(std::string(60, 'x')) == std::string(60, 'x'));
  std::string umlauts;
  for (int i = 0; i < 70; ++i) umlauts += "\xC3\xA4";
  CHECK(excerpt(umlauts) == umlauts.substr(0, 120) + "...");
  CHECK(excerpt("a\x1b[2Jb\n\xFF\xC3") == "a\\x1b[2Jb\\x0a\\xff\\xc3");
  CHECK(in_quotes("a") == "\"a\"");
  const std::string huge(5 << 20, '7');
  std::string why;
  for (const Unit unit : {Unit::none, Unit::ratio, Unit::price}) {
    CHECK_FALSE(parse_quantity(huge + "x", unit, why));
    CHECK(why.size() < 200);
    CHECK_FALSE(parse_level(huge + " q", unit, why));
    CHECK(why.size() < 200);
  }
  CHECK_FALSE(parse_number(huge, why));
  CHECK(why.size() < 200);
  CHECK_FALSE(parse_expiry(huge, why));
  CHECK(why.size() < 300);
  CHECK_FALSE(parse_strike(huge, why));
  CHECK(why.size() < 200);
}

TEST_CASE("A list of a thousand allowed words is not printed whole") {
  std::vector<std::string> words;
  for (int i = 0; i < 1000; ++i) words.push_back("word" + std::to_string(i));
  const std::string text = suggestion("wrd12", words);
  CHECK(text.starts_with("; did you mean \"word12\"?"));
  CHECK(text.ends_with(", ... and 995 more)"));
  CHECK(std::ranges::count(text, ',') == 5);
  CHECK(text.find("(allowed: word12, word1, ") != std::string::npos);  // the nearest first
  CHECK(suggestion("", words).ends_with(", ... and 960 more)"));       // no word to be near to
  CHECK(suggestion("c", {"a", "b"}) == "; did you mean \"a\"? (allowed: a, b)");
  CHECK(suggestion(std::string(1 << 20, 'w'), words).starts_with("; (allowed:"));
}
