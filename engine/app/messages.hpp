#pragma once
#include <string>

/// Messages on stderr; coloured on a terminal unless NO_COLOR is set.
namespace unhedged::app {

void note(const std::string& text);
void warn(const std::string& text);
void fail(const std::string& text);

}  // namespace unhedged::app
