#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "engine/core/errors.hpp"
#include "engine/output/result_writer.hpp"
#include "engine/output/safe_file.hpp"
#include "tests/support/catch.hpp"

using namespace unhedged;
using namespace unhedged::output;
namespace fs = std::filesystem;

namespace {

struct TemporaryFolder {
  fs::path path = fs::temp_directory_path() / ("unhedged_test_" + std::to_string(::getpid()));
  TemporaryFolder() { fs::create_directories(path); }
  ~TemporaryFolder() { fs::remove_all(path); }
  std::size_t entries() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), {})); }
};

}  // namespace

TEST_CASE("SHA-256 of the standard's examples (FIPS 180-4)") {
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("A file appears whole or not at all") {
  const TemporaryFolder folder;
  const std::string target = (folder.path / "out.h5").string();
  {
    SafeFile file(target, Existing::refuse);
    std::ofstream(file.temporary()) << "half";
  }
  CHECK(folder.entries() == 0);
  {
    SafeFile file(target, Existing::refuse);
    std::ofstream(file.temporary()) << "whole";
    file.commit();
  }
  CHECK(folder.entries() == 1);
  CHECK_THROWS_AS(SafeFile(target, Existing::refuse), IoError);
  CHECK_NOTHROW(SafeFile(target, Existing::replace));
  CHECK_THROWS_AS(SafeFile(folder.path.string(), Existing::replace), IoError);
  CHECK_THROWS_AS(SafeFile("/proc/no/such/out.h5", Existing::refuse), IoError);
}
