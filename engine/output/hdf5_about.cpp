#include "engine/output/hdf5_about.hpp"

#include <hdf5.h>

#include "engine/output/hdf5_types.hpp"

namespace unhedged::output {

Hdf5About about_hdf5() {
  silence_hdf5();
  Hdf5About about;
  unsigned major = 0, minor = 0, release = 0, loads = 0;
  if (H5get_libversion(&major, &minor, &release) >= 0)
    about.version = std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
  hbool_t safe = false;
  about.thread_safe = H5is_library_threadsafe(&safe) >= 0 && safe;
  about.checksums = H5Zfilter_avail(H5Z_FILTER_FLETCHER32) > 0;
  about.plugins = H5PLget_loading_state(&loads) >= 0 && loads != 0;
  return about;
}

}  // namespace unhedged::output
