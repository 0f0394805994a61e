#include "engine/core/huge_pages.hpp"

#include <sys/mman.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>

namespace unhedged {
namespace {

constexpr std::size_t kLine = 64;
/// Arrays up to an eighth of a chunk share one. What nothing was written to takes no memory.
constexpr std::size_t kChunk = 8 * kHugePage, kLargestShared = kChunk / 8;

/// Stands at the beginning of its memory.
struct alignas(kLine) Chunk {
  std::size_t bytes;
  std::atomic<std::size_t> users{1};  ///< arrays in it, and the thread that still adds to it
};

enum class Pages { ordinary, huge };

/// Address space that begins at a multiple of `alignment`. expects  both are multiples of huge pages
std::byte* map_aligned(std::size_t bytes, std::size_t alignment) {
  const std::size_t all = bytes + alignment;
  void* const mapped = ::mmap(nullptr, all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  auto* const begin = static_cast<std::byte*>(mapped);
  const std::size_t before = (alignment - reinterpret_cast<std::uintptr_t>(begin) % alignment) % alignment;
  if (before > 0) ::munmap(begin, before);
  ::munmap(begin + before + bytes, all - before - bytes);
  return begin + before;
}

/// `first`: what its first pages are.
Chunk* make_chunk(std::size_t bytes, std::size_t alignment, Pages first) {
  std::byte* const memory = map_aligned(bytes, alignment);
  const std::size_t ordinary = first == Pages::ordinary ? kHugePage : 0;
  prefer_huge_pages(memory + ordinary, bytes - ordinary);  // before it is written to
  return new (memory) Chunk{bytes};
}

void leave(Chunk* chunk) noexcept {
  if (chunk->users.fetch_sub(1, std::memory_order_acq_rel) == 1) ::munmap(chunk, chunk->bytes);
}

/// Where a thread puts its next arrays.
class OpenChunk {
 public:
  OpenChunk() = default;
  OpenChunk(const OpenChunk&) = delete;
  OpenChunk& operator=(const OpenChunk&) = delete;
  ~OpenChunk() { drop(); }

  void* take(std::size_t bytes) {
    if (used_ % kHugePage == sizeof(Chunk) && used_ > sizeof(Chunk)) used_ += kLine;  // where it looks alone
    if (chunk_ == nullptr || used_ + bytes > kChunk) renew();
    void* const array = reinterpret_cast<char*>(chunk_) + used_;
    used_ += bytes;
    chunk_->users.fetch_add(1, std::memory_order_relaxed);
    return array;
  }

 private:
  void drop() noexcept {
    if (chunk_ != nullptr) leave(chunk_);
    chunk_ = nullptr;
  }

  void renew() {
    drop();
    chunk_ = make_chunk(kChunk, kChunk, first_ ? Pages::ordinary : Pages::huge);
    used_ = sizeof(Chunk);
    first_ = false;
  }

  Chunk* chunk_ = nullptr;
  std::size_t used_ = 0;
  bool first_ = true;
};

}  // namespace

void prefer_huge_pages(void* begin, std::size_t bytes) {
  const auto address = reinterpret_cast<std::uintptr_t>(begin);
  const std::uintptr_t first = (address + kHugePage - 1) / kHugePage * kHugePage;
  const std::uintptr_t end = (address + bytes) / kHugePage * kHugePage;
  if (first < end)  // advice only
    ::madvise(static_cast<std::byte*>(begin) + (first - address), end - first, MADV_HUGEPAGE);
}

void* allocate_beside(std::size_t bytes) {
  thread_local OpenChunk open;
  const std::size_t lines = (bytes + kLine - 1) / kLine * kLine;
  if (lines <= kLargestShared) return open.take(lines);
  const std::size_t alone = (lines + sizeof(Chunk) + kHugePage - 1) / kHugePage * kHugePage;
  return make_chunk(alone, kHugePage, Pages::huge) + 1;
}

/// An array that is alone stands right behind a chunk that begins where a huge page does, others never do but
/// for the first of a chunk.
void free_beside(void* array) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(array);
  const bool is_first = address % kHugePage == sizeof(Chunk);
  leave(reinterpret_cast<Chunk*>(static_cast<std::byte*>(array) - address % (is_first ? kHugePage : kChunk)));
}

}  // namespace unhedged
