#include "engine/output/hdf5_reader.hpp"

#include <hdf5.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "engine/core/errors.hpp"
#include "engine/output/hdf5_types.hpp"

namespace unhedged::output {
namespace {

/// What is wrong before HDF5 is asked, in words a user can act on.
void require_readable(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error))
    throw IoError(path, "is a directory; a result file is expected");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw IoError(path, std::string("cannot be read: ") + std::strerror(errno));
  if (H5Fis_hdf5(path.c_str()) <= 0)
    throw IoError(path,
                  "is no HDF5 file (or its beginning is damaged); a result of `unhedged run` is expected");
}

Hdf5Handle open_file(const std::string& path) {
  silence_hdf5();
  require_readable(path);
  const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (id < 0) throw IoError(path, "cannot be opened, it is not whole: " + hdf5_reason());
  return {id, H5Fclose, path};
}

std::vector<hsize_t> extent(Hdf5Id space, const std::string& what) {
  std::vector<hsize_t> size(static_cast<std::size_t>(std::max(0, H5Sget_simple_extent_ndims(space))));
  if (!size.empty()) require(H5Sget_simple_extent_dims(space, size.data(), nullptr), what);
  return size;
}

/// Texts of variable length, which the library allocates.
std::vector<std::string> taken(const std::vector<char*>& pointers, Hdf5Id type, Hdf5Id space) {
  std::vector<std::string> out;
  for (const char* text : pointers) out.emplace_back(text == nullptr ? "" : text);
  H5Dvlen_reclaim(type, space, H5P_DEFAULT, const_cast<char**>(pointers.data()));
  return out;
}

herr_t collect_name(hid_t, const char* name, const H5A_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

}  // namespace

Hdf5Reader::Hdf5Reader(const std::string& path) : path_(path), handle_(open_file(path)) {}

bool Hdf5Reader::has(const std::string& object) const {
  for (std::size_t slash = object.find('/', 1);; slash = object.find('/', slash + 1)) {
    const std::string part = object.substr(0, slash);
    if (part != "/" && H5Lexists(handle_.id(), part.c_str(), H5P_DEFAULT) <= 0) return false;
    if (slash == std::string::npos) return true;
  }
}

bool Hdf5Reader::has_attribute(const std::string& object, const std::string& name) const {
  return H5Aexists_by_name(handle_.id(), object.c_str(), name.c_str(), H5P_DEFAULT) > 0;
}

Hdf5Handle Hdf5Reader::dataset(const std::string& name) const {
  if (!has(name))
    throw IoError(path_, "has no dataset " + name + ": it is not whole, or not a result of unhedged");
  return {H5Dopen2(handle_.id(), name.c_str(), H5P_DEFAULT), H5Dclose, path_ + name};
}

Hdf5Handle Hdf5Reader::attribute(const std::string& object, const std::string& name) const {
  if (!has(object) || !has_attribute(object, name))
    throw IoError(path_, "has no attribute " + name + " of " + object + ": it is not a result of unhedged");
  return {H5Aopen_by_name(handle_.id(), object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
          path_ + object + "@" + name};
}

std::vector<std::uint64_t> Hdf5Reader::shape(const std::string& name) const {
  const Hdf5Handle set = dataset(name);
  const Hdf5Handle space(H5Dget_space(set.id()), H5Sclose, path_ + name);
  const std::vector<hsize_t> size = extent(space.id(), path_ + name);
  return {size.begin(), size.end()};
}

void Hdf5Reader::require_shape(const std::string& name, const std::vector<std::uint64_t>& wanted) const {
  const auto text = [](const std::vector<std::uint64_t>& sizes) {
    std::string out;
    for (const std::uint64_t n : sizes) out += (out.empty() ? "" : " x ") + std::to_string(n);
    return out;
  };
  const std::vector<std::uint64_t> found = shape(name);
  if (found != wanted)
    throw IoError(path_,
                  "its dataset " + name + " is " + text(found) + ", and " + text(wanted) + " is expected");
}

std::vector<double> Hdf5Reader::numbers(const std::string& name,
                                        const std::vector<std::uint64_t>& leading) const {
  const std::string what = path_ + name;
  const Hdf5Handle set = dataset(name);
  const Hdf5Handle space(H5Dget_space(set.id()), H5Sclose, what);
  std::vector<hsize_t> count = extent(space.id(), what), start(count.size(), 0);
  for (std::size_t k = 0; k < leading.size(); ++k) {
    if (k >= count.size() || leading[k] >= count[k])
      throw IoError(path_, "its dataset " + name + " is too small");
    start[k] = leading[k];
    count[k] = 1;
  }
  hsize_t elements = 1;
  for (const hsize_t n : count) elements *= n;
  std::vector<double> out(elements);
  if (out.empty()) return out;
  require(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr),
          what);
  const Hdf5Handle memory(H5Screate_simple(1, &elements, nullptr), H5Sclose, what);
  require(H5Dread(set.id(), H5T_NATIVE_DOUBLE, memory.id(), space.id(), H5P_DEFAULT, out.data()), what);
  return out;
}

std::vector<std::string> Hdf5Reader::texts(const std::string& name) const {
  const std::string what = path_ + name;
  const Hdf5Handle set = dataset(name), type = text_type(what);
  const Hdf5Handle space(H5Dget_space(set.id()), H5Sclose, what);
  std::vector<char*> pointers(
      static_cast<std::size_t>(std::max<hssize_t>(0, H5Sget_simple_extent_npoints(space.id()))));
  require(H5Dread(set.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()), what);
  return taken(pointers, type.id(), space.id());
}

std::string Hdf5Reader::text_attribute(const std::string& object, const std::string& name) const {
  const std::string what = path_ + object + "@" + name;
  const Hdf5Handle source = attribute(object, name), type = text_type(what);
  const Hdf5Handle space(H5Aget_space(source.id()), H5Sclose, what);
  if (H5Sget_simple_extent_npoints(space.id()) != 1)
    throw IoError(path_, "its attribute " + name + " is no text");
  std::vector<char*> pointer(1);
  require(H5Aread(source.id(), type.id(), pointer.data()), what);
  return taken(pointer, type.id(), space.id()).front();
}

double Hdf5Reader::number_attribute(const std::string& object, const std::string& name) const {
  double value = 0;
  require(H5Aread(attribute(object, name).id(), H5T_NATIVE_DOUBLE, &value), path_ + object + "@" + name);
  return value;
}

std::uint64_t Hdf5Reader::count_attribute(const std::string& object, const std::string& name) const {
  std::uint64_t value = 0;
  require(H5Aread(attribute(object, name).id(), H5T_NATIVE_UINT64, &value), path_ + object + "@" + name);
  return value;
}

std::vector<std::string> Hdf5Reader::attribute_names(const std::string& object) const {
  if (!has(object))
    throw IoError(path_, "has no group " + object + ": it is not whole, or not a result of unhedged");
  const Hdf5Handle source(H5Oopen(handle_.id(), object.c_str(), H5P_DEFAULT), H5Oclose, path_ + object);
  std::vector<std::string> names;
  require(H5Aiterate2(source.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, collect_name, &names),
          path_ + object);
  std::ranges::sort(names);
  return names;
}

}  // namespace unhedged::output
