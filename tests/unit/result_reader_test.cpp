#include <hdf5.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>

#include "engine/core/errors.hpp"
#include "engine/output/report_data.hpp"
#include "engine/output/result_reader.hpp"
#include "engine/output/result_writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"

using namespace unhedged;
using namespace unhedged::output;
namespace fs = std::filesystem;

namespace {

const char* const kTwoWorlds = R"(
name: worlds
market: {assets: {A: {spot: 100, implied_vol: 20 %, half_spread: 5 bp, daily_volume: 1e4}}}
portfolio: [{instrument: call, asset: A, strike: 100, expiry: 30 d, quantity: -20}]
scenarios:
  - {name: calm, regimes: {r: {dynamics: {A: {model: gbm, volatility: 1 x}}}}}
  - name: crowd
    regimes: {r: {dynamics: {A: {model: gbm, volatility: 2 x}}}}
    feedback: {crowding: 3}
hedgers:
  daily: {model: black_scholes}
  slow: {model: black_scholes, rebalance: {every: 3 d}, latency: 1 d}
simulation: {horizon: 30 d, step: 1 d, paths: 700}
risk: {scenario_weights: {calm: 3, crowd: 1}}
output: {file: out.h5, worst_paths: 2}
)";

/// A result on the disk, and the run it is of.
class Written {
 public:
  explicit Written(const std::string& yaml) : run(testing::run_yaml(yaml)) {
    fs::create_directories(folder_);
    Provenance origin;
    origin.engine_version = "9.9";
    origin.inputs = {{"runs/a.yaml", yaml}, {"runs/book.csv", "x\ny"}, {"runs/book.csv", "x\ny"}};
    origin.overrides = {{"simulation.paths", "700"}, {"description", "a = b\nc"}};
    write_results({path(), path()}, *run.prepared, run.outcome,
                  simulation::make_report(*run.prepared, run.outcome), origin);
  }
  ~Written() { fs::remove_all(folder_); }
  Written(const Written&) = delete;
  Written& operator=(const Written&) = delete;

  std::string path() const { return (folder_ / "out.h5").string(); }

  testing::Run run;

 private:
  fs::path folder_ = fs::temp_directory_path() / ("unhedged_reader_" + std::to_string(::getpid()));
};

std::string refusal(const std::string& path) {
  try {
    const ResultFile result(path);
  } catch (const IoError& error) {
    return error.what();
  }
  return "";
}

/// Whether something of the file is refused when all of it is read.
bool is_refused(const std::string& path) {
  try {
    const ReportSource report(path);
    const ResultFile result(path);
    result.inputs();
    for (const std::string& name : result.file().datasets()) {
      if (result.file().role_of(name) == Hdf5Reader::Role::data) result.file().dimensions_of(name);
      if (result.file().type_of(name) == ElementType::text) result.file().texts(name);
    }
  } catch (const IoError&) {
    return true;
  }
  return false;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// What HDF5 stores in the place of a text: length, address and index.
using Reference = std::array<unsigned char, 16>;

herr_t leave(hid_t, hid_t, H5T_cdata_t* about, std::size_t, std::size_t, std::size_t, void*, void*, hid_t) {
  about->need_bkg = H5T_BKG_NO;
  return 0;
}

/// The file with an attribute whose reference says another length than its text has; everything else of it,
/// checksums included, is as HDF5 writes it.
void shorten_attribute(const std::string& path, const char* name, unsigned char length) {
  const std::string text(100'000, 'x');
  const char* pointer = text.c_str();
  const hid_t bytes = H5Tcreate(H5T_OPAQUE, sizeof(Reference)), type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, H5T_VARIABLE);
  REQUIRE(H5Tregister(H5T_PERS_SOFT, "out", type, bytes, leave) >= 0);
  REQUIRE(H5Tregister(H5T_PERS_SOFT, "in", bytes, type, leave) >= 0);
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), space = H5Screate(H5S_SCALAR);
  H5Adelete(file, name);
  const hid_t made = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  REQUIRE(H5Awrite(made, type, &pointer) >= 0);
  Reference reference{};
  REQUIRE(H5Aread(made, bytes, reference.data()) >= 0);
  std::uint32_t stored = 0;
  std::memcpy(&stored, reference.data(), sizeof stored);
  REQUIRE(stored == text.size());
  if (length > 0) {
    std::memset(reference.data(), 0, sizeof stored);
    reference[0] = length;
    REQUIRE(H5Awrite(made, bytes, reference.data()) >= 0);
  }
  H5Aclose(made);
  H5Sclose(space);
  H5Fclose(file);
  H5Tunregister(H5T_PERS_SOFT, "out", type, bytes, leave);
  H5Tunregister(H5T_PERS_SOFT, "in", bytes, type, leave);
  H5Tclose(type);
  H5Tclose(bytes);
}

