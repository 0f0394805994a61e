#pragma once
#include <map>
#include <string>
#include <vector>

#include "engine/output/hdf5_file.hpp"

/// Only sources of this module include it.
namespace unhedged::output {

/// Goes through all objects of an open file, without following a link that is not a plain name, and refuses
/// what Hdf5Writer would not have made.
class Hdf5Walk {
 public:
  Hdf5Walk(Hdf5Id file, const std::string& shown) : file_(file), shown_(shown) {}

  /// The sizes of all datasets by their names; groups have none. errors  IoError
  std::map<std::string, std::vector<std::uint64_t>> run();

 private:
  struct Link {
    std::string name;
    bool plain;
  };
  std::vector<Link> links_of(Hdf5Id group, const std::string& name) const;
  void visit_group(const std::string& name, int depth);
  void visit_dataset(Hdf5Id dataset, const std::string& name);

  Hdf5Id file_;
  const std::string& shown_;
  std::map<std::string, std::vector<std::uint64_t>> found_;
};

}  // namespace unhedged::output
