#pragma once
#include <string>

#include "engine/core/errors.hpp"

namespace unhedged::config {

/// Refuses a text that is not UTF-8 or holds a NUL: the result file stores texts and names, and its readers
/// open nothing else.
/// errors  ConfigError with the line and column of the byte, counted from the place of the text
void require_text(const std::string& text, const Mark& place, const std::string& key = "");

}  // namespace unhedged::config
