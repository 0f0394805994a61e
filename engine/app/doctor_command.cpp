#include <fmt/core.h>

#include <filesystem>
#include <thread>

#include "engine/app/cost.hpp"
#include "engine/app/loading.hpp"
#include "engine/app/room.hpp"
#include "engine/app/version.hpp"
#include "engine/cluster/transport.hpp"
#include "engine/core/isa.hpp"
#include "engine/output/hdf5_about.hpp"
#include "engine/output/result_writer.hpp"
#include "engine/simulation/scheduler_about.hpp"
#include "engine/simulation/workload.hpp"

namespace unhedged::app {
namespace {

void print(const char* what, const std::string& text) { fmt::print("{:<19}{}\n", what, text); }

std::string instruction_sets() {
  std::string out = std::string(name_of(active_isa())) + " in use; this processor has";
  for (const Isa isa : supported_isas()) out += " " + std::string(name_of(isa));
  return out;
}

std::string yes_or_no(bool answer) { return answer ? "yes" : "no"; }

/// What a run will need beside what there is. returns  whether it fits
bool print_need(const std::string& config, const ConfigArguments& shared) {
  RunArguments arguments;
  arguments.config = config;
  const config::Configuration configuration = config::load(config, load_options(shared));
  const std::filesystem::path parent = std::filesystem::path(configuration.output_file).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  const double disk = output::estimated_bytes(configuration.plan), room = free_bytes(folder);
  const double memory = simulation::workload(configuration.plan, threads_of(arguments)).bytes();
  print("result", fmt::format("{} in {}, which has {} free", size_text(disk), folder, size_text(room)));
  print("memory of the run", fmt::format("{} of {}", size_text(memory), size_text(available_bytes())));
  return disk <= room && memory <= available_bytes();
}

}  // namespace

int doctor_command(const std::string& config, const ConfigArguments& shared) {
  const output::Hdf5About hdf5 = output::about_hdf5();
  print("version", version_text());
  print("instructions", instruction_sets());
  print("processors", std::to_string(std::thread::hardware_concurrency()));
  print("memory", size_text(available_bytes()) + " available");
  print("scheduler", simulation::about_scheduler());
  print("MPI", cluster::about_mpi().empty() ? "none: built without" : cluster::about_mpi());
  print("HDF5", fmt::format("{}; thread-safe {}, Fletcher32 {}, plugins {}", hdf5.version,
                            yes_or_no(hdf5.thread_safe), yes_or_no(hdf5.checksums), yes_or_no(hdf5.plugins)));
  print("disk", size_text(free_bytes(".")) + " free here");
  for (const std::string& folder : shipped_folders(config::kScenarioFolder))
    if (std::filesystem::is_directory(folder)) {
      print("scenarios", folder);
      break;
    }
  if (config.empty() || print_need(config, shared)) return kDone;
  throw IoError(config, "needs more than there is");
}

}  // namespace unhedged::app
