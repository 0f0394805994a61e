#pragma once
#include <cstddef>
#include <string>
#include <string_view>

/// Text that readers of the result can open: UTF-8 without NUL; and text fit for messages.
namespace unhedged {

inline constexpr std::size_t kAllText = static_cast<std::size_t>(-1);

/// The first byte that is NUL or does not continue a well-formed UTF-8 text; kAllText if there is none.
/// Overlong forms, surrogates and what lies above U+10FFFF are not well-formed.
/// source  RFC 3629
std::size_t first_foreign_byte(std::string_view text);

/// What is wrong with the byte at `position`: "a NUL byte" or "byte 0xff, which is not UTF-8".
std::string describe_foreign_byte(std::string_view text, std::size_t position);

/// The text with every foreign byte written as \xNN: names of files may hold any bytes.
std::string shown_as_utf8(std::string_view text);

/// Text of the user's, fit for a message: its first `most` characters (UTF-8) and "..." if there are more.
/// Control characters and bytes that are not UTF-8 come out as \x1b and the like.
std::string excerpt(std::string_view text, std::size_t most = 60);

/// The excerpt in quotes.
std::string in_quotes(std::string_view text);

}  // namespace unhedged
