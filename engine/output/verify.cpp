#include <hdf5.h>

#include <vector>

#include "engine/core/errors.hpp"
#include "engine/output/hdf5_types.hpp"

namespace unhedged::output {
namespace {

/// Reads one dataset chunk row by chunk row and drops it.
void read_all(Hdf5Id dataset, const std::string& what, Stop stop) {
  Hdf5Handle type(H5Dget_type(dataset), H5Tclose, what);
  Hdf5Handle space(H5Dget_space(dataset), H5Sclose, what);
  std::vector<hsize_t> size(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space.id())));
  require(H5Sget_simple_extent_dims(space.id(), size.data(), nullptr), what);
  if (H5Tis_variable_str(type.id()) > 0 || size.empty() || H5Dget_storage_size(dataset) == 0) return;
  std::vector<hsize_t> start(size.size(), 0), count(size.size(), 1);
  constexpr hsize_t most = 65536;
  std::vector<char> buffer(most * H5Tget_size(type.id()));
  const std::size_t last = size.size() - 1;
  while (start[0] < size[0]) {
    stop.check();
    count[last] = std::min(most, size[last] - start[last]);
    require(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr),
            what);
    Hdf5Handle memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose,
                      what);
    require(H5Dread(dataset, type.id(), memory.id(), space.id(), H5P_DEFAULT, buffer.data()), what);
    start[last] += count[last];
    for (std::size_t k = last; k > 0 && start[k] >= size[k]; --k) {
      start[k] = 0;
      ++start[k - 1];
    }
  }
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
