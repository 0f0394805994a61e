#pragma once
#include <optional>

#include "engine/output/journal.hpp"

/// Bytes of the parts of a journal; only its reader and writer include it.
namespace unhedged::output {

inline constexpr std::size_t kMagicBytes = 16, kStateBytes = 8;
/// Of a batch: its number and the length of what it comes to, which follows, and a checksum of all of it.
inline constexpr std::size_t kRecordHead = 16, kChecksumBytes = 8;
/// No head is longer: the files a run reads are limited.
inline constexpr std::uint64_t kLongestHead = std::uint64_t{1} << 32;

std::string_view journal_magic();
std::string_view word_of(JournalState state);
std::optional<JournalState> state_of(std::string_view word);

void append_number(std::uint64_t number, std::string& out);
std::uint64_t number_at(std::string_view bytes, std::size_t at);

/// What the checksums of records start from, so that those of another journal do not fit.
std::uint64_t seed_of(const JournalHead& head);

}  // namespace unhedged::output
