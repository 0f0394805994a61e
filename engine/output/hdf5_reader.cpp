#include "engine/output/hdf5_reader.hpp"

#include <hdf5.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>

#include "engine/core/errors.hpp"
#include "engine/output/hdf5_guard.hpp"
#include "engine/output/hdf5_types.hpp"
#include "engine/output/hdf5_walk.hpp"

namespace unhedged::output {
namespace {

/// That of the library is long, and does not say what a reader would do about it.
constexpr const char kSignature[] = "\x89HDF\r\n\x1a\n";

Hdf5Handle open_file(const std::string& path) {
  if (!is_hdf5(path)) throw IoError(path, "is no result file: it is not HDF5");
  silence_hdf5();
  require(H5PLset_loading_state(0), path);
  return open_guarded(path);
}

hsize_t product(const std::vector<hsize_t>& sizes) {
  hsize_t out = 1;
  for (const hsize_t size : sizes)
    if (__builtin_mul_overflow(out, size, &out)) return std::numeric_limits<hsize_t>::max();
  return out;
}

/// A file cannot claim more numbers than it holds: what is written is stored whole.
void require_stored(Hdf5Id dataset, std::size_t width, const std::string& what) {
  Hdf5Handle space(H5Dget_space(dataset), H5Sclose, what);
  const int rank = H5Sget_simple_extent_ndims(space.id());
  std::vector<hsize_t> sizes(static_cast<std::size_t>(std::max(rank, 0)));
  require(H5Sget_simple_extent_dims(space.id(), sizes.data(), nullptr), what);
  if (product(sizes) > H5Dget_storage_size(dataset) / width)
    throw IoError(what, "is not filled: the file was not finished, or is damaged");
}

/// The attribute's, if it is one number or text of that class and size.
std::optional<Hdf5Handle> attribute_of(Hdf5Id file, const std::string& object, const std::string& name,
                                       H5T_class_t kind, const std::string& what) {
  if (H5Aexists_by_name(file, object.c_str(), name.c_str(), H5P_DEFAULT) <= 0) return {};
  Hdf5Handle attribute(H5Aopen_by_name(file, object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT),
                       H5Aclose, what);
  Hdf5Handle type(H5Aget_type(attribute.id()), H5Tclose, what);
  Hdf5Handle space(H5Aget_space(attribute.id()), H5Sclose, what);
  const bool text = H5Tis_variable_str(type.id()) > 0;
  if (H5Tget_class(type.id()) != kind || text != (kind == H5T_STRING)) return {};
  if (H5Sget_simple_extent_npoints(space.id()) != 1) return {};
  return attribute;
}

/// What HDF5 has allocated for text, and frees.
struct VariableTexts {
  VariableTexts(std::size_t count, Hdf5Id type_id, Hdf5Id space_id)
      : value(count, nullptr), type(type_id), space(space_id) {}
  VariableTexts(const VariableTexts&) = delete;
  VariableTexts& operator=(const VariableTexts&) = delete;
  ~VariableTexts() { H5Dvlen_reclaim(type, space, H5P_DEFAULT, value.data()); }

  std::vector<char*> value;
  Hdf5Id type, space;
};

}  // namespace

bool is_hdf5(const std::string& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0)
    throw IoError(path, std::string("cannot be read: ") + std::strerror(errno));
  if (!S_ISREG(about.st_mode)) throw IoError(path, "is no regular file");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw IoError(path, std::string("cannot be read: ") + std::strerror(errno));
  std::string begin(sizeof kSignature - 1, ' ');
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return file && begin == kSignature;
}

Hdf5Reader::Hdf5Reader(const std::string& path)
    : path_(path), handle_(open_file(path)), sizes_(Hdf5Walk(handle_.id(), path_).run()) {}

const std::vector<std::uint64_t>& Hdf5Reader::sizes(const std::string& object) const {
  const auto found = sizes_.find(object);
  if (found == sizes_.end()) throw IoError(path_, "has no " + object);
  return found->second;
}

std::optional<std::string> Hdf5Reader::text_attribute(const std::string& object,
                                                      const std::string& name) const {
  const std::string what = path_ + object + "@" + name;
  const auto attribute = attribute_of(handle_.id(), object, name, H5T_STRING, what);
  if (!attribute) return {};
  require_sound_text(attribute->id(), path_, what);
  Hdf5Handle type = text_type(what);
  Hdf5Handle space(H5Aget_space(attribute->id()), H5Sclose, what);
  VariableTexts text(1, type.id(), space.id());
  require(H5Aread(attribute->id(), type.id(), text.value.data()), what);
  return text.value[0] == nullptr ? std::string() : std::string(text.value[0]);
}

