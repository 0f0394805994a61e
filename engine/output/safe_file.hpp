#pragma once
#include <string>

namespace unhedged::output {

enum class Existing { refuse, replace };

/// A file that appears under its name only when it is whole: written under a temporary name beside it,
/// checked, flushed to the disk, renamed. Whatever goes wrong before `commit`, nothing is left behind.
class SafeFile {
 public:
  /// errors  IoError if the folder cannot be written to, or the file exists and may not be replaced
  SafeFile(std::string path, Existing existing);
  SafeFile(const SafeFile&) = delete;
  SafeFile& operator=(const SafeFile&) = delete;
  ~SafeFile();

  const std::string& temporary() const { return temporary_; }

  /// Flushes the temporary file and renames it. errors  IoError
  void commit();

 private:
  void refuse_existing() const;

  std::string path_, temporary_;
  Existing existing_;
};

}  // namespace unhedged::output
