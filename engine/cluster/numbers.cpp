#include "engine/cluster/numbers.hpp"

#include "engine/core/errors.hpp"

namespace unhedged::cluster {

void append_whole(std::uint64_t number, std::string& bytes) {
  for (std::size_t byte = 0; byte < kWholeBytes; ++byte)
    bytes += static_cast<char>(number >> (8 * byte) & 0xff);
}

std::uint64_t whole_at(std::string_view bytes, std::size_t index) {
  if (bytes.size() < (index + 1) * kWholeBytes) throw IoError("MPI", "a message is too short");
  std::uint64_t number = 0;
  for (std::size_t byte = 0; byte < kWholeBytes; ++byte)
    number |= std::uint64_t{static_cast<unsigned char>(bytes[index * kWholeBytes + byte])} << (8 * byte);
  return number;
}

}  // namespace unhedged::cluster
