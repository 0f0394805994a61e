#include "engine/config/text_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "engine/core/errors.hpp"

namespace unhedged::config {
namespace {

[[noreturn]] void refuse_unreadable(const std::string& path) {
  throw IoError(path, std::string("cannot be read: ") + std::strerror(errno));
}

void refuse_irregular(const std::string& path, const struct stat& status) {
  if (S_ISREG(status.st_mode)) return;
  const char* kind = S_ISDIR(status.st_mode)    ? "directory"
                     : S_ISFIFO(status.st_mode) ? "FIFO"
                     : S_ISSOCK(status.st_mode) ? "socket"
                                                : "device";
  throw IoError(path, std::string("is a ") + kind + ", a regular file is expected");
}

/// An open file that closes itself.
class Descriptor {
 public:
  /// Looks before it opens: opening a device may have effects. A FIFO put there in between does not block.
  explicit Descriptor(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) refuse_unreadable(path);
    refuse_irregular(path, status);
    value_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (value_ < 0 || ::fstat(value_, &status) != 0) refuse_unreadable(path);
    refuse_irregular(path, status);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int value() const { return value_; }

 private:
  int value_ = -1;
};

bool starts_with(const std::string& text, std::initializer_list<unsigned char> bytes) {
  if (text.size() < bytes.size()) return false;
  std::size_t i = 0;
  for (const unsigned char byte : bytes)
    if (static_cast<unsigned char>(text[i++]) != byte) return false;
  return true;
}

/// UTF-16 with its mark, or without: then every other byte of an English text is zero.
bool is_wide(const std::string& text) {
  if (starts_with(text, {0xFF, 0xFE}) || starts_with(text, {0xFE, 0xFF})) return true;
  return text.size() >= 4 && ((text[0] == 0 && text[2] == 0) || (text[1] == 0 && text[3] == 0));
}

}  // namespace

std::string read_text(const std::string& path) {
  const Descriptor file(path);
  std::string text;
  char buffer[1 << 16];
  while (true) {
    const ssize_t count = ::read(file.value(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) refuse_unreadable(path);
    if (count == 0) return text;
    text.append(buffer, static_cast<std::size_t>(count));
    if (text.size() > kLargestBytes)
      throw IoError(path, "larger than " + std::to_string(kLargestBytes >> 20) + " MiB");
  }
}

std::string plain_text(std::string text, const std::string& name) {
  if (is_wide(text)) throw single_problem(name, "", "is UTF-16 or UTF-32; save it as UTF-8");
  std::size_t from = starts_with(text, {0xEF, 0xBB, 0xBF}) ? 3 : 0, to = 0;
  for (; from < text.size(); ++from) {
    const bool part_of_pair = text[from] == '\r' && from + 1 < text.size() && text[from + 1] == '\n';
    if (!part_of_pair) text[to++] = text[from] == '\r' ? '\n' : text[from];
  }
  text.resize(to);
  return text;
}

}  // namespace unhedged::config
