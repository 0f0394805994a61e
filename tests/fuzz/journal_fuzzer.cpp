// Any file as a journal or shard: what is sound of it is read, or it is refused; nothing else may happen. The
// first byte says whether the rest is the file as it is, or parts of one that get the checksums they need.
// usage: ./bootstrap fuzz [SECONDS]     or  build/asan/unhedged_fuzz_journal tests/fuzz/corpus/journal
#include <cstdint>
#include <cstdlib>
#include <string>

#include "engine/core/errors.hpp"
#include "engine/output/checksum.hpp"
#include "engine/output/journal_layout.hpp"
#include "tests/fuzz/memory_file.hpp"

using namespace unhedged;
using namespace unhedged::output;

namespace {

/// A journal with a head and records of these bytes, and checksums that fit.
std::string journal_of(Bytes bytes) {
  const std::size_t low = bytes.one(), length = low + (std::size_t{bytes.one()} << 8);
  const std::string head(bytes.some(length));
  std::string out(journal_magic());
  out += word_of(JournalState::running);
  append_number(head.size(), out);
  out += head;
  append_number(checksum(head), out);
  const auto parsed = unpacked(head);
  const std::uint64_t seed = parsed ? seed_of(*parsed) : 0;
  while (!bytes.empty()) {
    std::string start;
    append_number(bytes.one(), start);
    const std::string_view outcome = bytes.some(bytes.one());
    append_number(outcome.size(), start);
    out += start;
    out += outcome;
    append_number(checksum(outcome, checksum(start, seed)), out);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static MemoryFile file;
  Bytes bytes(data, size);
  file.write(bytes.one() % 2 == 0 ? std::string(bytes.rest()) : journal_of(bytes));
  try {
    std::uint64_t records = 0, sum = 0;
    const JournalContents found =
        read_journal(file.path(), [&](std::uint64_t batch, std::string_view outcome) {
          ++records;
          for (const char c : outcome) sum += batch + static_cast<unsigned char>(c);
          return outcome.size() != 7;  // a plan that some records do not fit
        });
    const bool sound = found.good_bytes <= found.all_bytes && found.batches <= records &&
                       found.head.identity() == read_head(file.path()).head.identity();
    if (!sound || !unpacked(packed(found.head))) std::abort();
  } catch (const IoError&) {
  }
  return 0;
}
