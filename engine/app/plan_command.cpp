#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "engine/app/conclude.hpp"
#include "engine/app/cost.hpp"
#include "engine/app/loading.hpp"
#include "engine/app/run_journal.hpp"
#include "engine/app/signals.hpp"
#include "engine/output/result_writer.hpp"
#include "engine/simulation/workload.hpp"

namespace unhedged::app {
namespace {

/// What was measured on this machine, now.
struct Calibration {
  double preparing_seconds = 0;
  double paths_a_second = 0;
};

/// Tables that are expected to take longer are not made for a measurement.
constexpr double kLongestPreparing = 10, kMeasured = 1;

/// Prepares the run and simulates its first paths for about a second. None where that would take long.
std::optional<Calibration> calibrate(const simulation::Plan& plan, const simulation::Workload& work,
                                     int threads, Stop stop) {
  if (work.tables_seconds / threads > kLongestPreparing) return {};
  Calibration out;
  const Clock::time_point begin = Clock::now();
  const simulation::PreparedRun prepared(plan, threads, stop);
  out.preparing_seconds = seconds_since(begin);
  constexpr std::uint64_t most = 4096;
  const std::uint64_t room = std::min(most, simulation::batches_of(plan.paths));
  simulation::RunOptions options;
  options.threads = threads;
  options.stop = stop;
  simulation::Simulation simulation(prepared, options, {{0, room}});
  const Clock::time_point simulating = Clock::now();
  for (auto end = static_cast<std::uint64_t>(threads); simulation.finished().count() < room; end *= 2) {
    simulation.run(std::min(end, room));
    if (seconds_since(simulating) > kMeasured / 2) break;
  }
  out.paths_a_second = static_cast<double>(simulation.paths_done()) / seconds_since(simulating);
  return out;
}

/// A part of what a run takes, by its name.
struct Share {
  const char* name;
  double amount;
};

/// What a run will cost.
struct Cost {
  std::vector<Share> seconds, bytes, disk;

  static double sum(const std::vector<Share>& parts) {
    double all = 0;
    for (const Share& part : parts) all += part.amount;
    return all;
  }
  static const Share& largest(const std::vector<Share>& parts) {
    return *std::ranges::max_element(parts, {}, &Share::amount);
  }
};

Cost cost_of(const config::Configuration& configuration, const simulation::Workload& work,
             const std::optional<Calibration>& measured, int threads, double journal) {
  const auto paths = static_cast<double>(configuration.plan.paths);
  const double preparing = measured ? measured->preparing_seconds : work.tables_seconds / threads;
  const double simulating = measured ? paths / measured->paths_a_second : work.paths_seconds / threads;
  return {{{"tables", preparing},
           {"paths", simulating},
           {"worst paths", work.records_seconds},
           {"summary", work.summary_seconds}},
          {{"tables", work.tables_bytes + work.rows_bytes},
           {"blocks", work.blocks_bytes},
           {"worst paths", work.records_bytes},
           {"P&L", work.pnl_bytes}},
          {{"result", output::estimated_bytes(configuration.plan)}, {"journal", journal}}};
}

std::string line(const char* name, const std::vector<Share>& parts, std::string (*text)(double)) {
  const double all = Cost::sum(parts);
  std::string out = fmt::format("  {:<7}{}: ", name, text(all));
  for (const Share& part : parts)
    out += fmt::format("{}{} {:.0f} %", &part == parts.data() ? "" : ", ", part.name,
                       all > 0 ? 100 * part.amount / all : 0);
  return out + "\n";
}

std::string cost_text(const config::Configuration& configuration, const Cost& cost,
                      const std::optional<Calibration>& measured, int threads) {
  std::string out = fmt::format("{}: {}\n", configuration.plan.name, product_text(configuration.plan));
  out += line("time", cost.seconds, time_text) + line("memory", cost.bytes, size_text) +
         line("disk", cost.disk, size_text);
  out += measured ? fmt::format("  measured here: {:.3g} paths a second on {} threads\n",
                                measured->paths_a_second, threads)
                  : std::string("  not measured (the tables alone take long): good to a factor of three\n");
  if (!configuration.plan.precision.empty())
    out += "  at most: the run ends when it is as precise as simulation.precision asks\n";
  return out + fmt::format("  most of the time go the {}, most of the memory the {}\n",
                           Cost::largest(cost.seconds).name, Cost::largest(cost.bytes).name);
}

std::string cost_json(const config::Configuration& configuration, const Cost& cost,
                      const std::optional<Calibration>& measured, int threads) {
  const simulation::Plan& plan = configuration.plan;
  nlohmann::ordered_json out{{"name", plan.name},
                             {"paths", plan.paths},
                             {"steps", plan.grid.steps},
                             {"scenarios", plan.scenarios.size()},
                             {"hedgers", plan.hedgers.size()},
                             {"assets", plan.assets.size()},
                             {"threads", threads}};
  const auto add = [&out](const char* name, const std::vector<Share>& parts) {
    out[name]["all"] = Cost::sum(parts);
    for (const Share& part : parts) out[name][part.name] = part.amount;
  };
  add("seconds", cost.seconds);
  add("memory_bytes", cost.bytes);
  add("disk_bytes", cost.disk);
  out["measured_paths_a_second"] =
      measured ? nlohmann::ordered_json(measured->paths_a_second) : nlohmann::ordered_json();
  return out.dump(2) + "\n";
}

}  // namespace

int plan_command(const RunArguments& arguments) {
  const config::Configuration configuration = config::load(arguments.config, load_options(arguments.shared));
  if (!arguments.quiet) print_warnings(configuration.warnings);
  const int threads = threads_of(arguments);
  const simulation::Workload work = simulation::workload(configuration.plan, threads);
  const RunJournal journal(configuration, arguments, configuration.output_file);
  OrderlyStop orderly;
  const auto measured = calibrate(configuration.plan, work, threads, orderly.stop());
  const Cost cost = cost_of(configuration, work, measured, threads, journal.bytes(configuration.plan));
  fmt::print("{}", arguments.json ? cost_json(configuration, cost, measured, threads)
                                  : cost_text(configuration, cost, measured, threads));
  return kDone;
}

}  // namespace unhedged::app