std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }

}  // namespace

TEST_CASE("A result that is read is the result that was written") {
  const Written written(kTwoWorlds);
  const ResultFile result(written.path());
  CHECK(result.scenarios() == std::vector<std::string>{"calm", "crowd"});
  CHECK(result.hedgers() == std::vector<std::string>{"daily", "slow", "unhedged"});
  CHECK((result.hedges(0) && result.hedges(1) && !result.hedges(2)));
  CHECK(result.levels() == std::vector<double>{0.95, 0.99});
  CHECK(result.states_weights());
  CHECK((result.scenario_weight(0) == 3 && result.scenario_weight(1) == 1));
  REQUIRE(result.path_spans().size() == 1);
  CHECK((result.path_spans()[0].first == 0 && result.path_spans()[0].count == 700));
  for (std::size_t s = 0; s < 2; ++s)
    for (std::size_t h = 0; h < 3; ++h) {
      const auto pnl = written.run.outcome.pnl(s, h);
      CHECK(result.pnl(s, h) == std::vector<double>(pnl.begin(), pnl.end()));
    }
  const simulation::Report report = simulation::make_report(*written.run.prepared, written.run.outcome);
  const risk::Estimate there = report.at(1, 0, "es_95"), read = result.summary(1, 0, "es_95");
  CHECK((read.value == there.value && read.lower == there.lower &&
         read.standard_error == there.standard_error));
  CHECK(result.summary(1, 0, "worst_loss").known == risk::Known::value);
  CHECK(result.text("engine_version") == "9.9");
  const auto inputs = result.inputs();
  REQUIRE(inputs.size() == 2);  // a file that was read twice stands there once
  CHECK(inputs[0] == std::pair<std::string, std::string>("runs/a.yaml", kTwoWorlds));
  CHECK(inputs[1] == std::pair<std::string, std::string>("runs/book.csv", "x\ny"));
  CHECK(result.overrides() == std::vector<std::pair<std::string, std::string>>{{"simulation.paths", "700"},
                                                                               {"description", "a = b\nc"}});
}

TEST_CASE("A path that is replayed has the P&L of the run to the bit, in every world") {
  const testing::Run run = testing::run_yaml(kTwoWorlds);
  const std::vector<std::uint64_t> paths{699, 3, 256, 255, 0};
  for (std::size_t s = 0; s < 2; ++s)
    for (std::size_t h = 0; h < 3; ++h) {
      const simulation::PathRecord record = simulation::replay(*run.prepared, s, h, paths);
      for (std::size_t i = 0; i < paths.size(); ++i) {
        CHECK(bits(record.pnl[i]) == bits(run.outcome.pnl(s, h)[paths[i]]));
        CHECK(std::abs(record.at("pnl_so_far", i, 30, 0) - record.pnl[i]) < 1e-9);
      }
    }
}

TEST_CASE("What was cut off at any place is refused, and says that it is no whole result") {
  const Written written(kTwoWorlds);
  std::ifstream in(written.path(), std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  for (const double share : {0.0, 0.001, 0.1, 0.5, 0.9, 0.999}) {
    std::ofstream(written.path(), std::ios::binary | std::ios::trunc)
        << whole.substr(0, static_cast<std::size_t>(share * static_cast<double>(whole.size())));
    const std::string why = refusal(written.path());
    CAPTURE(share, why);
    CHECK((contains(why, "truncated") || contains(why, "not HDF5")));
  }
}

TEST_CASE("Heaps of texts whose sizes do not fit are refused before HDF5 copies so many bytes") {
  const Written written(kTwoWorlds);
  CHECK_FALSE(is_refused(written.path()));
  std::ifstream in(written.path(), std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}}, heap("GCOL\1", 5);
  std::size_t heaps = 0;
  for (std::size_t at = whole.find(heap); at != std::string::npos; at = whole.find(heap, at + 1), ++heaps)
    for (const std::size_t byte : {9, 15, 25, 28, 31}) {  // of the size of the heap, and of its first text
      std::string damaged = whole;
      damaged[at + byte] = static_cast<char>(damaged[at + byte] ^ 0x60);
      std::ofstream(written.path(), std::ios::binary | std::ios::trunc) << damaged;
      CAPTURE(at, byte);
      CHECK(is_refused(written.path()));
    }
  CHECK(heaps > 1);
}

TEST_CASE("A text attribute that says another length than its text has is refused before HDF5 copies it") {
  const Written written(kTwoWorlds);
  shorten_attribute(written.path(), "description", 0);  // as it is
  CHECK(ResultFile(written.path()).text("description").size() == 100'000);
  shorten_attribute(written.path(), "description", 3);
  CHECK_THROWS_AS(ResultFile(written.path()).text("description"), IoError);
}
