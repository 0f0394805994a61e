#include "engine/hedging/hedger.hpp"

namespace unhedged::hedging {

std::string_view name_of(Belief::Model model) {
  constexpr std::string_view names[] = {"none", "black_scholes"};
  return names[static_cast<int>(model)];
}

}  // namespace unhedged::hedging
