#pragma once
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

/// A file in memory, for readers that want a path.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(::mkstemp(path_.data())) {
    if (descriptor_ < 0) std::abort();
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() {
    ::close(descriptor_);
    ::unlink(path_.c_str());
  }

  const std::string& path() const { return path_; }

  void write(std::string_view bytes) {
    if (::ftruncate(descriptor_, 0) != 0) std::abort();
    if (::pwrite(descriptor_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
      std::abort();
  }

  std::string read() const {
    std::string out(static_cast<std::size_t>(::lseek(descriptor_, 0, SEEK_END)), ' ');
    if (::pread(descriptor_, out.data(), out.size(), 0) != static_cast<ssize_t>(out.size())) std::abort();
    return out;
  }

 private:
  std::string path_ = "/dev/shm/unhedged-fuzz-XXXXXX";
  int descriptor_;
};

/// Bytes of the fuzzer, one after the other; 0 when there are no more.
class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : left_(reinterpret_cast<const char*>(data), size) {}

  bool empty() const { return left_.empty(); }
  std::uint8_t one() {
    if (left_.empty()) return 0;
    const auto out = static_cast<std::uint8_t>(left_.front());
    left_.remove_prefix(1);
    return out;
  }
  std::string_view some(std::size_t count) {
    const std::string_view out = left_.substr(0, count);
    left_.remove_prefix(out.size());
    return out;
  }
  std::string_view rest() { return some(left_.size()); }

 private:
  std::string_view left_;
};
