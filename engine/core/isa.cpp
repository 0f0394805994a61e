#include "engine/core/isa.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

namespace unhedged {
namespace {

constexpr std::array<std::string_view, 3> kNames{"baseline", "avx2", "avx512"};

std::vector<Isa> detect() {
  std::vector<Isa> found{Isa::baseline};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) found.push_back(Isa::avx2);
  if (found.size() == 2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
    found.push_back(Isa::avx512);
#endif
  return found;
}

Isa choose() {
  const char* wish = std::getenv("UNHEDGED_ISA");
  for (const Isa isa : supported_isas())
    if (wish != nullptr && name_of(isa) == wish) return isa;
  return supported_isas().back();
}

}  // namespace

std::string_view name_of(Isa isa) { return kNames[static_cast<std::size_t>(isa)]; }

std::span<const Isa> supported_isas() {
  static const std::vector<Isa> found = detect();
  return found;
}

std::string wished_isa_problem() {
  const char* wish = std::getenv("UNHEDGED_ISA");
  if (wish == nullptr || *wish == '\0' || std::ranges::find(kNames, std::string_view(wish)) != kNames.end())
    return "";
  return "UNHEDGED_ISA: unknown instruction set \"" + std::string(wish) +
         "\"; accepted are baseline, avx2 and avx512";
}

Isa active_isa() {
  static const Isa chosen = choose();
  return chosen;
}

}  // namespace unhedged
