// Any file as a result: all that reports, comparisons and exports read of it is read, or it is refused;
// nothing else may happen. The first byte says whether the rest is the file as it is, or what is done to a
// sound one. usage: ./bootstrap fuzz [SECONDS]     or  build/asan/unhedged_fuzz_result
// tests/fuzz/corpus/result
#include <hdf5.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "engine/core/errors.hpp"
#include "engine/output/hdf5_types.hpp"
#include "engine/output/report_data.hpp"
#include "engine/output/result_writer.hpp"
#include "tests/fuzz/memory_file.hpp"
#include "tests/support/run_yaml.hpp"

using namespace unhedged;
using namespace unhedged::output;

/// HDF5 leaks a little of a file that it refuses; every other leak is a find.
// NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5"; }

namespace {

const char* const kRun = R"(
name: fuzz
market: {assets: {A: {spot: 100, implied_vol: 20 %}}}
portfolio: [{instrument: call, asset: A, strike: 100, expiry: 30 d, quantity: -1}]
scenarios: [{name: s, regimes: {r: {dynamics: {A: {model: gbm, volatility: 1 x}}}}}]
hedgers: {h: {model: black_scholes}}
simulation: {horizon: 2 d, step: 1 d, paths: 4}
output: {file: out.h5, worst_paths: 1}
)";

/// A sound result, and the names of what is in it.
struct Base {
  Base() {
    const testing::Run run = testing::run_yaml(kRun);
    Provenance origin;
    origin.inputs = {{"fuzz.yaml", kRun}};
    origin.overrides = {{"simulation.paths", "4"}};
    MemoryFile file;
    write_results({file.path(), "fuzz"}, *run.prepared, run.outcome,
                  simulation::make_report(*run.prepared, run.outcome), origin);
    bytes = file.read();
    const Hdf5Reader reader(file.path());
    objects = reader.datasets();
    for (const std::string& group : reader.groups())
      if (group != "/") objects.push_back(group);
    attributes = reader.attributes_of("/");
  }
  std::string bytes;
  std::vector<std::string> objects, attributes;
};

const Base& base() {
  static const Base made;
  return made;
}

/// A size between nothing and more than there is.
hsize_t size_of(Bytes& bytes) {
  const unsigned word = bytes.one();
  return word < 128 ? word : hsize_t{1} << (word % 63);
}

void replace(hid_t file, const std::string& name, Bytes& bytes) {
  const hid_t types[] = {H5T_NATIVE_DOUBLE, H5T_NATIVE_UINT64, H5T_NATIVE_UINT8, H5T_NATIVE_FLOAT,
                         H5T_NATIVE_INT16};
  const hid_t text = H5Tcopy(H5T_C_S1);
  H5Tset_size(text, H5T_VARIABLE);
  const unsigned kind = bytes.one() % 6;
  const hid_t type = kind == 5 ? text : types[kind];
  hsize_t sizes[3] = {}, chunk[3] = {1, 1, 8}, most[3] = {H5S_UNLIMITED, H5S_UNLIMITED, H5S_UNLIMITED};
  const int rank = 1 + bytes.one() % 3;
  for (hsize_t& size : sizes) size = size_of(bytes);
  H5Ldelete(file, name.c_str(), H5P_DEFAULT);
  const hid_t space = H5Screate_simple(rank, sizes, most), layout = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(layout, rank, chunk);
  if (bytes.one() % 8 != 0) H5Pset_fletcher32(layout);
  const hid_t made = H5Dcreate2(file, name.c_str(), type, space, H5P_DEFAULT, layout, H5P_DEFAULT);
  for (const hid_t object : {made, space, layout, text})
    if (object >= 0) H5Idec_ref(object);
}

void set_text(hid_t file, const std::string& name, Bytes& bytes) {
  const std::string text(bytes.some(bytes.one() % 64));
  const char* pointer = text.c_str();
  const hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
  H5Tset_size(type, H5T_VARIABLE);
  H5Adelete(file, name.c_str());
  const hid_t made = H5Acreate2(file, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT);
  if (made >= 0) H5Awrite(made, type, &pointer);
  for (const hid_t object : {made, space, type})
    if (object >= 0) H5Idec_ref(object);
}

