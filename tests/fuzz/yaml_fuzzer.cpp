// Any text as a configuration: it is loaded and resolved, or refused with problems; nothing else may happen.
// usage: ./bootstrap fuzz [SECONDS]     or  build/asan/unhedged_fuzz_yaml tests/fuzz/corpus/yaml
#include <cstdint>
#include <string>

#include "engine/config/load.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    unhedged::config::load_text(text, "fuzz.yaml", {});
  } catch (const unhedged::ConfigError&) {
  } catch (const unhedged::IoError&) {
  }
  return 0;
}
