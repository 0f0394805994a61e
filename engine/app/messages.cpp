#include "engine/app/messages.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace unhedged::app {
namespace {

enum class Colour { green = 32, yellow = 33, red = 31 };

bool coloured() {
  const char *const no_color = std::getenv("NO_COLOR"), *const terminal = std::getenv("TERM");
  const bool wanted = no_color == nullptr || *no_color == '\0';
  return wanted && terminal != nullptr && std::string(terminal) != "dumb" && isatty(STDERR_FILENO) != 0;
}

/// In one call, so that lines of several threads do not mix.
void show_line(const std::string& text, Colour colour) {
  if (!coloured()) return show_text(text + "\n");
  show_text("\x1b[" + std::to_string(static_cast<int>(colour)) + "m" + text + "\x1b[m\n");
}

}  // namespace

void show_text(const std::string& text) {
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

void note(const std::string& text) { show_line(text, Colour::green); }
void warn(const std::string& text) { show_line(text, Colour::yellow); }
void fail(const std::string& text) { show_line(text, Colour::red); }

}  // namespace unhedged::app
