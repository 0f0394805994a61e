#include "engine/app/room.hpp"

#include <fmt/core.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <limits>

#include "engine/app/cost.hpp"
#include "engine/output/result_writer.hpp"

namespace unhedged::app {
namespace {

constexpr double kGib = 0x1p30, kMost = 0x1p60;

/// The largest file this process may write.
double file_limit() {
  struct rlimit limit {};
  if (::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return std::numeric_limits<double>::infinity();
  return static_cast<double>(limit.rlim_cur);
}

/// Bytes of what is kept of every path.
struct KeptBytes {
  double in_memory = 0, in_files = 0;
  double largest = 0;  ///< of one column
};

/// Columns larger than the limit go to files.
KeptBytes kept_of(const simulation::Plan& plan, double limit) {
  KeptBytes kept;
  for (const double bytes : simulation::path_bytes(plan)) {
    (bytes > limit ? kept.in_files : kept.in_memory) += bytes;
    kept.largest = std::max(kept.largest, bytes);
  }
  return kept;
}

std::string what_runs(const simulation::Plan& plan) {
  return fmt::format("{} paths, {} scenarios and {} hedgers", plan.paths, plan.scenarios.size(),
                     plan.hedgers.size());
}

/// Bytes of the texts that go into the result as they are.
double text_bytes(const config::Configuration& configuration) {
  std::size_t bytes = configuration.text.size() + configuration.book_text.size();
  for (const auto& [name, text] : configuration.scenario_texts) bytes += text.size();
  return static_cast<double>(bytes);
}

}  // namespace

double free_bytes(const std::string& folder) {
  struct statvfs about {};
  if (::statvfs(folder.c_str(), &about) != 0 || about.f_blocks == 0)
    return std::numeric_limits<double>::infinity();
  return static_cast<double>(about.f_bavail) * static_cast<double>(about.f_frsize);
}

simulation::StorageLimits require_room(const config::Configuration& configuration,
                                       const RunArguments& arguments, const std::string& target,
                                       double journal_bytes) {
  const simulation::Plan& plan = configuration.plan;
  const std::filesystem::path parent = std::filesystem::path(target).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  const double machine =
      static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  const double limit =
      std::min(kMost, arguments.memory_gib > 0 ? arguments.memory_gib * kGib : 0.5 * machine);
  const KeptBytes kept = kept_of(plan, limit);
  const double result = output::estimated_bytes(plan) + text_bytes(configuration);
  const bool spills = kept.in_files > 0;
  if (kept.in_memory > std::max(limit, machine) || kept.largest > kMost)
    throw IoError(
        configuration.path,
        fmt::format("the P&L of {} takes {} of memory, of which {} may be taken; run fewer paths",
                    what_runs(plan), size_text(std::max(kept.in_memory, kept.largest)), size_text(limit)));
  if (std::max(result, spills ? kept.largest : 0) > file_limit())
    throw IoError(
        target,
        fmt::format(
            "the result of {} takes {}, and no file may be larger than {} here (ulimit -f); run fewer paths",
            what_runs(plan), size_text(result), size_text(file_limit())));
  const double room = free_bytes(folder);
  if (result + kept.in_files + journal_bytes > room)
    throw IoError(
        target,
        fmt::format("the result of {} takes {}{}{}, and {} has {} free; run fewer paths or write elsewhere",
                    what_runs(plan), size_text(result),
                    spills ? " and the P&L that does not fit into memory " + size_text(kept.in_files) : "",
                    journal_bytes > 0 ? " and its journal " + size_text(journal_bytes) : "", folder,
                    size_text(room)));
  return {static_cast<std::size_t>(limit), folder};
}

}  // namespace unhedged::app
