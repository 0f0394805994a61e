#pragma once
#include <string>
#include <string_view>

namespace unhedged::output {

/// SHA-256 of a text in 64 hexadecimal digits: tells configurations apart, no secret depends on it.
/// source  FIPS 180-4, section 6.2
std::string sha256(std::string_view text);

}  // namespace unhedged::output
