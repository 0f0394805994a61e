#include "engine/app/messages.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/core.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>

namespace unhedged::app {
namespace {

enum class Colour { green = 32, yellow = 33, red = 31 };

bool coloured() {
  const char *const no_color = std::getenv("NO_COLOR"), *const terminal = std::getenv("TERM");
  const bool wanted = no_color == nullptr || *no_color == '\0';
  return wanted && terminal != nullptr && std::string(terminal) != "dumb" && isatty(STDERR_FILENO) != 0;
}

std::atomic<bool> as_json{false};

void write_out(const std::string& text) {
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

void write_json(const char* level, std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const nlohmann::ordered_json line{{"time", utc_now()}, {"level", level}, {"message", text}};
  write_out(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

const char* level_of(Colour colour) {
  if (colour == Colour::green) return "info";
  return colour == Colour::yellow ? "warning" : "error";
}

/// In one call, so that lines of several threads do not mix.
void show_line(const std::string& text, Colour colour) {
  if (as_json) return write_json(level_of(colour), text);
  if (!coloured()) return show_text(text + "\n");
  show_text("\x1b[" + std::to_string(static_cast<int>(colour)) + "m" + text + "\x1b[m\n");
}

}  // namespace

void log_json() { as_json = true; }
bool logs_json() { return as_json; }

void be_silent() {
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0) return;
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere, stream);
  ::close(nowhere);
}

std::string utc_now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

void show_text(const std::string& text) {
  if (as_json) return write_json("info", text);
  write_out(text);
}

void note(const std::string& text) { show_line(text, Colour::green); }
void warn(const std::string& text) { show_line(text, Colour::yellow); }
void fail(const std::string& text) { show_line(text, Colour::red); }

}  // namespace unhedged::app
