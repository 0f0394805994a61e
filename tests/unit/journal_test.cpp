#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "engine/core/errors.hpp"
#include "engine/output/checksum.hpp"
#include "engine/output/journal.hpp"
#include "tests/support/catch.hpp"

using namespace unhedged;
using namespace unhedged::output;

namespace {

namespace fs = std::filesystem;

JournalHead head() {
  JournalHead out;
  out.engine_version = "1";
  out.engine_revision = "r";
  out.inputs = {{"run.yaml", "name: x"}, {"book.csv", std::string("a\0b", 3)}};
  out.overrides = {{"simulation.paths", "2000"}};
  out.paths = 2000;
  out.batches = {2, 6};
  out.shard = 2;
  out.shards = 3;
  out.started = "now";
  return out;
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

/// A journal of two batches.
struct OnDisk {
  OnDisk() {
    Journal journal(path, head(), std::chrono::seconds(1));
    journal.keep(3, "three");
    journal.keep(2, "");
  }
  ~OnDisk() { fs::remove(path); }

  std::string path =
      (fs::temp_directory_path() / ("unhedged_journal_test_" + std::to_string(::getpid()))).string();
};

std::string read_back(const std::string& path, JournalContents* contents = nullptr) {
  std::string out;
  const JournalContents found = read_journal(path, [&](std::uint64_t batch, std::string_view outcome) {
    out += std::to_string(batch) + "=" + std::string(outcome) + ";";
    return true;
  });
  if (contents != nullptr) *contents = found;
  return out;
}

}  // namespace

TEST_CASE("The checksum is that of xz, in one piece and in several") {
  const std::string digits = "123456789";
  CHECK(checksum(digits) == 0x995DC9BBDF1939FA);  // the check value of CRC-64/XZ
  CHECK(checksum("") == 0);
  std::mt19937 chance(1);
  std::string text(1000, ' ');
  for (char& c : text) c = static_cast<char>(chance());
  for (const std::size_t cut : {0, 1, 7, 8, 9, 500, 1000})
    CHECK(checksum(text.substr(cut), checksum(text.substr(0, cut))) == checksum(text));
}

TEST_CASE("A journal gives back what was put into it") {
  const OnDisk there;
  JournalContents contents;
  CHECK(read_back(there.path, &contents) == "3=three;2=;");
  CHECK_FALSE(contents.damaged());
  CHECK(contents.batches == 2);
  CHECK(contents.state == JournalState::running);
  CHECK(contents.head.inputs == head().inputs);
  CHECK(contents.head.overrides == head().overrides);
  CHECK(contents.head.batches == head().batches);
  CHECK(contents.head.identity() == head().identity());
}

TEST_CASE("A journal that is gone on with has what was there and what is new") {
  const OnDisk there;
  const std::string before = bytes_of(there.path);
  write(there.path, before + "torn");
  JournalContents contents;
  read_back(there.path, &contents);
  CHECK(contents.damaged());
  CHECK(contents.good_bytes == before.size());
  {
    Journal journal(there.path, contents, std::chrono::seconds(1));
    journal.keep(5, "five");
    journal.mark(JournalState::complete);
  }
  CHECK(read_back(there.path, &contents) == "3=three;2=;5=five;");
  CHECK_FALSE(contents.damaged());
  CHECK(contents.state == JournalState::complete);
}

TEST_CASE("No bit of a journal can be flipped, and no byte cut off, without being noticed") {
  const OnDisk there;
  const std::string sound = bytes_of(there.path);
  const std::size_t records = sound.size() - (16 + 5 + 8) - (16 + 8);
  for (std::size_t byte = 0; byte < sound.size(); ++byte)
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = sound;
      flipped[byte] = static_cast<char>(flipped[byte] ^ (1 << bit));
      write(there.path, flipped);
      if (byte < records) {
        CHECK_THROWS_AS(read_back(there.path), IoError);
        continue;
      }
      JournalContents contents;
      CHECK(read_back(there.path, &contents) == (byte < records + 29 ? "" : "3=three;"));
      CHECK(contents.damaged());
    }
  for (std::size_t size = 0; size < sound.size(); ++size) {
    write(there.path, sound.substr(0, size));
    if (size < records) CHECK_THROWS_AS(read_back(there.path), IoError);
    else CHECK(read_back(there.path) == (size < records + 29 ? "" : "3=three;"));
  }
}

TEST_CASE("A record of another run does not fit, nor one of a batch that is not the shard's") {
  const OnDisk there;
  const std::string record = bytes_of(there.path).substr(bytes_of(there.path).size() - 24);
  JournalHead other = head();
  other.inputs[0].second = "name: y";
  { const Journal journal(there.path, other, std::chrono::seconds(1)); }
  write(there.path, bytes_of(there.path) + record);
  CHECK(read_back(there.path) == "");
  {
    Journal journal(there.path, head(), std::chrono::seconds(1));
    journal.keep(7, "of another shard");
  }
  CHECK(read_back(there.path) == "");
}

TEST_CASE("Runs are the same if engine, texts, overrides and paths are, wherever files lie") {
  JournalHead same = head(), other = head();
  same.inputs[0].first = "elsewhere/run.yaml";
  same.started = "later";
  same.shard = 1;
  same.batches = {0, 2};
  CHECK(same.identity() == head().identity());
  other.engine_revision = "s";
  CHECK(other.identity() != head().identity());
  other = head();
  other.overrides.clear();
  CHECK(other.identity() != head().identity());
  other = head();
  other.paths = 2001;
  CHECK(other.identity() != head().identity());
  other = head();
  std::swap(other.inputs[0], other.inputs[1]);
  CHECK(other.identity() != head().identity());
}
