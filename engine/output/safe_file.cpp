#include "engine/output/safe_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "engine/core/errors.hpp"

namespace unhedged::output {
namespace {

namespace fs = std::filesystem;

std::string folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string system_reason() { return std::strerror(errno); }

void flush_to_disk(const std::string& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags);
  if (descriptor < 0) throw IoError(path, "cannot be opened to flush it: " + system_reason());
  const bool failed = ::fsync(descriptor) != 0;
  const std::string reason = failed ? system_reason() : "";
  ::close(descriptor);
  if (failed) throw IoError(path, "cannot be flushed to the disk: " + reason);
}

/// Creates and removes the temporary file, so that a run does not find out at its end.
void probe(const std::string& temporary, const std::string& path) {
  const int descriptor = ::open(temporary.c_str(), O_CREAT | O_EXCL | O_WRONLY, 0666);
  if (descriptor < 0) throw IoError(path, "cannot be written: " + system_reason());
  ::close(descriptor);
  ::unlink(temporary.c_str());
}

}  // namespace

SafeFile::SafeFile(std::string path, Existing existing)
    : path_(std::move(path)),
      temporary_(folder_of(path_) + "/." + fs::path(path_).filename().string() + ".partial." +
                 std::to_string(::getpid())),
      existing_(existing) {
  refuse_existing();
  std::error_code error;
  fs::create_directories(folder_of(path_), error);
  if (error) throw IoError(path_, "its folder cannot be made: " + error.message());
  probe(temporary_, path_);
}

SafeFile::~SafeFile() { ::unlink(temporary_.c_str()); }

void SafeFile::refuse_existing() const {
  if (fs::is_directory(path_)) throw IoError(path_, "is a directory, a file name is expected");
  if (existing_ == Existing::refuse && fs::exists(path_))
    throw IoError(path_, "exists already; --force replaces it, -o FILE writes elsewhere");
}

void SafeFile::commit() {
  flush_to_disk(temporary_, O_RDWR);
  refuse_existing();
  if (::rename(temporary_.c_str(), path_.c_str()) != 0)
    throw IoError(path_, "cannot be renamed into place: " + system_reason());
  flush_to_disk(folder_of(path_), O_RDONLY | O_DIRECTORY);
}

}  // namespace unhedged::output
