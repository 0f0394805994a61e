#pragma once
#include <cstdint>
#include <string_view>

namespace unhedged::output {

/// CRC-64 of a text that goes on from `before`: finds every burst of errors up to 64 bits long, and others
/// but for one in 10^19. No secret depends on it.
/// source  ECMA-182, reflected and inverted at both ends, as in xz ("CRC-64/XZ")
std::uint64_t checksum(std::string_view text, std::uint64_t before = 0);

}  // namespace unhedged::output
