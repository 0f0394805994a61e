#include "engine/output/hdf5_types.hpp"

#include <hdf5.h>

#include <cstdlib>
#include <cstring>

#include "engine/core/errors.hpp"

namespace unhedged::output {
namespace {

herr_t keep_innermost(unsigned depth, const H5E_error2_t* error, void* text) {
  if (depth == 0 && error->desc != nullptr) *static_cast<std::string*>(text) = error->desc;
  return 0;
}

}  // namespace

void silence_hdf5() {
  // The file is locked already, by us (safe_file.hpp); a lock of the library's own would meet it.
  ::setenv("HDF5_USE_FILE_LOCKING", "FALSE", 1);
  // HDF5 1.10 may crash when it cleans up at exit after a failed write; we close what we open.
  H5dont_atexit();
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

std::string hdf5_reason() {
  std::string text;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_innermost, &text);
  const std::string mark = "errno = ";
  const std::size_t found = text.find(mark);
  if (found != std::string::npos)
    return std::string("the system says: ") + std::strerror(std::atoi(text.c_str() + found + mark.size()));
  return text.empty() ? "unknown failure" : text;
}

void require(int status, const std::string& what) {
  if (status < 0) throw IoError(what, "cannot be stored or read back: " + hdf5_reason());
}

Hdf5Handle text_type(const std::string& what) {
  Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose, what);
  require(H5Tset_size(type.id(), H5T_VARIABLE), what);
  require(H5Tset_cset(type.id(), H5T_CSET_UTF8), what);
  return type;
}

void write_attribute(Hdf5Id file, const std::string& file_name, const std::string& object,
                     const std::string& name, Hdf5Id type, const void* value) {
  const std::string what = file_name + object + "@" + name;
  Hdf5Handle target(H5Oopen(file, object.c_str(), H5P_DEFAULT), H5Oclose, what);
  Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose, what);
  Hdf5Handle attribute(H5Acreate2(target.id(), name.c_str(), type, space.id(), H5P_DEFAULT, H5P_DEFAULT),
                       H5Aclose, what);
  require(H5Awrite(attribute.id(), type, value), what);
  attribute.close();
}

}  // namespace unhedged::output
