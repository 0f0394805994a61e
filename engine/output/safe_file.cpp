#include "engine/output/safe_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "engine/core/errors.hpp"

namespace unhedged::output {
namespace {

namespace fs = std::filesystem;

/// Another run may remove its partial file between our two calls; it does not do so for ever.
constexpr int kTries = 100;

std::string folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string reason_of(int error) { return std::strerror(error); }

bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISLNK(mode)) return "a symbolic link";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

void refuse_input(const TargetFile& target, const struct stat& found) {
  for (const std::string& input : target.inputs) {
    struct stat other {};
    if (::stat(input.c_str(), &other) == 0 && same_file(found, other))
      throw IoError(target.path, "is an input of this run (" + input + "); a result never replaces it");
  }
}

bool locks_are_missing(int error) {
  return error == ENOSYS || error == EOPNOTSUPP || error == ENOLCK || error == EINVAL;
}

/// Whether the open file is the one that stands under the name.
bool stands_at(int descriptor, const std::string& path) {
  struct stat open {
  }, named{};
  return ::fstat(descriptor, &open) == 0 && ::lstat(path.c_str(), &named) == 0 && same_file(open, named);
}

std::string with_size(const std::string& path, int descriptor) {
  struct stat open {};
  const auto bytes = ::fstat(descriptor, &open) == 0 ? static_cast<unsigned long long>(open.st_size) : 0;
  char text[48];
  std::snprintf(text, sizeof text, " (%.1f MiB)", static_cast<double>(bytes) / 0x1p20);
  return path + text;
}

int rename_to_free(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  if (::access(to.c_str(), F_OK) == 0) return EEXIST;
  return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

}  // namespace

int rename_file(const std::string& from, const std::string& to, bool replace) {
  if (!replace) return rename_to_free(from, to);
  return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

void flush_folder(const std::string& path) {
  const int folder = ::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool failed = folder < 0 || ::fsync(folder) != 0;
  const int why = errno;
  if (folder >= 0) ::close(folder);
  if (failed && why != EINVAL && why != EOPNOTSUPP && why != EACCES)
    throw IoError(path,
                  "is whole and in place, but its folder cannot be flushed to the disk: " + reason_of(why));
}

void require_free(const TargetFile& target) {
  const std::string name = fs::path(target.path).filename().string();
  if (name.empty() || name == "." || name == "..")
    throw IoError(target.path, "names a folder; the name of a file is expected");
  struct stat found {};
  if (::lstat(target.path.c_str(), &found) != 0) {
    if (errno == ENOENT) return;
    throw IoError(target.path, "cannot be written: " + reason_of(errno));
  }
  if (S_ISLNK(found.st_mode))
    throw IoError(target.path,
                  "is a symbolic link, which a result would replace; name the file it points to");
  if (!S_ISREG(found.st_mode))
    throw IoError(target.path,
                  "is " + std::string(kind_of(found.st_mode)) + "; only a regular file may be replaced");
  refuse_input(target, found);
  if (target.existing == Existing::refuse)
    throw IoError(target.path, "exists already; --force replaces it, another name leaves it");
}

SafeFile::SafeFile(TargetFile target)
    : target_(std::move(target)),
      folder_(folder_of(target_.path)),
      temporary_(folder_ + "/." + fs::path(target_.path).filename().string() + ".partial") {
  require_free(target_);
  try {
    make_folders();
    take_lock();
    remove_numbered_leftovers();
  } catch (...) {
    leave_nothing();
    throw;
  }
}

SafeFile::~SafeFile() { leave_nothing(); }

void SafeFile::leave_nothing() {
  if (descriptor_ >= 0) {
    if (stands_at(descriptor_, temporary_)) ::unlink(temporary_.c_str());
    ::close(descriptor_);
    descriptor_ = -1;
  }
  for (; !made_folders_.empty(); made_folders_.pop_back()) ::rmdir(made_folders_.back().c_str());
}

void SafeFile::make_folders() {
  std::vector<fs::path> missing;
  struct stat found {};
  for (fs::path folder = folder_; !folder.empty() && ::stat(folder.c_str(), &found) != 0;
       folder = folder.parent_path()) {
    if (errno != ENOENT) throw IoError(target_.path, "its folder cannot be used: " + reason_of(errno));
    missing.push_back(folder);
  }
  for (; !missing.empty(); missing.pop_back()) {
    if (::mkdir(missing.back().c_str(), 0777) == 0) made_folders_.push_back(missing.back().string());
    else if (errno != EEXIST) throw IoError(target_.path, "its folder cannot be made: " + reason_of(errno));
  }
}

/// Creates the partial file, or opens one that stands there. errors  the system's number, 0 if none
int SafeFile::open_partial(bool& created) {
  constexpr int flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  descriptor_ = ::open(temporary_.c_str(), flags | O_CREAT | O_EXCL, 0666);
  created = descriptor_ >= 0;
  if (!created && errno == EEXIST) descriptor_ = ::open(temporary_.c_str(), flags);
  return descriptor_ >= 0 ? 0 : errno;
}

/// Locks the partial file; what a dead run left in it goes. Without locks only a file of our own will do.
void SafeFile::take_lock() {
  for (int attempt = 0; attempt < kTries; ++attempt) {
    bool created = false;
    const int error = open_partial(created);
    if (error == ENOENT && attempt > 0) continue;
    if (error != 0) throw IoError(target_.path, "cannot be written: " + reason_of(error));
    const bool locked = ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
    if (!locked && !(created && locks_are_missing(errno))) {
      ::close(std::exchange(descriptor_, -1));
      throw IoError(target_.path, "is being written by another run, which holds " + temporary_);
    }
    if (stands_at(descriptor_, temporary_)) return empty_partial(created);
    ::close(std::exchange(descriptor_, -1));  // it was renamed or removed between the two calls
  }
  throw IoError(target_.path, "cannot be written: " + temporary_ + " keeps changing");
}

void SafeFile::empty_partial(bool created) {
  struct stat open {};
  if (::fstat(descriptor_, &open) != 0 || !S_ISREG(open.st_mode) || open.st_nlink != 1)
    throw IoError(target_.path, "cannot be written: " + temporary_ + " is in the way");
  if (!created) leftovers_.push_back(with_size(temporary_, descriptor_));
  if (::ftruncate(descriptor_, 0) != 0) throw IoError(target_.path, "cannot be written: " + reason_of(errno));
}

/// Partial files with a process number at their end, unless someone holds them.
void SafeFile::remove_numbered_leftovers() {
  const std::string stem = fs::path(temporary_).filename().string() + ".";
  std::error_code error;
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(stem) || name.size() == stem.size()) continue;
    if (!std::all_of(name.begin() + static_cast<std::ptrdiff_t>(stem.size()), name.end(), ::isdigit))
      continue;
    const std::string path = folder_ + "/" + name;
    const int descriptor = ::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) continue;
    const std::string text = with_size(path, descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0 && ::unlink(path.c_str()) == 0)
      leftovers_.push_back(text);
    ::close(descriptor);
  }
}

void SafeFile::flush() {
  if (!stands_at(descriptor_, temporary_))
    throw IoError(target_.path, "cannot be written: " + temporary_ + " was taken away or replaced meanwhile");
  if (::fsync(descriptor_) != 0)
    throw IoError(target_.path, "cannot be flushed to the disk: " + reason_of(errno));
}

void SafeFile::commit() {
  require_free(target_);
  const int error = rename_file(temporary_, target_.path, target_.existing == Existing::replace);
  if (error != 0) throw IoError(target_.path, "cannot be renamed into place: " + reason_of(error));
  made_folders_.clear();
  flush_folder(target_.path);
}

}  // namespace unhedged::output
