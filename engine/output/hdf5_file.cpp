#include "engine/output/hdf5_file.hpp"

#include <hdf5.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "engine/core/errors.hpp"
#include "engine/output/hdf5_types.hpp"

namespace unhedged::output {
namespace {

constexpr std::uint64_t kChunkElements = 65536;

/// Elements written between two looks at the stop: whole chunks, some milliseconds.
constexpr std::uint64_t kPieceElements = 64 * kChunkElements;

/// Chunks run along the last dimensions; at least one element.
std::vector<hsize_t> chunk_of(const std::vector<hsize_t>& sizes) {
  std::vector<hsize_t> chunk(sizes.size(), 1);
  std::uint64_t room = kChunkElements;
  for (std::size_t k = sizes.size(); k-- > 0 && room > 1;) {
    chunk[k] = std::clamp<std::uint64_t>(sizes[k], 1, room);
    room /= chunk[k];
  }
  return chunk;
}

/// HDF5 has no filters for text of variable length; everything else gets checksums.
Hdf5Handle layout_of(ElementType type, const std::vector<hsize_t>& sizes, const std::string& what) {
  Hdf5Handle plist(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, what);
  if (type == ElementType::text) return plist;
  const std::vector<hsize_t> chunk = chunk_of(sizes);
  require(H5Pset_chunk(plist.id(), static_cast<int>(chunk.size()), chunk.data()), what);
  require(H5Pset_fletcher32(plist.id()), what);
  return plist;
}

Hdf5Handle create_file(const std::string& path, const std::string& shown) {
  silence_hdf5();
  Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, shown);
  require(H5Pset_libver_bounds(access.id(), H5F_LIBVER_V18, H5F_LIBVER_LATEST), shown);
  Hdf5Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose, shown);
  // Texts of configurations may exceed the 64 KiB an attribute has room for in the header.
  require(H5Pset_attr_phase_change(creation.id(), 0, 0), shown);
  return {H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.id(), access.id()), H5Fclose, shown};
}

/// Part of a dataset.
struct Block {
  std::vector<hsize_t> start, count;
};

hsize_t elements(const std::vector<hsize_t>& count) {
  hsize_t product = 1;
  for (const hsize_t n : count) product *= n;
  return product;
}

/// What lies behind the first indices.
Block block_of(Hdf5Id space, const std::vector<std::uint64_t>& leading, const std::string& what) {
  Block block;
  block.count.resize(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space)));
  require(H5Sget_simple_extent_dims(space, block.count.data(), nullptr), what);
  block.start.assign(block.count.size(), 0);
  for (std::size_t k = 0; k < leading.size(); ++k) {
    block.start[k] = leading[k];
    block.count[k] = 1;
  }
  return block;
}

/// What is converted while it is written goes through a buffer, which the library clears: 1 MiB, if it is not
/// told otherwise, for each of many small tables.
constexpr std::size_t kConversionBytes = 1 << 14;

void write_block(Hdf5Id dataset, Hdf5Id space, const Block& block, Hdf5Id type, const void* data,
                 const std::string& what) {
  const hsize_t* start = block.start.data();
  const hsize_t* count = block.count.data();
  require(H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nullptr, count, nullptr), what);
  Hdf5Handle memory(H5Screate_simple(static_cast<int>(block.count.size()), count, nullptr), H5Sclose, what);
  Hdf5Handle transfer(H5Pcreate(H5P_DATASET_XFER), H5Pclose, what);
  require(H5Pset_buffer(transfer.id(), kConversionBytes, nullptr, nullptr), what);
  require(H5Dwrite(dataset, type, memory.id(), space, transfer.id(), data), what);
}

}  // namespace

