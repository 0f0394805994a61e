#include <hdf5.h>
#include <hdf5_hl.h>

#include "engine/core/errors.hpp"
#include "engine/output/hdf5_reader.hpp"
#include "engine/output/hdf5_types.hpp"

/// What a file holds, for those who take all of it.
namespace unhedged::output {
namespace {

Hdf5Handle open_dataset(Hdf5Id file, const std::string& name, const std::string& what) {
  return {H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose, what};
}

/// The name of the scale that is shown; the iteration ends there.
herr_t keep_name(hid_t, unsigned, hid_t scale, void* out) {
  char name[256] = "";
  if (H5Iget_name(scale, name, sizeof name) < 0) return -1;
  *static_cast<std::string*>(out) = name;
  return 1;
}

herr_t keep_attribute(hid_t, const char* name, const H5A_info_t*, void* out) {
  static_cast<std::vector<std::string>*>(out)->emplace_back(name);
  return 0;
}

}  // namespace

std::vector<std::string> Hdf5Reader::datasets() const {
  std::vector<std::string> out;
  for (const auto& [name, sizes] : sizes_)
    if (!sizes.empty()) out.push_back(name);
  return out;
}

std::vector<std::string> Hdf5Reader::groups() const {
  std::vector<std::string> out{"/"};
  for (const auto& [name, sizes] : sizes_)
    if (sizes.empty()) out.push_back(name);
  return out;
}

ElementType Hdf5Reader::type_of(const std::string& name) const {
  const std::string what = path_ + name;
  Hdf5Handle dataset = open_dataset(handle_.id(), name, what);
  Hdf5Handle type(H5Dget_type(dataset.id()), H5Tclose, what);
  if (H5Tis_variable_str(type.id()) > 0) return ElementType::text;
  if (H5Tget_class(type.id()) == H5T_FLOAT) return ElementType::float64;
  return H5Tget_size(type.id()) == 1 ? ElementType::uint8 : ElementType::uint64;
}

Hdf5Reader::Role Hdf5Reader::role_of(const std::string& name) const {
  Hdf5Handle dataset = open_dataset(handle_.id(), name, path_ + name);
  if (H5DSis_scale(dataset.id()) <= 0) return Role::data;
  char label[32] = "";
  H5DSget_scale_name(dataset.id(), label, sizeof label);
  const bool bare = std::string(label).starts_with("This is a netCDF dimension");
  return bare ? Role::dimension_without_values : Role::dimension;
}

std::vector<std::string> Hdf5Reader::dimensions_of(const std::string& name) const {
  const std::string what = path_ + name;
  Hdf5Handle dataset = open_dataset(handle_.id(), name, what);
  const std::vector<std::uint64_t>& size = sizes(name);
  std::vector<std::string> out(size.size());
  for (std::size_t k = 0; k < out.size(); ++k) {
    H5DSiterate_scales(dataset.id(), static_cast<unsigned>(k), nullptr, keep_name, &out[k]);
    const auto scale = sizes_.find(out[k]);
    if (scale == sizes_.end() || scale->second != std::vector<std::uint64_t>{size[k]})
      throw IoError(what, "has a dimension that is not in the file, or is of another size");
  }
  return out;
}

std::vector<std::string> Hdf5Reader::attributes_of(const std::string& object) const {
  std::vector<std::string> out;
  Hdf5Handle opened(H5Oopen(handle_.id(), object.c_str(), H5P_DEFAULT), H5Oclose, path_ + object);
  require(H5Aiterate2(opened.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, keep_attribute, &out),
          path_ + object);
  return out;
}

}  // namespace unhedged::output