std::optional<std::uint64_t> Hdf5Reader::whole_attribute(const std::string& object,
                                                         const std::string& name) const {
  const std::string what = path_ + object + "@" + name;
  const auto attribute = attribute_of(handle_.id(), object, name, H5T_INTEGER, what);
  if (!attribute) return {};
  std::uint64_t value = 0;
  require(H5Aread(attribute->id(), H5T_NATIVE_UINT64, &value), what);
  return value;
}

std::optional<double> Hdf5Reader::number_attribute(const std::string& object, const std::string& name) const {
  const std::string what = path_ + object + "@" + name;
  const auto attribute = attribute_of(handle_.id(), object, name, H5T_FLOAT, what);
  if (!attribute) return {};
  double value = 0;
  require(H5Aread(attribute->id(), H5T_NATIVE_DOUBLE, &value), what);
  return value;
}

template <class Number>
std::vector<Number> Hdf5Reader::read(const std::string& name, const std::vector<std::uint64_t>& leading,
                                     Hdf5Id type, const Run& run) const {
  const std::string what = path_ + name;
  std::vector<hsize_t> count(sizes(name).begin(), sizes(name).end()), start(count.size(), 0);
  UNHEDGED_EXPECT(leading.size() <= count.size());
  for (std::size_t k = 0; k < leading.size(); ++k) {
    if (leading[k] >= count[k]) throw IoError(what, "has fewer rows than the file says elsewhere");
    start[k] = leading[k];
    count[k] = 1;
  }
  if (run.count > 0) {
    UNHEDGED_EXPECT(leading.size() + 1 == count.size());
    if (run.first > count.back() || run.count > count.back() - run.first)
      throw IoError(what, "has fewer numbers than the file says elsewhere");
    start.back() = run.first;
    count.back() = run.count;
  }
  Hdf5Handle dataset(H5Dopen2(handle_.id(), name.c_str(), H5P_DEFAULT), H5Dclose, what);
  Hdf5Handle stored(H5Dget_type(dataset.id()), H5Tclose, what);
  if (H5Tget_class(stored.id()) != H5Tget_class(type) || H5Tget_size(stored.id()) != sizeof(Number))
    throw IoError(what, "is of another type than results have there");
  require_stored(dataset.id(), sizeof(Number), what);
  std::vector<Number> out(product(count));
  if (out.empty()) return out;
  Hdf5Handle space(H5Dget_space(dataset.id()), H5Sclose, what);
  require(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr),
          what);
  Hdf5Handle memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose, what);
  if (H5Dread(dataset.id(), type, memory.id(), space.id(), H5P_DEFAULT, out.data()) < 0)
    throw IoError(what, "is damaged: " + hdf5_reason());
  return out;
}

std::vector<double> Hdf5Reader::numbers(const std::string& dataset,
                                        const std::vector<std::uint64_t>& leading) const {
  return read<double>(dataset, leading, H5T_NATIVE_DOUBLE);
}

std::vector<double> Hdf5Reader::numbers(const std::string& dataset, const std::vector<std::uint64_t>& leading,
                                        std::uint64_t first, std::uint64_t count) const {
  return count == 0 ? std::vector<double>()
                    : read<double>(dataset, leading, H5T_NATIVE_DOUBLE, {first, count});
}

std::vector<std::uint8_t> Hdf5Reader::bytes(const std::string& dataset,
                                            const std::vector<std::uint64_t>& leading) const {
  return read<std::uint8_t>(dataset, leading, H5T_NATIVE_UINT8);
}

std::vector<std::uint64_t> Hdf5Reader::wholes(const std::string& dataset,
                                              const std::vector<std::uint64_t>& leading) const {
  return read<std::uint64_t>(dataset, leading, H5T_NATIVE_UINT64);
}

std::vector<std::string> Hdf5Reader::texts(const std::string& name) const {
  constexpr std::size_t kReference = 16;  // bytes that HDF5 stores in the place of a text
  const std::string what = path_ + name;
  const hsize_t count = product({sizes(name).begin(), sizes(name).end()});
  Hdf5Handle dataset(H5Dopen2(handle_.id(), name.c_str(), H5P_DEFAULT), H5Dclose, what);
  Hdf5Handle stored(H5Dget_type(dataset.id()), H5Tclose, what);
  if (H5Tis_variable_str(stored.id()) <= 0) throw IoError(what, "is of another type than results have there");
  require_stored(dataset.id(), kReference, what);
  if (count == 0) return {};
  require_sound_texts(dataset.id(), path_, count, what);
  Hdf5Handle type = text_type(what);
  Hdf5Handle space(H5Dget_space(dataset.id()), H5Sclose, what);
  VariableTexts text(count, type.id(), space.id());
  if (H5Dread(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, text.value.data()) < 0)
    throw IoError(what, "is damaged: " + hdf5_reason());
  std::vector<std::string> out;
  for (const char* one : text.value) out.emplace_back(one == nullptr ? "" : one);
  return out;
}

}  // namespace unhedged::output