double stored_bytes(ElementType type, const std::vector<std::uint64_t>& sizes) {
  const std::vector<hsize_t> size(sizes.begin(), sizes.end()), chunk = chunk_of(size);
  double elements_stored = 1;
  for (std::size_t k = 0; k < size.size(); ++k) {
    const double width = static_cast<double>(chunk[k]);
    elements_stored *= width * std::ceil(static_cast<double>(size[k]) / width);
  }
  return elements_stored * (type == ElementType::uint8 ? 1 : 8);
}

Hdf5Handle::Hdf5Handle(Hdf5Id id, Close close_with, const std::string& what)
    : id_(id), close_(close_with), what_(what) {
  if (id_ < 0) throw IoError(what_, "cannot be stored or read back: " + hdf5_reason());
}

Hdf5Handle::Hdf5Handle(Hdf5Handle&& other) noexcept
    : id_(std::exchange(other.id_, -1)), close_(other.close_), what_(std::move(other.what_)) {}

Hdf5Handle::~Hdf5Handle() {
  if (id_ >= 0) close_(id_);
}

void Hdf5Handle::close() { require(close_(std::exchange(id_, -1)), what_); }

Hdf5Writer::Hdf5Writer(const std::string& path, const std::string& shown, Stop stop)
    : shown_(shown), stop_(stop), handle_(create_file(path, shown)) {}

