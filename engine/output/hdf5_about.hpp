#pragma once
#include <string>

namespace unhedged::output {

/// The HDF5 library that the program runs with.
struct Hdf5About {
  std::string version;
  bool thread_safe = false;
  bool checksums = false;  ///< it can write and test Fletcher32
  bool plugins = false;    ///< it would load filters from outside
};

Hdf5About about_hdf5();

}  // namespace unhedged::output
