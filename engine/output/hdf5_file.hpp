#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/stop.hpp"

/// A small checked layer over the C interface of HDF5: every call that can fail is looked at, closes
/// included, because a full disk may only show there.
namespace unhedged::output {

using Hdf5Id = std::int64_t;

/// An open HDF5 object. `close` reports failure; the destructor, for the way out of an error, does not.
class Hdf5Handle {
 public:
  using Close = int (*)(Hdf5Id);
  Hdf5Handle(Hdf5Id id, Close close_with, const std::string& what);
  Hdf5Handle(Hdf5Handle&& other) noexcept;
  Hdf5Handle& operator=(Hdf5Handle&&) = delete;
  ~Hdf5Handle();

  Hdf5Id id() const { return id_; }
  void close();

 private:
  Hdf5Id id_;
  Close close_;
  std::string what_;
};

/// A dimension: the dataset that is its scale.
struct Dimension {
  std::string path;  ///< absolute, e.g. /worst_paths/rank
  std::uint64_t size;
};

enum class ElementType { float64, uint8, uint64, text };

struct VariableInfo {
  std::string path;
  ElementType type;
  std::vector<Dimension> dimensions;
  std::string units;
  std::string long_name;
};

/// A file being written. Numeric datasets are chunked with Fletcher32 checksums; all carry dimension
/// scales, `units` and `long_name`, so that xarray opens them without being told anything.
class Hdf5Writer {
 public:
  /// A file at `path` is emptied first. `shown`: the name messages give it.
  /// errors  IoError, here and below, with the name of the object and the reason; Interrupted
  Hdf5Writer(const std::string& path, const std::string& shown, Stop stop = {});

  void group(const std::string& path);

  /// A dimension with coordinate values, or without.
  Dimension text_dimension(const std::string& path, const std::vector<std::string>& values,
                           const std::string& long_name);
  Dimension number_dimension(const std::string& path, const std::vector<double>& values,
                             const std::string& units, const std::string& long_name);
  Dimension bare_dimension(const std::string& path, std::uint64_t size);

  /// Units that begin with `word` are written with `name` in its place from now on.
  void rename_unit(const std::string& word, const std::string& name);
  /// Units as they are written.
  std::string renamed(const std::string& units) const;

  void create(const VariableInfo& info);
  /// Writes a contiguous run of the dataset in C order: `leading` fixes the first indices, the rest is
  /// written whole.
  void write(const std::string& path, const std::vector<std::uint64_t>& leading, const double* data);
  void write(const std::string& path, const std::vector<std::uint64_t>& leading, const std::uint8_t* data);
  void write(const std::string& path, const std::vector<std::uint64_t>& leading, const std::uint64_t* data);
  void write_text(const std::string& path, const std::vector<std::string>& values);

  void attribute(const std::string& object, const std::string& name, const std::string& value);
  void attribute(const std::string& object, const std::string& name, double value);
  void attribute(const std::string& object, const std::string& name, std::uint64_t value);

  void close();

 private:
  void write_raw(const std::string& path, const std::vector<std::uint64_t>& leading, Hdf5Id type,
                 const void* data);
  void make_scale(const std::string& path, const std::string& name);

  std::string shown_;
  Stop stop_;
  Hdf5Handle handle_;
  std::string unit_word_, unit_name_;
};

/// Reads every dataset of a finished file, so that all checksums are tested, and its `complete` mark.
/// errors  IoError; Interrupted
void verify(const std::string& path, const std::string& shown, Stop stop = {});

/// Bytes a dataset takes in the file: whole chunks.
double stored_bytes(ElementType type, const std::vector<std::uint64_t>& sizes);

}  // namespace unhedged::output
