#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "tests/performance/limit.hpp"

/// limit PATHS STEPS: prints the seconds taken and the mean P&L of the hedge.
int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto paths = static_cast<std::uint64_t>(std::atof(argv[1])) / 256 * 256;
  const auto steps = static_cast<std::uint32_t>(std::atoi(argv[2]));
  const auto begin = std::chrono::steady_clock::now();
  const double mean = unhedged::performance::limit_kernels().hedge(paths, steps, 1.0 / 12);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("%.6f %.9f %llu\n", seconds, mean, static_cast<unsigned long long>(paths));
}