void set_number(hid_t file, const std::string& name, Bytes& bytes) {
  const hsize_t value = size_of(bytes);
  const hid_t space = H5Screate(H5S_SCALAR);
  H5Adelete(file, name.c_str());
  const hid_t made = H5Acreate2(file, name.c_str(), H5T_NATIVE_UINT64, space, H5P_DEFAULT, H5P_DEFAULT);
  if (made >= 0) H5Awrite(made, H5T_NATIVE_UINT64, &value);
  for (const hid_t object : {made, space})
    if (object >= 0) H5Idec_ref(object);
}

void edit_once(hid_t file, Bytes& bytes) {
  const auto pick = [&](const std::vector<std::string>& names) { return names[bytes.one() % names.size()]; };
  const unsigned what = bytes.one() % 9;
  const std::string object = pick(base().objects);
  if (what == 0) H5Ldelete(file, object.c_str(), H5P_DEFAULT);
  if (what == 1) replace(file, object, bytes);
  if (what == 2) H5Lmove(file, object.c_str(), file, pick(base().objects).c_str(), H5P_DEFAULT, H5P_DEFAULT);
  if (what == 3) set_text(file, pick(base().attributes), bytes);
  if (what == 4) set_number(file, pick(base().attributes), bytes);
  if (what == 5) H5Lcreate_hard(file, object.c_str(), file, "/inputs/more", H5P_DEFAULT, H5P_DEFAULT);
  if (what == 6) H5Lcreate_soft("/pnl", file, "/more", H5P_DEFAULT, H5P_DEFAULT);
  if (what == 7) H5Lcreate_external("/etc/passwd", "/", file, "/other", H5P_DEFAULT, H5P_DEFAULT);
  if (what == 8) {
    const hid_t dataset = H5Dopen2(file, object.c_str(), H5P_DEFAULT);
    if (dataset >= 0) set_number(dataset, "stated", bytes), H5Dclose(dataset);
  }
}

/// The sound result with edits that HDF5 makes, and bytes that are changed after that.
std::string edited(Bytes bytes) {
  MemoryFile file;
  file.write(base().bytes);
  const hid_t handle = H5Fopen(file.path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  for (unsigned edits = bytes.one() % 6; handle >= 0 && edits > 0; --edits) edit_once(handle, bytes);
  if (handle >= 0) H5Fclose(handle);
  std::string out = file.read();
  while (!bytes.empty() && !out.empty()) {
    const std::size_t at = bytes.one() + (std::size_t{bytes.one()} << 8) + (std::size_t{bytes.one()} << 16);
    out[at % out.size()] ^= static_cast<char>(bytes.one());
  }
  return out;
}

/// What commands read of a result.
void read_all(const std::string& path) {
  const ResultFile result(path);
  for (std::size_t s = 0; s < result.scenarios().size(); ++s)
    for (std::size_t h = 0; h < result.hedgers().size(); ++h) {
      result.pnl(s, h);
      for (const std::string& metric : result.metrics()) result.summary(s, h, metric);
    }
  result.inputs();
  result.overrides();
  const Hdf5Reader& file = result.file();
  for (const std::string& name : file.datasets()) {
    file.attributes_of(name);
    if (file.role_of(name) == Hdf5Reader::Role::data) file.dimensions_of(name);
    if (file.type_of(name) == ElementType::float64) file.numbers(name);
    if (file.type_of(name) == ElementType::text) file.texts(name);
  }
  const ReportSource report(path);
  report.recorded(0, 0, 0, {"spot"});
}

}  // namespace

/// The sound result takes longer than any input: it is made before they are timed.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  silence_hdf5();
  base();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static MemoryFile file;
  Bytes bytes(data, size);
  file.write(bytes.one() % 2 == 0 ? std::string(bytes.rest()) : edited(bytes));
  try {
    read_all(file.path());
  } catch (const IoError&) {
  }
  return 0;
}
