#include "engine/core/huge_pages.hpp"

#include <sys/mman.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace unhedged {
namespace {

constexpr std::size_t kLine = 64;

/// Stands at the beginning of its memory, which begins where a huge page does.
struct alignas(kLine) Chunk {
  std::atomic<std::size_t> users{1};  ///< arrays in it, and the thread that still adds to it
};

enum class Pages { ordinary, huge };

Chunk* make_chunk(std::size_t bytes, Pages pages) {
  void* const memory = std::aligned_alloc(kHugePage, bytes);
  if (memory == nullptr) throw std::bad_alloc();
  if (pages == Pages::huge) prefer_huge_pages(memory, bytes);  // before it is written to
  return new (memory) Chunk;
}

void leave(Chunk* chunk) noexcept {
  if (chunk->users.fetch_sub(1, std::memory_order_acq_rel) == 1) std::free(chunk);
}

/// Where a thread puts its next arrays.
class OpenChunk {
 public:
  OpenChunk() = default;
  OpenChunk(const OpenChunk&) = delete;
  OpenChunk& operator=(const OpenChunk&) = delete;
  ~OpenChunk() { drop(); }

  void* take(std::size_t bytes) {
    if (chunk_ == nullptr || bytes > kHugePage - used_) renew();
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
    chunk_ = make_chunk(kHugePage, first_ ? Pages::ordinary : Pages::huge);
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
  if (lines <= kHugePage / 8) return open.take(lines);
  const std::size_t alone = (lines + sizeof(Chunk) + kHugePage - 1) / kHugePage * kHugePage;
  return make_chunk(alone, Pages::huge) + 1;
}

void free_beside(void* array) noexcept {
  const std::size_t within = reinterpret_cast<std::uintptr_t>(array) % kHugePage;
  leave(reinterpret_cast<Chunk*>(static_cast<std::byte*>(array) - within));
}

}  // namespace unhedged
