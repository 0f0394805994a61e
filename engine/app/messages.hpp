#pragma once
#include <string>

/// Messages on stderr; coloured on a terminal unless NO_COLOR is set.
namespace unhedged::app {

/// Text as it is, of any number of lines. That nobody can read it is no reason to end.
void show_text(const std::string& text);

void note(const std::string& text);
void warn(const std::string& text);
void fail(const std::string& text);

}  // namespace unhedged::app
