#pragma once
#include "engine/config/record.hpp"

namespace unhedged::config {

/// A CSV text with a header line as a list of maps; empty cells are left out. Cells may be quoted; lines
/// that start with # are comments.
/// errors  ConfigError: a row with another number of cells than the header, an unclosed quote, no header,
/// text that is not UTF-8 or holds a NUL
Record parse_csv(const std::string& text, const std::string& name);

}  // namespace unhedged::config
