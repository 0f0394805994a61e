#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/output/hdf5_file.hpp"

namespace unhedged::output {

/// An HDF5 file being read, dataset by dataset. Whatever is missing, of another shape or damaged is an
/// IoError that names the file, the object and the reason.
class Hdf5Reader {
 public:
  /// errors  IoError if there is no such file, or it is no HDF5 file or not whole
  explicit Hdf5Reader(const std::string& path);

  const std::string& path() const { return path_; }

  /// Whether there is a dataset or a group of that absolute name.
  bool has(const std::string& object) const;
  bool has_attribute(const std::string& object, const std::string& name) const;

  std::vector<std::uint64_t> shape(const std::string& dataset) const;

  /// What lies behind the first indices (`leading`), in C order, from the dataset's type to doubles.
  std::vector<double> numbers(const std::string& dataset,
                              const std::vector<std::uint64_t>& leading = {}) const;
  /// All texts of a dataset, in C order.
  std::vector<std::string> texts(const std::string& dataset) const;

  std::string text_attribute(const std::string& object, const std::string& name) const;
  double number_attribute(const std::string& object, const std::string& name) const;
  std::uint64_t count_attribute(const std::string& object, const std::string& name) const;
  /// In alphabetical order.
  std::vector<std::string> attribute_names(const std::string& object) const;

  /// errors  IoError unless the dataset is there with these sizes
  void require_shape(const std::string& dataset, const std::vector<std::uint64_t>& wanted) const;

 private:
  Hdf5Handle dataset(const std::string& name) const;
  Hdf5Handle attribute(const std::string& object, const std::string& name) const;

  std::string path_;
  Hdf5Handle handle_;
};

}  // namespace unhedged::output
