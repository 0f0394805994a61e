#include "engine/random/philox.hpp"
#include "tests/support/catch.hpp"

using namespace unhedged::random;

TEST_CASE("V-01, V-02, V-03: known answers of Philox4x32-10 (Random123, kat_vectors)") {
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == Word4{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  constexpr std::uint32_t ones = 0xffffffff;
  CHECK(philox({ones, ones, ones, ones}, {ones, ones}) ==
        Word4{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Word4{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("V-03b: counter and key do not stand for one another") {
  CHECK(philox({1, 0, 0, 0}, {0, 0}) == Word4{0xf8e4cca4, 0x5cb200db, 0xb1a574eb, 0x097eff67});
  CHECK(philox({0, 0, 0, 0}, {1, 0}) == Word4{0xe3e80670, 0xe50a0ebc, 0x95f222c0, 0xb615aa27});
}
