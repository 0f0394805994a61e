// Any text as a book: its rows are read, or refused with problems at their places; nothing else may happen.
// usage: ./bootstrap fuzz [SECONDS]     or  build/asan/unhedged_fuzz_book tests/fuzz/corpus/book
#include <cstdint>
#include <string>
#include <vector>

#include "engine/config/csv_list.hpp"
#include "engine/config/run_spec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace unhedged;
  const std::string text(reinterpret_cast<const char*>(data), size);
  config::Findings findings;
  std::vector<config::PositionSpec> positions;
  try {
    config::read_csv_list(text, "fuzz.csv", "portfolio", positions, {}, findings);
    for (const Problem& problem : findings.report()) to_string(problem);
  } catch (const ConfigError&) {
  }
  return 0;
}
