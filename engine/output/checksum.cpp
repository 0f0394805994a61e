#include "engine/output/checksum.hpp"

#include <array>

namespace unhedged::output {
namespace {

constexpr std::uint64_t kPolynomial = 0xC96C5795D7870F42;
constexpr std::size_t kBytes = 8;
using Tables = std::array<std::array<std::uint64_t, 256>, kBytes>;

/// Of one byte with so many zeros behind it.
constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint64_t byte = 0; byte < 256; ++byte) {
    std::uint64_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? kPolynomial : 0);
    tables[0][byte] = crc;
  }
  for (std::size_t k = 1; k < kBytes; ++k)
    for (std::size_t byte = 0; byte < 256; ++byte)
      tables[k][byte] = (tables[k - 1][byte] >> 8) ^ tables[0][tables[k - 1][byte] & 0xff];
  return tables;
}

constexpr Tables kTables = make_tables();

std::uint64_t little_endian(const char* bytes) {
  std::uint64_t word = 0;
  for (std::size_t k = 0; k < kBytes; ++k)
    word |= std::uint64_t{static_cast<unsigned char>(bytes[k])} << (8 * k);
  return word;
}

}  // namespace

std::uint64_t checksum(std::string_view text, std::uint64_t before) {
  std::uint64_t crc = ~before;
  for (; text.size() >= kBytes; text.remove_prefix(kBytes)) {
    const std::uint64_t word = crc ^ little_endian(text.data());
    crc = 0;
    for (std::size_t k = 0; k < kBytes; ++k) crc ^= kTables[kBytes - 1 - k][(word >> (8 * k)) & 0xff];
  }
  for (const char byte : text) crc = (crc >> 8) ^ kTables[0][(crc ^ static_cast<unsigned char>(byte)) & 0xff];
  return ~crc;
}

}  // namespace unhedged::output
