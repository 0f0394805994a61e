#pragma once
#include <span>
#include <string>
#include <string_view>

/// Choice of instruction set. Every `*_kernel.cpp` is compiled once per set below, inside a namespace
/// named after it; `select` picks the copy that fits the processor the program finds itself on.
/// All copies give the same bits: they are the same sequence of IEEE operations, fused only where the
/// source says `fma`.

/// For functions that kernels of several instruction sets share: they must never be emitted as a
/// common symbol, or the linker might keep the copy an older processor cannot run.
#define UNHEDGED_INLINE static inline __attribute__((always_inline))

/// Before a loop over lanes whose arrays never overlap.
#if defined(__clang__)
#define UNHEDGED_LANES_APART _Pragma("clang loop vectorize(assume_safety)")
#else
#define UNHEDGED_LANES_APART _Pragma("GCC ivdep")
#endif

namespace unhedged {

enum class Isa { baseline, avx2, avx512 };

std::string_view name_of(Isa isa);

/// Instruction sets this processor can run, slowest first; never empty.
std::span<const Isa> supported_isas();

/// The set in use: the best supported one, or the one named by the environment variable
/// UNHEDGED_ISA (baseline, avx2, avx512) if the processor has it.
Isa active_isa();

/// What is wrong with UNHEDGED_ISA, and what would be accepted; empty if nothing. A known set that this
/// processor lacks is no problem: the best it has takes its place, with the same bits.
std::string wished_isa_problem();

/// The entry of `baseline, avx2, avx512` that belongs to `isa`.
template <class Table>
const Table& select(Isa isa, const Table& baseline, const Table& avx2, const Table& avx512) {
  return isa == Isa::avx512 ? avx512 : isa == Isa::avx2 ? avx2 : baseline;
}

}  // namespace unhedged

/// Declares the three compiled copies of a kernel table, a function `NAME(isa)` that picks one and `NAME()`
/// that has picked that of the set in use. Kernels call neither.
#define UNHEDGED_DECLARE_KERNELS(TABLE, NAME)                                 \
  namespace baseline {                                                        \
  extern const TABLE NAME;                                                    \
  }                                                                           \
  namespace avx2 {                                                            \
  extern const TABLE NAME;                                                    \
  }                                                                           \
  namespace avx512 {                                                          \
  extern const TABLE NAME;                                                    \
  }                                                                           \
  inline const TABLE& NAME(::unhedged::Isa isa) {                             \
    return ::unhedged::select(isa, baseline::NAME, avx2::NAME, avx512::NAME); \
  }                                                                           \
  inline const TABLE& NAME() {                                                \
    static const TABLE& chosen = NAME(::unhedged::active_isa());              \
    return chosen;                                                            \
  }
