#include "engine/output/hdf5_guard.hpp"

#include <fcntl.h>
#include <hdf5.h>
#include <sys/stat.h>
#include <unistd.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "engine/core/errors.hpp"
#include "engine/output/hdf5_types.hpp"

namespace unhedged::output {
namespace {

constexpr const char kHeapSignature[] = "GCOL";
constexpr std::uint64_t kSmallestHeap = 4096, kLargestHeap = 1ULL << 31, kHeapHeader = 16, kObjectHeader = 16;
constexpr std::uint64_t kReference = 16;  // length, address and index of a text

template <class Number>
Number little_endian(const unsigned char* bytes) {
  std::uint64_t out = 0;
  for (std::size_t k = 0; k < sizeof(Number); ++k) out |= std::uint64_t{bytes[k]} << (8 * k);
  return static_cast<Number>(out);
}

/// Whether all of them could be read.
bool read_at(int descriptor, std::uint64_t address, void* to, std::uint64_t bytes) {
  auto* out = static_cast<char*>(to);
  while (bytes > 0) {
    const ssize_t got = ::pread(descriptor, out, bytes, static_cast<off_t>(address));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    out += got;
    address += static_cast<std::uint64_t>(got);
    bytes -= static_cast<std::uint64_t>(got);
  }
  return true;
}

/// A descriptor that closes itself.
struct OpenFile {
  explicit OpenFile(const char* path) : descriptor(::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    struct stat about {};
    if (descriptor >= 0 && ::fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode))
      bytes = static_cast<std::uint64_t>(about.st_size);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (descriptor >= 0) ::close(descriptor);
  }
  int descriptor;
  std::uint64_t bytes = 0;
};

/// What the library holds of an open file; it wants its own part first.
struct Guarded {
  explicit Guarded(const char* path) : file(path) {}
  H5FD_t base{};
  OpenFile file;
  haddr_t end_of_format = 0;
};

Guarded& guarded(H5FD_t* file) { return *reinterpret_cast<Guarded*>(file); }
const Guarded& guarded(const H5FD_t* file) { return *reinterpret_cast<const Guarded*>(file); }

H5FD_t* open_file(const char* name, unsigned flags, hid_t, haddr_t) {
  if ((flags & H5F_ACC_RDWR) != 0) return nullptr;
  auto made = std::make_unique<Guarded>(name);
  return made->file.bytes > 0 ? &made.release()->base : nullptr;
}

herr_t close_file(H5FD_t* file) {
  delete &guarded(file);
  return 0;
}

herr_t query(const H5FD_t*, unsigned long* features) {
  if (features != nullptr) *features = H5FD_FEAT_DATA_SIEVE | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
  return 0;
}

haddr_t get_eoa(const H5FD_t* file, H5FD_mem_t) { return guarded(file).end_of_format; }
haddr_t get_eof(const H5FD_t* file, H5FD_mem_t) { return guarded(file).file.bytes; }

herr_t set_eoa(H5FD_t* file, H5FD_mem_t, haddr_t address) {
  guarded(file).end_of_format = address;
  return 0;
}

herr_t read_file(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, void* buffer) {
  const OpenFile& from = guarded(file).file;
  if (address > guarded(file).end_of_format || size > guarded(file).end_of_format - address) return -1;
  const std::uint64_t there = address < from.bytes ? std::min<std::uint64_t>(size, from.bytes - address) : 0;
  if (!read_at(from.descriptor, address, buffer, there)) return -1;
  std::memset(static_cast<char*>(buffer) + there, 0, size - there);  // as the library's own driver does
  const bool heap = there >= kHeapHeader && std::memcmp(buffer, kHeapSignature, 4) == 0;
  return heap && !heap_at(from.descriptor, address, from.bytes) ? -1 : 0;
}

herr_t write_nothing(H5FD_t*, H5FD_mem_t, hid_t, haddr_t, std::size_t, const void*) { return -1; }

H5FD_class_t driver_class() {
  H5FD_class_t out{};
#if H5_VERSION_GE(1, 13, 0)
  out.version = H5FD_CLASS_VERSION;
  out.value = static_cast<H5FD_class_value_t>(600);
#endif
  out.name = "unhedged_guard";
  out.maxaddr = (haddr_t{1} << 62) - 1;
  out.fc_degree = H5F_CLOSE_WEAK;
  out.open = open_file;
  out.close = close_file;
  out.query = query;
  out.get_eoa = get_eoa;
  out.set_eoa = set_eoa;
  out.get_eof = get_eof;
  out.read = read_file;
  out.write = write_nothing;
  const H5FD_mem_t map[H5FD_MEM_NTYPES] = H5FD_FLMAP_DICHOTOMY;
  std::ranges::copy(map, out.fl_map);
  return out;
}

hid_t driver() {
  static const H5FD_class_t about = driver_class();
  static const hid_t made = H5FDregister(&about);
  return made;
}

/// Of a text to bytes: leaves what stands in its place, which is its reference, and follows nothing.
herr_t keep_references(hid_t from, hid_t to, H5T_cdata_t* about, std::size_t, std::size_t, std::size_t, void*,
                       void*, hid_t) {
  about->need_bkg = H5T_BKG_NO;
  const bool fits =
      about->command != H5T_CONV_INIT || (H5Tis_variable_str(from) > 0 && H5Tget_size(to) == kReference);
  return fits ? 0 : -1;
}

/// A type of memory as which references of texts can be read. HDF5 has no call for that, but it takes
/// conversions of the user.
hid_t reference_type() {
  static const hid_t made = [] {
    const hid_t bytes = H5Tcreate(H5T_OPAQUE, kReference), text = H5Tcopy(H5T_C_S1);
    const bool taken = bytes >= 0 && H5Tset_size(text, H5T_VARIABLE) >= 0 &&
                       H5Tregister(H5T_PERS_SOFT, "references of texts", text, bytes, keep_references) >= 0;
    H5Tclose(text);
    return taken ? bytes : hid_t{-1};
  }();
  return made;
}

/// Whether references lead to texts of the length that they say; each heap is looked at once.
bool are_sound(const std::vector<unsigned char>& references, const OpenFile& file) {
  std::map<std::uint64_t, std::optional<HeapSizes>> heaps;
  for (std::size_t at = 0; at < references.size(); at += kReference) {
    const unsigned char* const one = &references[at];
    const auto length = little_endian<std::uint32_t>(one), index = little_endian<std::uint32_t>(one + 12);
    const auto address = little_endian<std::uint64_t>(one + 4);
    if (length == 0 && address == 0) continue;
    const auto [heap, is_new] = heaps.try_emplace(address);
    if (is_new) heap->second = heap_at(file.descriptor, address, file.bytes);
    if (!heap->second || index > 0xffff) return false;
    const auto object = heap->second->find(static_cast<std::uint16_t>(index));
    if (object == heap->second->end() || object->second != length) return false;
  }
  return true;
}

constexpr const char kLostText[] = "is damaged: a text is not where it should be";

}  // namespace

