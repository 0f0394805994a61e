#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>

#include "engine/core/errors.hpp"
#include "engine/output/hdf5_file.hpp"
#include "engine/output/result_writer.hpp"
#include "engine/output/safe_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"

using namespace unhedged;
using namespace unhedged::output;
namespace fs = std::filesystem;

namespace {

struct TemporaryFolder {
  fs::path path = fs::temp_directory_path() / ("unhedged_test_" + std::to_string(::getpid()));
  TemporaryFolder() { fs::create_directories(path); }
  ~TemporaryFolder() { fs::remove_all(path); }
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), {}));
  }
};

/// A call of a year, over thirty days, with and without a hedge.
testing::OneAsset one_call() {
  testing::OneAsset text;
  text.positions = "[{instrument: call, asset: A, strike: 100, expiry: 1 y, quantity: -1}]";
  text.hedgers = "{unhedged: {model: none}, bs: {model: black_scholes}}";
  text.simulation = "horizon: 30 d, steps: 30, paths: 1000";
  return text;
}

std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const IoError& error) {
    return error.what();
  }
  return "";
}

std::string refused_target(const TargetFile& target) {
  return refusal([&] { SafeFile file(target); });
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void write_text(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

}  // namespace

TEST_CASE("A file appears whole or not at all, and takes the folders made for it along") {
  const TemporaryFolder folder;
  const std::string target = (folder.path / "a/b/out.h5").string();
  {
    SafeFile file({target, Existing::refuse, {}});
    write_text(file.temporary(), "half");
  }
  CHECK(folder.entries() == 0);
  {
    SafeFile file({target, Existing::refuse, {}});
    write_text(file.temporary(), "whole");
    file.flush();
    file.commit();
  }
  CHECK(fs::file_size(target) == 5);
  CHECK(std::distance(fs::directory_iterator(folder.path / "a/b"), {}) == 1);
  CHECK(contains(refused_target({target, Existing::refuse, {}}), "exists already"));
  CHECK(refused_target({target, Existing::replace, {}}).empty());
  CHECK(contains(refused_target({"/proc/no/such/out.h5", Existing::refuse, {}}), "/proc/no/such/out.h5"));
}

TEST_CASE("Only a regular file that is no input is ever replaced, and a refusal changes nothing") {
  const TemporaryFolder folder;
  const auto at = [&](const char* name) { return (folder.path / name).string(); };
  write_text(at("input.yaml"), "text");
  fs::create_hard_link(at("input.yaml"), at("second_name.yaml"));
  fs::create_symlink("nowhere", at("dangling"));
  fs::create_symlink("loop", at("loop"));
  fs::create_symlink("input.yaml", at("link"));
  REQUIRE(::mkfifo(at("fifo").c_str(), 0600) == 0);
  const std::size_t before = folder.entries();
  const auto refused = [&](const std::string& path, const char* why) {
    return contains(refused_target({path, Existing::replace, {at("input.yaml")}}), why);
  };
  CHECK(refused(at("input.yaml"), "input of this run"));
  CHECK(refused(at("second_name.yaml"), "input of this run"));
  CHECK(refused(at("link"), "symbolic link"));
  CHECK(refused(at("dangling"), "symbolic link"));
  CHECK(refused(at("loop"), "symbolic link"));
  CHECK(refused(at("loop/x.h5"), "symbolic links"));
  CHECK(refused(at("fifo"), "a FIFO"));
  CHECK(refused("/dev/null", "a device"));
  CHECK(refused(folder.path.string(), "a directory"));
  CHECK(refused(at("new/"), "names a folder"));
  CHECK(refused(at("new/.."), "names a folder"));
  CHECK(refused(at("input.yaml/x.h5"), "Not a directory"));
  CHECK(refused(at(std::string(5000, 'n').c_str()), "name too long"));
  CHECK(refused("", "names a folder"));
  CHECK(folder.entries() == before);
}

TEST_CASE("A lock keeps two runs of one file apart, and what a dead one left is named and removed") {
  const TemporaryFolder folder;
  const std::string target = (folder.path / "out.h5").string();
  {
    const SafeFile first({target, Existing::refuse, {}});
    CHECK(contains(refused_target({target, Existing::refuse, {}}), "being written by another run"));
    CHECK(fs::exists(first.temporary()));  // the second did not take it away
  }
  write_text(folder.path / ".out.h5.partial", std::string(3 << 20, 'x'));
  write_text(folder.path / ".out.h5.partial.1", "x");
  write_text(folder.path / ".out.h5.partial.17", "x");
  write_text(folder.path / ".out.h5.partial.old", "not ours");
  write_text(folder.path / ".other.h5.partial.1", "not ours");
  {
    const SafeFile file({target, Existing::refuse, {}});
    REQUIRE(file.leftovers().size() == 3);
    CHECK(contains(file.leftovers()[0], ".out.h5.partial (3.0 MiB)"));
    CHECK(fs::file_size(file.temporary()) == 0);
    CHECK(folder.entries() == 3);
  }
  CHECK(folder.entries() == 2);
}

TEST_CASE("A partial file that was taken away is noticed before anything gets the name") {
  const TemporaryFolder folder;
  SafeFile file({(folder.path / "out.h5").string(), Existing::refuse, {}});
  fs::remove(file.temporary());
  write_text(file.temporary(), "of someone else");
  CHECK(contains(refusal([&] { file.flush(); }), "taken away or replaced"));
}

TEST_CASE("The room a result takes is known before the run") {
  const TemporaryFolder folder;
  const char* more = GENERATE("paths: 100", "paths: 70000", "paths: 300000", "paths: 3000, steps: 600");
  testing::OneAsset text;
  text.positions = "[{instrument: call, asset: A, strike: 100, expiry: 1 y, quantity: -1}]";
  text.hedgers = "{unhedged: {model: none}, bs: {model: black_scholes}}";
  text.simulation = std::string("horizon: 30 d, ") + (contains(more, "steps") ? "" : "steps: 2, ") + more;
  std::string yaml = text.text();
  yaml.replace(yaml.find("worst_paths: 0"), 14, "worst_paths: 50");
  const testing::Run run = testing::run_yaml(yaml);
  const std::string path = (folder.path / "out.h5").string();
  write_results({path, path}, *run.prepared, run.outcome, simulation::make_report(*run.prepared, run.outcome),
                {});
  const double written = static_cast<double>(fs::file_size(path)), estimated = estimated_bytes(run.plan());
  CHECK(written <= estimated);
  CHECK(written >= 0.9 * (estimated - 0x1p19));
}

TEST_CASE("Every stage of a run looks at the stop") {
  const TemporaryFolder folder;
  const testing::OneAsset text = one_call();
  const testing::Run run = testing::run_yaml(text.text());
  const std::atomic<bool> asked{true};
  const Stop stop = &asked;
  CHECK_THROWS_AS(simulation::PreparedRun(run.plan(), 1, stop), Interrupted);
  simulation::RunOptions options;
  options.stop = stop;
  CHECK_THROWS_AS(simulation::run(*run.prepared, options), Interrupted);
  CHECK_THROWS_AS(simulation::make_report(*run.prepared, run.outcome, stop), Interrupted);
  CHECK_THROWS_AS(simulation::replay(*run.prepared, 0, 0, {1, 2}, stop), Interrupted);
  const simulation::Report report = simulation::make_report(*run.prepared, run.outcome);
  const std::string path = (folder.path / "out.h5").string();
  CHECK_THROWS_AS(write_results({path, path, stop}, *run.prepared, run.outcome, report, {}), Interrupted);
  write_results({path, path}, *run.prepared, run.outcome, report, {});
  CHECK_THROWS_AS(verify(path, path, stop), Interrupted);
}

TEST_CASE("A number of a result that the disk has changed is found, in the first chunk or the last") {
  const TemporaryFolder folder;
  const testing::OneAsset text = one_call();
  std::string yaml = text.text();
  const std::string none = "worst_paths: 0";
  yaml.replace(yaml.find(none), none.size(), "worst_paths: 3");
  const testing::Run run = testing::run_yaml(yaml);
  const simulation::Report report = simulation::make_report(*run.prepared, run.outcome);
  const std::string path = (folder.path / "out.h5").string();
  write_results({path, path}, *run.prepared, run.outcome, report, {});
  std::ifstream in(path, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  REQUIRE_NOTHROW(verify(path, path));
  const double pnl = run.outcome.pnl(0, 0).front(), recorded = report.worst[0][1].track[0].back();
  for (const double number : {pnl, recorded}) {
    const std::size_t at =
        whole.find(std::string_view(reinterpret_cast<const char*>(&number), sizeof number));
    REQUIRE(at != std::string::npos);
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << changed;
    CHECK_THROWS_AS(verify(path, path), IoError);
  }
}
