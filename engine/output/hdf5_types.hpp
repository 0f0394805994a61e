#pragma once
#include "engine/output/hdf5_file.hpp"

/// Helpers of the HDF5 layer; only this module's sources include it.
namespace unhedged::output {

/// To be called before any other function of HDF5: it then neither prints nor cleans up at exit; the
/// reason of a failure goes into our error instead.
void silence_hdf5();

/// Why the last call failed: what the system said if it was asked, else the innermost message of HDF5.
std::string hdf5_reason();

/// Throws IoError for a negative status.
void require(int status, const std::string& what);

/// Variable-length UTF-8.
Hdf5Handle text_type(const std::string& what);

void write_attribute(Hdf5Id file, const std::string& file_name, const std::string& object,
                     const std::string& name, Hdf5Id type, const void* value);

}  // namespace unhedged::output
