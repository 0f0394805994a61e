#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/output/hdf5_file.hpp"

namespace unhedged::output {

/// Whether a file begins as HDF5 files do. errors  IoError if it cannot be read or is no regular file
bool is_hdf5(const std::string& path);

/// An HDF5 file that may come from anywhere, open for reading. Before anything of it is used it is walked
/// through, and refused unless all it consists of is of the kind that Hdf5Writer makes: groups and datasets
/// under names of their own, numbers in checked chunks and text, all of it in this one file. No other file is
/// opened on its behalf, and no filter loaded.
class Hdf5Reader {
 public:
  /// errors  IoError, here and below, with the name of the object and the reason
  explicit Hdf5Reader(const std::string& path);

  const std::string& path() const { return path_; }

  /// Whether there is a dataset or group of that absolute name.
  bool has(const std::string& object) const { return sizes_.contains(object); }
  /// shapes  [dimension]; of a group: none
  const std::vector<std::uint64_t>& sizes(const std::string& object) const;

  /// Names of all datasets, or of all groups, the root ("/") first.
  std::vector<std::string> datasets() const;
  std::vector<std::string> groups() const;
  ElementType type_of(const std::string& dataset) const;
  /// A dimension is a dataset, too; one without values counts from 0.
  enum class Role { data, dimension, dimension_without_values };
  Role role_of(const std::string& dataset) const;
  /// The names of a dataset's dimensions, as datasets of the file. errors  IoError too if it has none
  std::vector<std::string> dimensions_of(const std::string& dataset) const;
  std::vector<std::string> attributes_of(const std::string& object) const;

  /// Nothing where there is no such attribute, or it is of another type.
  std::optional<std::string> text_attribute(const std::string& object, const std::string& name) const;
  std::optional<std::uint64_t> whole_attribute(const std::string& object, const std::string& name) const;
  std::optional<double> number_attribute(const std::string& object, const std::string& name) const;

  /// A contiguous run of a dataset in C order: `leading` fixes the first indices. Checksums are tested.
  std::vector<double> numbers(const std::string& dataset,
                              const std::vector<std::uint64_t>& leading = {}) const;
  /// `count` numbers of such a run, from `first` on. `leading` fixes all indices but the last.
  std::vector<double> numbers(const std::string& dataset, const std::vector<std::uint64_t>& leading,
                              std::uint64_t first, std::uint64_t count) const;
  std::vector<std::uint8_t> bytes(const std::string& dataset,
                                  const std::vector<std::uint64_t>& leading = {}) const;
  std::vector<std::uint64_t> wholes(const std::string& dataset,
                                    const std::vector<std::uint64_t>& leading = {}) const;
  std::vector<std::string> texts(const std::string& dataset) const;

 private:
  friend class Hdf5Walk;
  /// Of the last dimension; 0 for all of it.
  struct Run {
    std::uint64_t first, count;
  };
  template <class Number>
  std::vector<Number> read(const std::string& dataset, const std::vector<std::uint64_t>& leading, Hdf5Id type,
                           const Run& run = {0, 0}) const;

  std::string path_;
  Hdf5Handle handle_;
  std::map<std::string, std::vector<std::uint64_t>> sizes_;
};

}  // namespace unhedged::output
