#include "engine/app/signals.hpp"

#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <climits>
#include <csignal>
#include <cstring>
#include <exception>
#include <new>
#include <string_view>

#include "engine/app/commands.hpp"

namespace unhedged::app {
namespace {

enum class Phase { idle, running, committing };

// What handlers of signals share with the program; all of it may be touched inside them.
std::atomic<Phase> phase{Phase::idle};
std::atomic<bool> stop_requested{false}, abandon_requested{false}, limit_was_reached{false};
std::atomic<bool> batches_kept{false};
std::atomic<bool> guarded_file{false}, shared{false}, silent{false};
char partial[PATH_MAX] = "";
char folders[4 * PATH_MAX] = "";  // one after the other, innermost first; an empty one ends the list
static_assert(std::atomic<Phase>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

void say(std::string_view text) {
  if (silent) return;
  if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return;  // nobody is left to tell
}

[[noreturn]] void end_now(int code) {
  if (guarded_file) {
    ::unlink(partial);
    for (const char* folder = folders; *folder != '\0'; folder += std::strlen(folder) + 1) ::rmdir(folder);
  }
  ::_exit(code);
}

/// An alarm after so long.
void alarm_after(long micros) {
  struct itimerval timer {};
  timer.it_value.tv_sec = micros / 1'000'000;
  timer.it_value.tv_usec = micros % 1'000'000;
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

/// How long what is in hand may take once a stop is asked for.
void grant_patience(int number) {
  if (!shared || number != SIGTERM) {
    ::alarm(OrderlyStop::kPatienceSeconds);
    return;
  }
  abandon_requested = true;
  alarm_after(400'000);
}

/// An alarm before any stop was asked for is that of the time limit.
void on_signal(int number) {
  const Phase now = phase;
  if (now == Phase::committing) return;
  if (now == Phase::running && !stop_requested.exchange(true)) {
    limit_was_reached = number == SIGALRM;
    grant_patience(number);
    return;
  }
  if (now == Phase::running && batches_kept) {
    if (!abandon_requested.exchange(true)) {
      ::alarm(OrderlyStop::kPatienceSeconds);
      return;
    }
    say("interrupted; finished batches are kept: run again with --resume\n");
    end_now(kSuspended);
  }
  say(now == Phase::running ? "interrupted; nothing was written\n" : "interrupted\n");
  end_now(kInterrupted);
}

void handle(int signal) {
  struct sigaction action {};
  if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) return;
  action = {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  ::sigfillset(&action.sa_mask);
  ::sigaction(signal, &action, nullptr);
}

/// A closed stream is opened so that using it fails (standard output) or does nothing.
void open_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(stream, F_GETFD) < 0 &&
        ::open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY) != stream)
      ::_exit(kInputOutput);
}

/// Reached where a thread of a library could not start or had no memory: exceptions end there.
[[noreturn]] void on_terminate() {
  static std::atomic_flag ending = ATOMIC_FLAG_INIT;
  while (ending.test_and_set()) ::pause();  // another thread speaks already, and ends them all
  int code = kInternal;
  try {
    if (const std::exception_ptr error = std::current_exception()) std::rethrow_exception(error);
    say("internal error (please report it)\n");
  } catch (const std::bad_alloc&) {
    say("out of memory: fewer paths, scenarios, hedgers or threads need less\n");
    code = kInputOutput;
  } catch (const std::exception& error) {
    const bool thread = std::strstr(error.what(), "pthread_create") != nullptr;
    say(thread ? "a thread cannot be started: " : "internal error (please report it): ");
    say(error.what());
    say("\n");
    if (thread) code = kInputOutput;
  } catch (...) {
    say("internal error (please report it)\n");
  }
  end_now(code);
}

}  // namespace

void prepare_ends() {
  open_standard_streams();
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGUSR1, SIGALRM}) handle(signal);
  std::set_terminate(on_terminate);
}

OrderlyStop::OrderlyStop() { phase = Phase::running; }

OrderlyStop::~OrderlyStop() {
  phase = Phase::idle;
  ::alarm(0);
  guarded_file = false;
  batches_kept = shared = silent = false;
  stop_requested = abandon_requested = limit_was_reached = false;
}

void OrderlyStop::guard(const std::string& partial_file, const std::vector<std::string>& made_folders) {
  if (partial_file.size() >= sizeof partial) return;  // no file can have such a name
  std::memcpy(partial, partial_file.c_str(), partial_file.size() + 1);
  std::size_t used = 0;
  for (auto folder = made_folders.rbegin(); folder != made_folders.rend(); ++folder) {
    if (used + folder->size() + 2 > sizeof folders) break;
    std::memcpy(folders + used, folder->c_str(), folder->size() + 1);
    used += folder->size() + 1;
  }
  folders[used] = '\0';
  guarded_file = true;
}

Stop OrderlyStop::stop() const { return &stop_requested; }

Stop OrderlyStop::abandon() const { return &abandon_requested; }

void OrderlyStop::keep_batches() { batches_kept = true; }

void OrderlyStop::share_run() { shared = true; }

void OrderlyStop::say_nothing() { silent = true; }

void OrderlyStop::limit_time(double seconds) {
  constexpr double million = 1e6, most = 1e9;
  alarm_after(static_cast<long>(std::max(1.0, std::min(seconds, most) * million)));
}

bool OrderlyStop::limit_reached() const { return limit_was_reached; }

void OrderlyStop::end_limit() {
  if (stop_requested && !limit_was_reached) return;
  ::alarm(0);
  stop_requested = abandon_requested = limit_was_reached = false;
}

void OrderlyStop::begin_commit() {
  phase = Phase::committing;
  if (!stop_requested) return;
  phase = Phase::running;
  throw Interrupted();
}

void OrderlyStop::end_commit() {
  guarded_file = false;
  phase = Phase::idle;
}

}  // namespace unhedged::app
