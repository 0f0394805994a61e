#include "engine/output/hdf5_walk.hpp"

#include <hdf5.h>

#include <algorithm>

#include "engine/core/errors.hpp"
#include "engine/core/utf8.hpp"
#include "engine/output/hdf5_types.hpp"

namespace unhedged::output {
namespace {

/// A result has some dozen objects, one group below another.
constexpr int kDeepest = 4;
constexpr std::size_t kMostObjects = 10000;
constexpr hsize_t kLargestChunk = 1 << 24;  // bytes

void require_known_type(Hdf5Id dataset, const std::string& what) {
  Hdf5Handle type(H5Dget_type(dataset), H5Tclose, what);
  const H5T_class_t kind = H5Tget_class(type.id());
  const std::size_t bytes = H5Tget_size(type.id());
  const bool number =
      (kind == H5T_FLOAT && bytes == 8) || (kind == H5T_INTEGER && (bytes == 1 || bytes == 8));
  if (!number && H5Tis_variable_str(type.id()) <= 0)
    throw IoError(what, "is of a type that results do not have");
}

void require_checked_chunks(Hdf5Id layout, std::size_t rank, std::size_t width, const std::string& what) {
  std::vector<hsize_t> chunk(rank);
  require(H5Pget_chunk(layout, static_cast<int>(rank), chunk.data()), what);
  hsize_t elements = 1;
  for (const hsize_t size : chunk)
    elements = std::min(elements * std::min(size, kLargestChunk), kLargestChunk);
  if (elements > kLargestChunk / width) throw IoError(what, "is stored in chunks larger than results have");
  const int filters = H5Pget_nfilters(layout);
  for (int i = 0; i < filters; ++i) {
    unsigned flags = 0, options = 0;
    std::size_t count = 0;
    const H5Z_filter_t filter =
        H5Pget_filter2(layout, static_cast<unsigned>(i), &flags, &count, nullptr, 0, nullptr, &options);
    if (filter != H5Z_FILTER_FLETCHER32)
      throw IoError(what, "goes through filter " + std::to_string(filter) +
                              " of HDF5, and results have no filter but checksums");
  }
  if (filters < 1) throw IoError(what, "has no checksums");
}

void require_plain_storage(Hdf5Id dataset, std::size_t rank, const std::string& what) {
  Hdf5Handle layout(H5Dget_create_plist(dataset), H5Pclose, what);
  Hdf5Handle type(H5Dget_type(dataset), H5Tclose, what);
  const H5D_layout_t kind = H5Pget_layout(layout.id());
  if (kind == H5D_VIRTUAL) throw IoError(what, "is a view of other datasets, which results do not have");
  if (H5Pget_external_count(layout.id()) != 0)
    throw IoError(what, "keeps its numbers in another file, which is not opened");
  if (H5Tis_variable_str(type.id()) > 0) {
    if (kind != H5D_CONTIGUOUS) throw IoError(what, "is text that is not stored in one piece");
    return;
  }
  if (kind != H5D_CHUNKED) throw IoError(what, "has no checksums");
  require_checked_chunks(layout.id(), rank, H5Tget_size(type.id()), what);
}

}  // namespace

std::vector<Hdf5Walk::Link> Hdf5Walk::links_of(Hdf5Id group, const std::string& name) const {
  std::vector<Link> links;
  const auto keep = [](hid_t, const char* link, const H5L_info_t* about, void* data) -> herr_t {
    static_cast<std::vector<Link>*>(data)->push_back({link, about->type == H5L_TYPE_HARD});
    return 0;
  };
  require(H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, keep, &links), shown_ + name);
  return links;
}

void Hdf5Walk::visit_group(const std::string& name, int depth) {
  const std::string shown = shown_ + (name.empty() ? "/" : excerpt(name));
  if (depth > kDeepest) throw IoError(shown, "has groups in groups deeper than results have");
  Hdf5Handle group(H5Gopen2(file_, name.empty() ? "/" : name.c_str(), H5P_DEFAULT), H5Gclose, shown);
  for (const Link& link : links_of(group.id(), name)) {
    const std::string child = name + "/" + link.name, what = shown_ + excerpt(child);
    if (!link.plain) throw IoError(what, "is a link to elsewhere, which is not followed");
    if (found_.size() > kMostObjects) throw IoError(shown_, "has more objects than results have");
    Hdf5Handle object(H5Oopen(file_, child.c_str(), H5P_DEFAULT), H5Oclose, what);
    const H5I_type_t kind = H5Iget_type(object.id());
    if (kind == H5I_DATASET) visit_dataset(object.id(), child);
    else if (kind != H5I_GROUP) throw IoError(what, "is neither a group nor a dataset");
    found_.try_emplace(child);
    object.close();
    if (kind == H5I_GROUP) visit_group(child, depth + 1);
  }
  group.close();
}

void Hdf5Walk::visit_dataset(Hdf5Id dataset, const std::string& name) {
  const std::string what = shown_ + excerpt(name);
  Hdf5Handle space(H5Dget_space(dataset), H5Sclose, what);
  const int rank = H5Sget_simple_extent_ndims(space.id());
  if (rank < 1) throw IoError(what, "has no dimensions");
  std::vector<hsize_t> size(static_cast<std::size_t>(rank));
  require(H5Sget_simple_extent_dims(space.id(), size.data(), nullptr), what);
  require_known_type(dataset, what);
  require_plain_storage(dataset, size.size(), what);
  found_[name].assign(size.begin(), size.end());
}

std::map<std::string, std::vector<std::uint64_t>> Hdf5Walk::run() {
  visit_group("", 0);
  return std::move(found_);
}

}  // namespace unhedged::output
