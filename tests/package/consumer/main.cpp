// A program of somebody else: runs a configuration, prints a number and all P&L, shows that problems arrive.
#include <unhedged/unhedged.hpp>

#include <cstdio>

namespace un = unhedged::library;

int main(int argc, char** argv) {
  if (argc < 2) return 1;
  try {
    un::Options options;
    options.threads = 2;
    options.overrides = {{"simulation.paths", "700"}, {"risk.limits.es_99", "0.001"}};
    std::uint64_t seen = 0;
    options.progress = [&](std::uint64_t done) { seen = done; };
    const un::RunResult result = un::run_file(argv[1], options);
    const un::Number es = result.summary(0, 0, "es_95");
    std::printf("%s %s %llu %d %zu %.17g %.17g\n", un::version().c_str(), result.scenarios()[0].c_str(),
                static_cast<unsigned long long>(result.paths()), seen > 0, result.breaches().size(), es.value,
                es.standard_error);
    for (const double x : result.pnl(0, 0)) std::printf("%a\n", x);
    try {
      result.summary(0, 0, "es_98");
    } catch (const un::Refused& refused) {
      std::fprintf(stderr, "%d %s\n", refused.code(), refused.what());
    }
  } catch (const un::Refused& refused) {
    std::fprintf(stderr, "%s\n", refused.what());
    return refused.code();
  }
  return 0;
}
