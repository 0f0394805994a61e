#include <hdf5.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <vector>

#include "engine/core/errors.hpp"
#include "engine/output/hdf5_types.hpp"

namespace unhedged::output {
namespace {

/// The chunks a dataset is stored in, with a checksum each; rows where it is not.
std::vector<hsize_t> stored_in(Hdf5Id dataset, const std::vector<hsize_t>& size, const std::string& what) {
  constexpr hsize_t most = 65536;
  std::vector<hsize_t> chunk(size.size(), 1);
  chunk.back() = std::clamp<hsize_t>(size.back(), 1, most);
  Hdf5Handle layout(H5Dget_create_plist(dataset), H5Pclose, what);
  if (H5Pget_layout(layout.id()) == H5D_CHUNKED)
    require(H5Pget_chunk(layout.id(), static_cast<int>(chunk.size()), chunk.data()), what);
  return chunk;
}

/// The next of the chunks that fill `size`, last dimension first; false after the last.
bool next_chunk(const std::vector<hsize_t>& size, const std::vector<hsize_t>& chunk,
                std::vector<hsize_t>& start) {
  for (std::size_t k = size.size(); k-- > 0;) {
    start[k] += chunk[k];
    if (start[k] < size[k]) return true;
    start[k] = 0;
  }
  return false;
}

/// Reads one dataset chunk by chunk and drops it.
void read_all(Hdf5Id dataset, const std::string& what, Stop stop) {
  Hdf5Handle type(H5Dget_type(dataset), H5Tclose, what);
  Hdf5Handle space(H5Dget_space(dataset), H5Sclose, what);
  std::vector<hsize_t> size(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space.id())));
  require(H5Sget_simple_extent_dims(space.id(), size.data(), nullptr), what);
  if (H5Tis_variable_str(type.id()) > 0 || size.empty() || H5Dget_storage_size(dataset) == 0) return;
  const std::vector<hsize_t> chunk = stored_in(dataset, size, what);
  std::vector<hsize_t> start(size.size(), 0), count(size.size());
  const hsize_t elements = std::accumulate(chunk.begin(), chunk.end(), hsize_t{1}, std::multiplies<>());
  std::vector<char> buffer(elements * H5Tget_size(type.id()));
  do {
    stop.check();
    for (std::size_t k = 0; k < size.size(); ++k) count[k] = std::min(chunk[k], size[k] - start[k]);
    require(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr),
            what);
    Hdf5Handle memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose,
                      what);
    require(H5Dread(dataset, type.id(), memory.id(), space.id(), H5P_DEFAULT, buffer.data()), what);
  } while (next_chunk(size, chunk, start));
}

struct Visit {
  std::string path;
  std::vector<std::string> datasets;
};

herr_t collect(hid_t, const char* name, const H5O_info_t* info, void* data) {
  if (info->type == H5O_TYPE_DATASET) static_cast<Visit*>(data)->datasets.emplace_back(name);
  return 0;
}

}  // namespace

void verify(const std::string& path, const std::string& shown, Stop stop) {
  silence_hdf5();
  Hdf5Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, shown);
  Hdf5Handle mark(H5Aopen(file.id(), "complete", H5P_DEFAULT), H5Aclose, shown + "@complete");
  std::uint64_t complete = 0;
  require(H5Aread(mark.id(), H5T_NATIVE_UINT64, &complete), shown + "@complete");
  mark.close();
  if (complete != 1) throw IoError(shown, "is not marked complete");
  Visit visit{path, {}};
  require(H5Ovisit(file.id(), H5_INDEX_NAME, H5_ITER_NATIVE, collect, &visit), shown);
  for (const std::string& name : visit.datasets) {
    Hdf5Handle dataset(H5Dopen2(file.id(), name.c_str(), H5P_DEFAULT), H5Dclose, shown + "/" + name);
    read_all(dataset.id(), shown + "/" + name, stop);
    dataset.close();
  }
  file.close();
}

}  // namespace unhedged::output
