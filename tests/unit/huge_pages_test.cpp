#include "engine/core/huge_pages.hpp"

#include <cstdint>
#include <numeric>
#include <thread>
#include <vector>

#include "tests/support/catch.hpp"

using namespace unhedged;

namespace {

using Numbers = std::vector<double, SideBySide<double>>;

/// first, first + 1, ...
Numbers counted(double first, std::size_t count) {
  Numbers out(count);
  std::iota(out.begin(), out.end(), first);
  return out;
}

}  // namespace

TEST_CASE("arrays side by side keep their numbers while others come and go", "[core]") {
  std::vector<Numbers> all;
  for (std::size_t i = 0; i < 3000; ++i) {
    all.push_back(counted(static_cast<double>(i), i));
    if (i % 3 == 2) all[i / 2] = Numbers();
  }
  for (const Numbers& numbers : all) {
    CHECK(reinterpret_cast<std::uintptr_t>(numbers.data()) % 64 == 0);
    CHECK((numbers.empty() || numbers == counted(numbers.front(), numbers.size())));
  }
}

TEST_CASE("an array larger than a page is alone", "[core]") {
  const Numbers large = counted(1, kHugePage), small = counted(2, 5);
  CHECK(large == counted(1, kHugePage));
  CHECK(small == counted(2, 5));
}

TEST_CASE("an array that begins where a huge page does but for a line is freed like its neighbours",
          "[core]") {
  std::vector<Numbers> all;
  for (double first = 0; first < 40; ++first) {
    all.push_back(counted(first, kHugePage / sizeof(double)));  // as large as may be shared
    all.push_back(counted(first, 8));
  }
  for (std::size_t i = 0; i < all.size(); i += 3) all[i] = Numbers();
  for (const Numbers& numbers : all)
    CHECK((numbers.empty() || numbers == counted(numbers.front(), numbers.size())));
}

TEST_CASE("arrays outlive the thread that made them", "[core]") {
  std::vector<Numbers> all(2);
  std::thread([&] { all = {counted(3, 1000), counted(4, 100)}; }).join();
  CHECK(all[0] == counted(3, 1000));
  CHECK(all[1] == counted(4, 100));
}