void Hdf5Writer::group(const std::string& path) {
  Hdf5Handle(H5Gcreate2(handle_.id(), path.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose,
             shown_ + path)
      .close();
}

void Hdf5Writer::rename_unit(const std::string& word, const std::string& name) {
  unit_word_ = word;
  unit_name_ = name;
}

std::string Hdf5Writer::renamed(const std::string& units) const {
  const bool is_it = !unit_word_.empty() && units.starts_with(unit_word_);
  return is_it ? unit_name_ + units.substr(unit_word_.size()) : units;
}

void Hdf5Writer::create(const VariableInfo& info) {
  const std::string what = shown_ + info.path;
  std::vector<hsize_t> size;
  for (const Dimension& dimension : info.dimensions) size.push_back(dimension.size);
  Hdf5Handle space(H5Screate_simple(static_cast<int>(size.size()), size.data(), nullptr), H5Sclose, what);
  Hdf5Handle layout = layout_of(info.type, size, what);
  Hdf5Handle text = text_type(what);
  const hid_t type = info.type == ElementType::float64  ? H5T_IEEE_F64LE
                     : info.type == ElementType::uint8  ? H5T_STD_U8LE
                     : info.type == ElementType::uint64 ? H5T_STD_U64LE
                                                        : text.id();
  Hdf5Handle dataset(
      H5Dcreate2(handle_.id(), info.path.c_str(), type, space.id(), H5P_DEFAULT, layout.id(), H5P_DEFAULT),
      H5Dclose, what);
  for (std::size_t k = 0; k < info.dimensions.size(); ++k) {
    if (info.dimensions[k].path == info.path) continue;  // a scale is its own dimension
    Hdf5Handle scale(H5Dopen2(handle_.id(), info.dimensions[k].path.c_str(), H5P_DEFAULT), H5Dclose, what);
    require(H5DSattach_scale(dataset.id(), scale.id(), static_cast<unsigned>(k)), what);
    scale.close();
  }
  dataset.close();
  attribute(info.path, "units", renamed(info.units));
  attribute(info.path, "long_name", info.long_name);
}

void Hdf5Writer::make_scale(const std::string& path, const std::string& name) {
  Hdf5Handle dataset(H5Dopen2(handle_.id(), path.c_str(), H5P_DEFAULT), H5Dclose, shown_ + path);
  require(H5DSset_scale(dataset.id(), name.c_str()), shown_ + path);
  dataset.close();
}

Dimension Hdf5Writer::text_dimension(const std::string& path, const std::vector<std::string>& values,
                                     const std::string& long_name) {
  Dimension dimension{path, values.size()};
  create({path, ElementType::text, {dimension}, "", long_name});
  write_text(path, values);
  make_scale(path, path.substr(path.rfind('/') + 1));
  return dimension;
}

Dimension Hdf5Writer::number_dimension(const std::string& path, const std::vector<double>& values,
                                       const std::string& units, const std::string& long_name) {
  Dimension dimension{path, values.size()};
  create({path, ElementType::float64, {dimension}, units, long_name});
  write(path, {}, values.data());
  make_scale(path, path.substr(path.rfind('/') + 1));
  return dimension;
}

Dimension Hdf5Writer::bare_dimension(const std::string& path, std::uint64_t size) {
  Dimension dimension{path, size};
  create({path, ElementType::uint8, {dimension}, "", "index"});
  char name[96];  // the words by which readers of netCDF know a dimension without values
  std::snprintf(name, sizeof name, "This is a netCDF dimension but not a netCDF variable.%10llu",
                static_cast<unsigned long long>(size));
  make_scale(path, name);
  return dimension;
}

/// In pieces along the first dimension that is not fixed, each of them looked at the stop before.
void Hdf5Writer::write_raw(const std::string& path, const std::vector<std::uint64_t>& leading, Hdf5Id type,
                           const void* data) {
  const std::string what = shown_ + path;
  Hdf5Handle dataset(H5Dopen2(handle_.id(), path.c_str(), H5P_DEFAULT), H5Dclose, what);
  Hdf5Handle space(H5Dget_space(dataset.id()), H5Sclose, what);
  Block block = block_of(space.id(), leading, what);
  const std::size_t free = std::min(leading.size(), block.count.size() - 1);
  const hsize_t rows = block.count[free], row = elements(block.count) / std::max<hsize_t>(1, rows);
  const hsize_t piece = std::max<hsize_t>(1, kPieceElements / std::max<hsize_t>(1, row));
  const std::size_t row_bytes = row * H5Tget_size(type);
  for (hsize_t done = 0; done < rows; done += piece) {
    stop_.check();
    block.start[free] = leading.size() > free ? leading[free] : done;
    block.count[free] = std::min(piece, rows - done);
    write_block(dataset.id(), space.id(), block, type, static_cast<const char*>(data) + done * row_bytes,
                what);
  }
  dataset.close();
}

void Hdf5Writer::write(const std::string& path, const std::vector<std::uint64_t>& leading,
                       const double* data) {
  write_raw(path, leading, H5T_NATIVE_DOUBLE, data);
}

void Hdf5Writer::write(const std::string& path, const std::vector<std::uint64_t>& leading,
                       const std::uint8_t* data) {
  write_raw(path, leading, H5T_NATIVE_UINT8, data);
}

void Hdf5Writer::write(const std::string& path, const std::vector<std::uint64_t>& leading,
                       const std::uint64_t* data) {
  write_raw(path, leading, H5T_NATIVE_UINT64, data);
}

void Hdf5Writer::write_text(const std::string& path, const std::vector<std::string>& values) {
  std::vector<const char*> pointers;
  for (const std::string& value : values) pointers.push_back(value.c_str());
  write_raw(path, {}, text_type(shown_ + path).id(), pointers.data());
}

void Hdf5Writer::attribute(const std::string& object, const std::string& name, const std::string& value) {
  const char* text = value.c_str();
  write_attribute(handle_.id(), shown_, object, name, text_type(shown_).id(), &text);
}

void Hdf5Writer::attribute(const std::string& object, const std::string& name, double value) {
  write_attribute(handle_.id(), shown_, object, name, H5T_NATIVE_DOUBLE, &value);
}

void Hdf5Writer::attribute(const std::string& object, const std::string& name, std::uint64_t value) {
  write_attribute(handle_.id(), shown_, object, name, H5T_NATIVE_UINT64, &value);
}

void Hdf5Writer::close() {
  require(H5Fflush(handle_.id(), H5F_SCOPE_GLOBAL), shown_);
  handle_.close();
}

}  // namespace unhedged::output
