#pragma once
#include <array>
#include <cstddef>
#include <utility>

namespace unhedged {

/// The last `Size` values that were made, by key. For one thread.
template <class Key, class Value, std::size_t Size>
class Recent {
 public:
  /// The value of a key; `make()` if it is not here.
  template <class Make>
  Value& get(const Key& key, Make make) {
    for (auto& [other, value] : entries_)
      if (other == key) return value;
    auto& entry = entries_[next_++ % Size];
    entry = {key, make()};
    return entry.second;
  }

 private:
  std::array<std::pair<Key, Value>, Size> entries_{};
  std::size_t next_ = 0;
};

}  // namespace unhedged
