#include "engine/app/progress.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "engine/app/messages.hpp"

namespace unhedged::app {
namespace {

constexpr std::chrono::milliseconds kRedraw{200};
constexpr int kBarWidth = 24;

std::string clock_text(double seconds) {
  const auto whole = std::lround(seconds);
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace

Progress::Progress(Mode mode, std::uint64_t total_paths, double steps_per_path, TailWatch& tail)
    : mode_(mode), total_(total_paths), steps_per_path_(steps_per_path), tail_(tail), start_(Clock::now()) {
  if (mode_ == Mode::silent) return;
  try {
    thread_ = std::thread([this] { watch(); });
  } catch (const std::system_error&) {
    mode_ = Mode::silent;  // no thread to be had: the run goes on without
  }
}

Progress::Mode Progress::choose(bool quiet) {
  if (quiet) return Mode::silent;
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string(term) == "dumb";
  return isatty(STDERR_FILENO) && !dumb && !logs_json() ? Mode::terminal : Mode::plain;
}

void Progress::begin_simulation(std::uint64_t paths_done) {
  done_before_ = paths_done;
  done_ = paths_done;
  simulating_since_ = Clock::now().time_since_epoch().count();
}

Progress::Clock::duration Progress::pause(Clock::duration since_start) const {
  if (mode_ == Mode::terminal) return kRedraw;
  if (since_start < std::chrono::seconds(1)) return std::chrono::seconds(3);
  return since_start < std::chrono::seconds(60) ? std::chrono::seconds(10) : std::chrono::seconds(60);
}

void Progress::watch() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, pause(Clock::now() - start_), [this] { return finished_; })) {
    const bool terminal = mode_ == Mode::terminal;
    lock.unlock();  // a look at the tail may take a while
    const std::string text = line(in_words(tail_.now()));
    lock.lock();
    if (finished_) break;
    shown_ = true;
    show_text((terminal ? "\r" : "") + text + (terminal ? "\x1b[K" : "\n"));
  }
}

double Progress::elapsed() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

double Progress::rate() const {
  const Clock::rep began = simulating_since_;
  if (began == 0) return 0;
  const auto since = Clock::now() - Clock::time_point(Clock::duration(began));
  return static_cast<double>(done_ - done_before_) / std::chrono::duration<double>(since).count();
}

std::string Progress::line(const std::string& tail) const {
  if (simulating_since_ == 0) return "preparing, " + clock_text(elapsed()) + " so far";
  const std::uint64_t done = done_;
  const double share = static_cast<double>(done) / static_cast<double>(total_);
  const double rate = this->rate();
  const std::string left = rate > 0 ? clock_text(static_cast<double>(total_ - done) / rate) + " left" : "";
  const auto full = static_cast<std::size_t>(share * kBarWidth);
  const std::string bar = std::string(full, '#') + std::string(kBarWidth - full, '.');
  return fmt::format("[{}] {:3.0f} %  {} of {} paths  {:.3g} million hedge steps/s  {}{}", bar, 100 * share,
                     done, total_, rate * steps_per_path_ / 1e6, left, tail.empty() ? "" : "  " + tail);
}

void Progress::clear() {
  const std::lock_guard lock(mutex_);
  if (mode_ == Mode::terminal && shown_) show_text("\r\x1b[K");
  shown_ = false;
}

void Progress::finish() {
  {
    const std::lock_guard lock(mutex_);
    finished_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  clear();
}

}  // namespace unhedged::app
