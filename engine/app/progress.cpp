#include "engine/app/progress.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "engine/app/messages.hpp"

namespace unhedged::app {
namespace {

constexpr std::chrono::milliseconds kRedraw{200};
constexpr std::chrono::seconds kPlainLine{10};
constexpr int kBarWidth = 24;

std::string clock_text(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace

Progress::Progress(Mode mode, std::uint64_t total_paths, double steps_per_path)
    : mode_(mode), total_(total_paths), steps_per_path_(steps_per_path), start_(Clock::now()), last_(start_) {}

Progress::Mode Progress::choose(bool quiet) {
  if (quiet) return Mode::silent;
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string(term) == "dumb";
  return isatty(STDERR_FILENO) && !dumb ? Mode::terminal : Mode::plain;
}

std::string Progress::line(std::uint64_t done, double seconds) const {
  const double share = static_cast<double>(done) / static_cast<double>(total_);
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  const double left = rate > 0 ? static_cast<double>(total_ - done) / rate : 0;
  const auto full = static_cast<std::size_t>(share * kBarWidth);
  const std::string bar = std::string(full, '#') + std::string(kBarWidth - full, '.');
  return fmt::format("[{}] {:3.0f} %  {} of {} paths  {:.3g} million hedge steps/s  {} left", bar,
                     100 * share, done, total_, rate * steps_per_path_ / 1e6, clock_text(left));
}

void Progress::update(std::uint64_t done) {
  const auto now = Clock::now();
  if (mode_ == Mode::silent) return;
  if (mode_ == Mode::terminal ? now - last_ < kRedraw : now - last_ < kPlainLine) return;
  last_ = now;
  shown_ = true;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const bool terminal = mode_ == Mode::terminal;
  show_text((terminal ? "\r" : "") + line(done, seconds) + (terminal ? "\x1b[K" : "\n"));
}

void Progress::finish() {
  if (mode_ == Mode::terminal && shown_) show_text("\r\x1b[K");
}

}  // namespace unhedged::app
