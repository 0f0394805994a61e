#include "engine/app/messages.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <cstdlib>

namespace unhedged::app {
namespace {

spdlog::logger& log() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    const char* no_color = std::getenv("NO_COLOR");
    const bool plain = no_color != nullptr && *no_color != '\0';
    auto made = spdlog::stderr_color_mt("unhedged", plain ? spdlog::color_mode::never
                                                          : spdlog::color_mode::automatic);
    made->set_pattern("%^%v%$");
    return made;
  }();
  return *logger;
}

}  // namespace

void show_text(const std::string& text) {
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

void note(const std::string& text) { log().info("{}", text); }
void warn(const std::string& text) { log().warn("{}", text); }
void fail(const std::string& text) { log().error("{}", text); }

}  // namespace unhedged::app
