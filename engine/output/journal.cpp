#include "engine/output/journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "engine/core/errors.hpp"
#include "engine/output/checksum.hpp"
#include "engine/output/journal_layout.hpp"
#include "engine/output/safe_file.hpp"

namespace unhedged::output {

Journal::Journal(std::string path, const JournalHead& head, std::chrono::duration<double> every)
    : path_(std::move(path)), seed_(seed_of(head)), every_(every) {
  open(O_CREAT | O_TRUNC);
  std::string bytes(journal_magic());
  bytes += word_of(JournalState::running);
  const std::string text = packed(head);
  append_number(text.size(), bytes);
  bytes += text;
  append_number(checksum(text), bytes);
  try {
    write_at(0, bytes);
    flush_file();
    flush_folder(path_);
  } catch (...) {
    ::close(descriptor_);
    ::unlink(path_.c_str());
    throw;
  }
  size_ = bytes.size();
}

Journal::Journal(std::string path, const JournalContents& contents, std::chrono::duration<double> every)
    : path_(std::move(path)), seed_(seed_of(contents.head)), every_(every), size_(contents.good_bytes) {
  open(0);
  if (::ftruncate(descriptor_, static_cast<off_t>(size_)) == 0) return;
  const std::string reason = std::strerror(errno);
  ::close(descriptor_);
  throw IoError(path_, "cannot be cut to its sound part: " + reason);
}

Journal::~Journal() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void Journal::open(int flags) {
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags, 0666);
  if (descriptor_ < 0) throw IoError(path_, std::string("cannot be written: ") + std::strerror(errno));
}

void Journal::write_at(std::uint64_t at, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw IoError(path_, std::string("cannot be written: ") + std::strerror(errno));
    at += static_cast<std::uint64_t>(count);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void Journal::keep(std::uint64_t batch, std::string_view outcome) {
  std::string record;
  record.reserve(kRecordHead + outcome.size() + kChecksumBytes);
  append_number(batch, record);
  append_number(outcome.size(), record);
  record += outcome;
  append_number(checksum(record, seed_), record);
  const std::scoped_lock lock(gate_);
  try {
    write_at(size_, record);
  } catch (const IoError&) {
    if (::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0) {
      // Readers stop at what is not a whole record anyway.
    }
    throw;
  }
  size_ += record.size();
  if (Clock::now() - flushed_ >= every_) flush_file();
}

void Journal::flush_file() {
  if (::fsync(descriptor_) != 0)
    throw IoError(path_, std::string("cannot be flushed to the disk: ") + std::strerror(errno));
  flushed_ = Clock::now();
}

void Journal::flush() {
  const std::scoped_lock lock(gate_);
  flush_file();
}

void Journal::mark(JournalState state) {
  flush();
  write_at(kMagicBytes, word_of(state));
  flush();
}

void Journal::move_to(const std::string& target, bool replace) {
  const int error = rename_file(path_, target, replace);
  if (error != 0) throw IoError(target, std::string("cannot be renamed into place: ") + std::strerror(error));
  flush_folder(target);
  path_ = target;
}

void Journal::remove() {
  if (::unlink(path_.c_str()) != 0 && errno != ENOENT)
    throw IoError(path_, std::string("cannot be removed: ") + std::strerror(errno));
}

}  // namespace unhedged::output
