#pragma once
#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "engine/config/load.hpp"
#include "tests/support/catch.hpp"

namespace unhedged::testing {

/// Problems and warnings that loading a configuration finds, in words.
inline std::vector<std::string> problems_of(const std::string& text,
                                            const config::LoadOptions& options = {}) {
  std::vector<std::string> out;
  try {
    for (const Problem& p : config::load_text(text, "t.yaml", options).warnings) out.push_back(to_string(p));
  } catch (const ConfigError& error) {
    for (const Problem& p : error.problems()) out.push_back(to_string(p));
  }
  return out;
}

/// Some problem contains all the parts.
inline bool reports(const std::vector<std::string>& found, std::initializer_list<std::string> parts) {
  for (const std::string& text : found) UNSCOPED_INFO(text);
  return std::ranges::any_of(found, [&](const std::string& text) {
    return std::ranges::all_of(parts,
                               [&](const std::string& p) { return text.find(p) != std::string::npos; });
  });
}

}  // namespace unhedged::testing
