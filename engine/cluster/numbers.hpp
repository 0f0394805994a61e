#pragma once
#include <cstdint>
#include <string>
#include <string_view>

/// Whole numbers in messages, 8 bytes each, the least first.
namespace unhedged::cluster {

inline constexpr std::size_t kWholeBytes = 8;

void append_whole(std::uint64_t number, std::string& bytes);

/// errors  IoError if the message is shorter
std::uint64_t whole_at(std::string_view bytes, std::size_t index);

}  // namespace unhedged::cluster
