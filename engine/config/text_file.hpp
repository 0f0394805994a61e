#pragma once
#include <string>

/// Files of text that a user wrote.
namespace unhedged::config {

inline constexpr std::size_t kLargestBytes = 64u << 20;

/// The whole of a regular file.
/// errors  IoError if it cannot be read, is no regular file (a FIFO or a device may never end), or is larger
///         than kLargestBytes
std::string read_text(const std::string& path);

/// The text without a byte order mark, its lines ended by \n alone (CR and CR LF are read as that).
/// errors  ConfigError for UTF-16 and UTF-32
std::string plain_text(std::string text, const std::string& name);

}  // namespace unhedged::config
