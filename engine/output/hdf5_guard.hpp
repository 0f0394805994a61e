#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "engine/output/hdf5_file.hpp"

/// HDF5 keeps texts in heaps without checksums and believes the sizes in them (1.10 copies as many bytes as
/// they say). Files are therefore opened through a driver that looks at a heap before the library does.
namespace unhedged::output {

/// Sizes of the objects of a heap collection, by their index.
using HeapSizes = std::map<std::uint16_t, std::uint64_t>;

/// The collection at an address of an open file; none if it is not one from its begin to its end.
std::optional<HeapSizes> heap_at(int descriptor, std::uint64_t address, std::uint64_t file_bytes);

/// A file open for reading, and no other with it. errors  IoError
Hdf5Handle open_guarded(const std::string& path);

/// Whether every text of a dataset that is stored in one piece is where it says, and as long.
/// errors  IoError if not
void require_sound_texts(Hdf5Id dataset, const std::string& path, std::uint64_t count,
                         const std::string& what);

/// The same of an attribute that is one text. errors  IoError
void require_sound_text(Hdf5Id attribute, const std::string& path, const std::string& what);

}  // namespace unhedged::output
