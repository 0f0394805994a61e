#include "engine/app/cost.hpp"

#include <fmt/core.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>
#include <thread>

#include "engine/app/messages.hpp"
#include "engine/app/text_table.hpp"

namespace unhedged::app {
namespace {

constexpr double kGib = 0x1p30, kHour = 3600;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The first number of a file of the system, or of the line that starts with `key`; infinity if there is
/// none.
double number_in(const std::string& path, const std::string& key = "") {
  std::ifstream file(path);
  std::string word;
  double value = 0;
  while (!key.empty() && file >> word && word != key) {
  }
  return file >> value ? value : kInfinity;
}

std::string gib_text(double bytes) { return fmt::format("{:.2g} GiB", bytes / kGib); }

int processors() { return static_cast<int>(std::max(1u, std::thread::hardware_concurrency())); }

}  // namespace

double steps_per_path(const simulation::Plan& plan) {
  const auto hedging =
      std::ranges::count_if(plan.hedgers, [](const hedging::Hedger& hedger) { return hedger.hedges(); });
  return static_cast<double>(plan.grid.steps * plan.assets.size() * plan.scenarios.size() *
                             static_cast<std::size_t>(std::max<std::ptrdiff_t>(1, hedging)));
}

double available_bytes() {
  const double machine = 1024 * number_in("/proc/meminfo", "MemAvailable:");
  const double most = number_in("/sys/fs/cgroup/memory.max"),
               used = number_in("/sys/fs/cgroup/memory.current");
  const double group = most < kInfinity && used < kInfinity ? most - used : kInfinity;
  struct rlimit limit {};
  const bool limited = ::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return std::min({machine, group, limited ? static_cast<double>(limit.rlim_cur) : kInfinity});
}

std::string time_text(double seconds) {
  if (seconds < 1) return "less than a second";
  if (seconds < 100) return fmt::format("about {:.0f} s", seconds);
  if (seconds < 100 * 60) return fmt::format("about {:.0f} min", seconds / 60);
  if (seconds < 100 * kHour) return fmt::format("about {:.1f} h", seconds / kHour);
  return fmt::format("about {:.0f} d", seconds / (24 * kHour));
}

std::string size_text(double bytes) {
  return bytes < kGib ? fmt::format("{:.0f} MiB", std::max(1.0, bytes / 0x1p20)) : gib_text(bytes);
}

std::string product_text(const simulation::Plan& plan) {
  return counted(plan.paths, "path") + " x " + counted(plan.grid.steps, "step") + " x " +
         counted(plan.scenarios.size(), "scenario") + " x " + counted(plan.hedgers.size(), "hedger") + " x " +
         counted(plan.assets.size(), "asset");
}

int threads_of(const RunArguments& arguments) {
  return arguments.threads > 0 ? arguments.threads : processors();
}

namespace {

/// That its threads keep busy, those of other processes included.
int processors_of(const RunArguments& arguments) {
  return std::min(threads_of(arguments), processors()) + arguments.helper_threads;
}

std::string parts(const simulation::Workload& work) {
  return "tables " + size_text(work.tables_bytes + work.rows_bytes) + ", blocks " +
         size_text(work.blocks_bytes) + ", worst paths " + size_text(work.records_bytes) + ", P&L " +
         size_text(work.pnl_bytes);
}

std::string advice(const simulation::Workload& work) {
  const double most =
      std::max({work.tables_bytes + work.rows_bytes, work.blocks_bytes, work.records_bytes, work.pnl_bytes});
  if (most == work.records_bytes) return "fewer worst_paths or longer steps need less";
  if (most == work.tables_bytes + work.rows_bytes) return "longer steps or `greeks: exact` need less";
  return most == work.pnl_bytes ? "fewer paths need less" : "fewer hedgers, scenarios or threads need less";
}

}  // namespace

double foretold_seconds(const config::Configuration& configuration, const RunArguments& arguments) {
  return simulation::workload(configuration.plan, threads_of(arguments)).seconds(processors_of(arguments));
}

void require_memory(const config::Configuration& configuration, const RunArguments& arguments,
                    const simulation::Workload& work) {
  const double available = available_bytes(), allowed = arguments.memory_gib * kGib;
  if (work.bytes() <= std::max(available, allowed)) return;
  throw IoError(configuration.path,
                fmt::format("{} need about {} of memory ({}), and {} are available; {}, and --memory "
                            "takes your word for more",
                            product_text(configuration.plan), gib_text(work.bytes()), parts(work),
                            gib_text(available), advice(work)));
}

void tell_cost(const config::Configuration& configuration, const RunArguments& arguments) {
  const simulation::Plan& plan = configuration.plan;
  const int threads = processors_of(arguments);
  simulation::Workload work = simulation::workload(plan, threads_of(arguments));
  const double allowed = arguments.memory_gib * kGib;
  if (work.pnl_bytes > (allowed > 0 ? allowed : 0.5 * available_bytes())) work.pnl_bytes = 0;  // to a file
  require_memory(configuration, arguments, work);
  const double seconds = work.seconds(threads);
  if (seconds > kHour)
    warn(fmt::format("this run takes {} on {} (paths {}, tables {}, worst paths {}): {}", time_text(seconds),
                     counted(static_cast<std::size_t>(threads), "thread"),
                     time_text(work.paths_seconds / threads), time_text(work.tables_seconds / threads),
                     time_text(work.records_seconds), product_text(plan)));
  else if (!arguments.quiet)
    note(fmt::format("{} and {}: {}", time_text(seconds), size_text(work.bytes()), product_text(plan)));
}

}  // namespace unhedged::app
