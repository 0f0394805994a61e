#include "engine/simulation/parallel.hpp"

#include <tbb/version.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "engine/core/errors.hpp"
#include "engine/simulation/scheduler_about.hpp"

namespace unhedged::simulation {
namespace {

int counted(int threads) {
  return threads > 0 ? threads : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

/// The pool ends the whole program where a thread cannot be started; so all are started here first.
int startable(int threads) {
  std::mutex gate;  // holds all of them, so that they exist at the same time
  std::unique_lock closed(gate);
  std::vector<std::thread> started;
  std::string reason;
  try {
    while (static_cast<int>(started.size()) + 1 < threads)
      started.emplace_back([&gate] { const std::scoped_lock through(gate); });
  } catch (const std::system_error& error) {
    reason = error.code().message();
  }
  closed.unlock();
  for (std::thread& thread : started) thread.join();
  if (!reason.empty())
    throw IoError("--threads", "only " + std::to_string(started.size() + 1) + " of " +
                                   std::to_string(threads) + " threads can be started: " + reason +
                                   "; ask for fewer");
  return threads;
}

}  // namespace

std::string about_scheduler() { return std::string("oneTBB ") + TBB_runtime_version(); }

Parallel::Parallel(int threads)
    : threads_(startable(counted(threads))),
      limit_(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads_)),
      arena_(threads_) {}

}  // namespace unhedged::simulation
