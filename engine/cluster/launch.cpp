#include "engine/cluster/launch.hpp"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <thread>

namespace unhedged::cluster {
namespace {

std::optional<int> number_in(const char* name) {
  const char* const text = std::getenv(name);
  int value = 0;
  if (text == nullptr) return {};
  const char* const end = text + std::strlen(text);
  const auto [after, error] = std::from_chars(text, end, value);
  if (error != std::errc() || after != end || value < 0) return {};
  return value;
}

}  // namespace

Launch launch() {
  struct Names {
    const char *rank, *size;
  };
  for (const Names& names : {Names{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                             Names{"PMI_RANK", "PMI_SIZE"}, Names{"PMIX_RANK", "SLURM_STEP_NUM_TASKS"}}) {
    const auto rank = number_in(names.rank), size = number_in(names.size);
    if (rank && size && *rank < *size) return {*rank, *size};
  }
  return {};
}

int processors_of_each(int processes) {
  const int all = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  const int bound = ::sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : all;
  return std::max(1, std::min(bound, all / std::max(1, processes)));
}

}  // namespace unhedged::cluster
