#pragma once
#include <string>

/// Messages on stderr; coloured on a terminal unless NO_COLOR is set.
namespace unhedged::app {

/// From here on every message is a line of JSON: {"time": ..., "level": "info|warning|error", "message":
/// ...}.
void log_json();
bool logs_json();

/// From here on nothing is shown, on stdout or stderr: another process says it.
void be_silent();

/// UTC, ISO 8601.
std::string utc_now();

/// Text as it is, of any number of lines. That nobody can read it is no reason to end.
void show_text(const std::string& text);

void note(const std::string& text);
void warn(const std::string& text);
void fail(const std::string& text);

}  // namespace unhedged::app