std::optional<HeapSizes> heap_at(int descriptor, std::uint64_t address, std::uint64_t file_bytes) {
  unsigned char header[kHeapHeader];
  if (address > file_bytes || !read_at(descriptor, address, header, sizeof header)) return {};
  const auto size = little_endian<std::uint64_t>(header + 8);
  const bool sound = std::memcmp(header, kHeapSignature, 4) == 0 && header[4] == 1 && size >= kSmallestHeap &&
                     size <= kLargestHeap && size <= file_bytes - address;
  if (!sound) return {};
  std::vector<unsigned char> all(size);
  if (!read_at(descriptor, address, all.data(), size)) return {};
  HeapSizes out;
  for (std::uint64_t at = kHeapHeader; size - at >= kObjectHeader;) {
    const auto index = little_endian<std::uint16_t>(&all[at]);
    const auto bytes = little_endian<std::uint64_t>(&all[at + 8]), left = size - at;
    if (bytes > left) return {};
    const std::uint64_t taken = index == 0 ? bytes : kObjectHeader + (bytes + 7) / 8 * 8;
    if (taken < kObjectHeader || taken > left) return {};
    if (index != 0 && !out.try_emplace(index, bytes).second) return {};
    at += taken;
  }
  return out;
}

Hdf5Handle open_guarded(const std::string& path) {
  Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, path);
  require(H5Pset_driver(access.id(), driver(), nullptr), path);
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id());
  if (file < 0) throw IoError(path, "is truncated or damaged: " + hdf5_reason());
  return {file, H5Fclose, path};
}

void require_sound_texts(Hdf5Id dataset, const std::string& path, std::uint64_t count,
                         const std::string& what) {
  const haddr_t first = H5Dget_offset(dataset);
  const OpenFile file(path.c_str());
  std::vector<unsigned char> references(count * kReference);
  if (first == HADDR_UNDEF || first > file.bytes || references.size() > file.bytes - first ||
      !read_at(file.descriptor, first, references.data(), references.size()) || !are_sound(references, file))
    throw IoError(what, kLostText);
}

void require_sound_text(Hdf5Id attribute, const std::string& path, const std::string& what) {
  const OpenFile file(path.c_str());
  std::vector<unsigned char> reference(kReference);
  if (H5Aread(attribute, reference_type(), reference.data()) < 0 || !are_sound(reference, file))
    throw IoError(what, kLostText);
}

}  // namespace unhedged::output
