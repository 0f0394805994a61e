#pragma once
#include <cstddef>

/// Memory that is large or read in any order, in pages of 2 MiB where the system has them: ordinary pages
/// are faulted in one by one, and more of them than a processor knows the places of cost more than what is
/// read.
namespace unhedged {

inline constexpr std::size_t kHugePage = std::size_t{2} << 20;

/// Asks for huge pages wherever whole ones lie within.
void prefer_huge_pages(void* begin, std::size_t bytes);

/// Room for an array among those that the same thread made before, freed with the last of its neighbours. The
/// first pages of a thread are ordinary ones: few small arrays gain nothing. errors  std::bad_alloc
void* allocate_beside(std::size_t bytes);
void free_beside(void* array) noexcept;

/// For vectors whose numbers never change once they are made, of which there may be thousands.
template <class Element>
struct SideBySide {
  using value_type = Element;
  static_assert(alignof(Element) <= 64);

  SideBySide() = default;
  template <class Other>
  SideBySide(const SideBySide<Other>&) noexcept {}

  Element* allocate(std::size_t count) {
    return static_cast<Element*>(allocate_beside(count * sizeof(Element)));
  }
  void deallocate(Element* array, std::size_t) noexcept { free_beside(array); }

  template <class Other>
  bool operator==(const SideBySide<Other>&) const {
    return true;
  }
};

}  // namespace unhedged
