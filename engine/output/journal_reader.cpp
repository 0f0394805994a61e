#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "engine/core/errors.hpp"
#include "engine/output/checksum.hpp"
#include "engine/output/journal_layout.hpp"

namespace unhedged::output {
namespace {

/// Reads a file from its begin to its end.
class Source {
 public:
  explicit Source(const std::string& path) : path_(path) {
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat about {};
    if (descriptor_ < 0 || ::fstat(descriptor_, &about) != 0) {
      const std::string reason = std::strerror(errno);
      close();
      throw IoError(path, "cannot be read: " + reason);
    }
    size_ = static_cast<std::uint64_t>(about.st_size);
    if (S_ISREG(about.st_mode)) return;
    close();
    throw IoError(path, "is no regular file");
  }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  ~Source() { close(); }

  std::uint64_t size() const { return size_; }
  std::uint64_t left() const { return size_ - taken_; }

  /// The next bytes; fewer where the file ends.
  std::string_view take(std::uint64_t count) {
    while (buffer_.size() - at_ < count && !ended_) fill(count);
    const std::string_view out = std::string_view(buffer_).substr(at_, count);
    at_ += out.size();
    taken_ += out.size();
    return out;
  }

 private:
  static constexpr std::size_t kAtOnce = 1 << 20;

  void fill(std::uint64_t wanted) {
    buffer_.erase(0, at_);
    at_ = 0;
    const std::size_t had = buffer_.size();
    buffer_.resize(std::max<std::size_t>(kAtOnce, wanted));
    const ssize_t got = ::read(descriptor_, buffer_.data() + had, buffer_.size() - had);
    buffer_.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && errno != EINTR)
      throw IoError(path_, std::string("cannot be read: ") + std::strerror(errno));
    ended_ = got == 0;
  }

  void close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

  const std::string& path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0, taken_ = 0;
  std::string buffer_;
  std::size_t at_ = 0;
  bool ended_ = false;
};

JournalContents take_head(Source& source, const std::string& path) {
  JournalContents out;
  out.all_bytes = source.size();
  if (source.take(kMagicBytes) != journal_magic())
    throw IoError(path, "is no journal or shard of this version of unhedged");
  const std::string damage = "its head is damaged; nothing of it can be used";
  const std::optional<JournalState> state = state_of(source.take(kStateBytes));
  const std::string length(source.take(8));
  if (!state || length.size() < 8) throw IoError(path, damage);
  const std::uint64_t bytes = number_at(length, 0);
  if (bytes > kLongestHead || bytes + kChecksumBytes > source.left()) throw IoError(path, damage);
  const std::string head(source.take(bytes)), sum(source.take(kChecksumBytes));
  const std::optional<JournalHead> parsed = unpacked(head);
  if (sum.size() < kChecksumBytes || number_at(sum, 0) != checksum(head) || !parsed)
    throw IoError(path, damage);
  out.head = *parsed;
  out.state = *state;
  out.good_bytes = kMagicBytes + kStateBytes + 8 + bytes + kChecksumBytes;
  return out;
}

}  // namespace

JournalContents read_head(const std::string& path) {
  Source source(path);
  return take_head(source, path);
}

JournalContents read_journal(const std::string& path,
                             const std::function<bool(std::uint64_t batch, std::string_view outcome)>& take) {
  Source source(path);
  JournalContents out = take_head(source, path);
  const std::uint64_t seed = seed_of(out.head);
  while (source.left() > 0) {
    const std::string start(source.take(kRecordHead));
    if (start.size() < kRecordHead) break;
    const std::uint64_t batch = number_at(start, 0), bytes = number_at(start, 8);
    if (source.left() < kChecksumBytes || bytes > source.left() - kChecksumBytes) break;
    const std::string_view rest = source.take(bytes + kChecksumBytes);
    if (rest.size() < bytes + kChecksumBytes) break;
    const std::string_view outcome = rest.substr(0, bytes);
    if (number_at(rest, bytes) != checksum(outcome, checksum(start, seed))) break;
    if (!out.head.batches.contains(batch) || !take(batch, outcome)) break;
    out.good_bytes += kRecordHead + bytes + kChecksumBytes;
    ++out.batches;
  }
  return out;
}

}  // namespace unhedged::output
