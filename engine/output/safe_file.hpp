#pragma once
#include <string>
#include <vector>

namespace unhedged::output {

enum class Existing { refuse, replace };

/// What the target of a run may not be.
struct TargetFile {
  std::string path;
  Existing existing = Existing::refuse;
  std::vector<std::string> inputs;  ///< files the run reads; none of them may be replaced
};

/// Whether a file could stand at the target; changes nothing on the disk.
/// errors  IoError if the name is none, something stands there that is not a regular file (links are not
///         followed), is an input, or may not be replaced
void require_free(const TargetFile& target);

/// Gives a file another name; unless it may be replaced, nothing that has appeared there is. Where the system
/// cannot promise that, it looks first.
/// returns  the system's number, 0 if all is well
int rename_file(const std::string& from, const std::string& to, bool replace);

/// Flushes the folder of a file, where a new name is kept. Some file systems have no such call.
/// errors  IoError
void flush_folder(const std::string& path);

/// A file that appears under its name only when it is whole: written beside it as `.NAME.partial`, checked,
/// flushed to the disk, renamed. Whatever goes wrong before `commit`, nothing is left behind, folders made
/// for it included. A lock on the partial file, which ends with the process, keeps two runs apart and tells
/// what a killed run left from what is still being written.
class SafeFile {
 public:
  /// errors  IoError as require_free; if the folder cannot be made or written to; if another run holds the
  /// lock
  explicit SafeFile(TargetFile target);
  SafeFile(const SafeFile&) = delete;
  SafeFile& operator=(const SafeFile&) = delete;
  ~SafeFile();

  const std::string& temporary() const { return temporary_; }

  /// Folders that had to be made for it, outermost first.
  const std::vector<std::string>& made_folders() const { return made_folders_; }

  /// What runs that were killed had left of this file, and is now removed.
  const std::vector<std::string>& leftovers() const { return leftovers_; }

  /// Flushes the temporary file to the disk. errors  IoError
  void flush();

  /// Renames it. errors  IoError
  void commit();

 private:
  void make_folders();
  int open_partial(bool& created);
  void take_lock();
  void empty_partial(bool created);
  void remove_numbered_leftovers();
  void leave_nothing();

  TargetFile target_;
  std::string folder_, temporary_;
  int descriptor_ = -1;
  std::vector<std::string> made_folders_, leftovers_;
};

}  // namespace unhedged::output
