#pragma once
#include <string>

#include "engine/config/record.hpp"
#include "engine/config/text_file.hpp"

namespace unhedged::config {

/// Parses one YAML document, strictly. Refused, with the place: more than one document, duplicate keys,
/// keys that are not plain scalars, tags, aliases that would grow the text beyond kMostNodes or refer to
/// themselves, nesting deeper than kDeepest, texts above kLargestYamlBytes, what is not UTF-8 or holds a NUL.
/// errors  ConfigError
Record parse_yaml(const std::string& text, const std::string& name);

/// As parse_yaml, from a file.
/// errors  IoError if it cannot be read
Record load_yaml(const std::string& path);

inline constexpr std::size_t kLargestYamlBytes = 4u << 20;
inline constexpr std::size_t kMostAliasedNodes = 10000;
inline constexpr std::size_t kDeepest = 64;

}  // namespace unhedged::config
