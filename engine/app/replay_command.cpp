#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <fstream>

#include "engine/app/commands.hpp"
#include "engine/app/loading.hpp"
#include "engine/app/messages.hpp"
#include "engine/app/replay_output.hpp"
#include "engine/app/signals.hpp"
#include "engine/app/stored_run.hpp"
#include "engine/app/table.hpp"
#include "engine/app/written_file.hpp"
#include "engine/core/errors.hpp"
#include "engine/simulation/prepared_run.hpp"

namespace unhedged::app {
namespace {

/// Which path, where it stands in the file, and what the file says of it.
struct PathInFile {
  std::uint64_t path = 0;
  std::optional<double> pnl{};
  std::optional<std::uint64_t> rank{};
};

std::uint64_t rank_of(const std::vector<double>& pnl, std::uint64_t place) {
  std::uint64_t worse = 0;
  for (std::uint64_t i = 0; i < pnl.size(); ++i)
    worse += pnl[i] < pnl[place] || (pnl[i] == pnl[place] && i < place) ? 1 : 0;
  return worse + 1;
}

std::uint64_t path_at(const std::vector<simulation::PathSpan>& spans, std::uint64_t place) {
  for (const simulation::PathSpan& span : spans) {
    if (place < span.count) return span.first + place;
    place -= span.count;
  }
  throw ContractViolation("no path at such a place");
}

std::uint64_t place_in(const output::ResultFile& result, std::uint64_t path) {
  std::uint64_t before = 0;
  for (const simulation::PathSpan& span : result.path_spans()) {
    if (path >= span.first && path - span.first < span.count) return before + path - span.first;
    before += span.count;
  }
  throw UsageError(fmt::format("--path: there is no path {} in {}, which has {}", path, result.path(),
                               result.text("path_numbers")));
}

PathInFile find_path(const output::ResultFile& result, std::size_t scenario, std::size_t hedger,
                     const ReplayArguments& arguments) {
  const std::vector<double> pnl = result.pnl(scenario, hedger);
  if (arguments.path) {
    const std::uint64_t place = place_in(result, *arguments.path);
    return {*arguments.path, pnl[place], rank_of(pnl, place)};
  }
  const std::uint64_t rank = *arguments.worst;
  if (rank > pnl.size()) throw UsageError(fmt::format("--worst: there are {} paths", pnl.size()));
  const std::uint64_t place = simulation::worst_paths(pnl, rank).back();
  return {path_at(result.path_spans(), place), pnl[place], rank};
}

PathInFile path_of_plan(const simulation::Plan& plan, const ReplayArguments& arguments) {
  if (!arguments.path)
    throw UsageError("--worst: a configuration has no losses yet; give a result, or --path");
  if (*arguments.path >= plan.paths)
    throw UsageError(fmt::format("--path: there is no path {} in a run of {}", *arguments.path, plan.paths));
  return {*arguments.path};
}

void require_same(const output::ResultFile& result, const Replayed& path) {
  const double stored = *path.stored_pnl;
  if (std::bit_cast<std::uint64_t>(stored) == std::bit_cast<std::uint64_t>(path.pnl())) return;
  const bool same_maker = maker_of(result) == this_program();
  const std::string why =
      same_maker
          ? "although the program says it is the one that made the file: the file or the program was changed"
          : "the numbers of the engine have changed since: " + maker_of(result) + " made the file, this is " +
                this_program();
  throw IoError(result.path(),
                fmt::format("cannot be replayed: path {} of {} in {} has a P&L of {}, and comes to {} "
                            "now; {}",
                            path.path(), path.plan.hedgers[path.hedger].name,
                            path.plan.scenarios[path.scenario].name, stored, path.pnl(), why));
}

/// Of the only one who hedges, if nobody is named.
std::size_t choose_hedger(const simulation::Plan& plan, const std::string& wanted) {
  const auto hedges = [](const hedging::Hedger& hedger) { return hedger.hedges(); };
  if (!wanted.empty() || std::ranges::count_if(plan.hedgers, hedges) != 1)
    return choose("--hedger", wanted, names_in(plan.hedgers));
  return static_cast<std::size_t>(std::ranges::find_if(plan.hedgers, hedges) - plan.hedgers.begin());
}

/// Whole lines where they are read by programs: hundreds of them.
std::size_t line_width(std::size_t asked) {
  constexpr std::size_t whole = 100'000;
  return asked == 0 && ::isatty(STDOUT_FILENO) == 0 ? whole : table_width(asked);
}

void show(const Replayed& path, const ReplayArguments& arguments) {
  if (!arguments.svg.empty()) {
    write_file(arguments.svg, replay_svg(path), {arguments.source}, arguments.force);
    if (!arguments.quiet) note(path.title() + "; drawn in " + arguments.svg);
    return;
  }
  const std::string text = arguments.csv    ? replay_csv(path)
                           : arguments.json ? replay_json(path)
                           : arguments.plot ? replay_chart(path, output_width())
                                            : replay_table(path, line_width(arguments.width));
  std::fputs(text.c_str(), stdout);
}

}  // namespace

std::string replay_words(const config::Configuration& configuration, const NumericalError& error) {
  std::string out = "unhedged replay " + in_shell(configuration.path);
  if (configuration.reads_outside) out += " --allow-paths";
  for (const auto& [key, value] : configuration.overrides) out += " --set " + in_shell(key + "=" + value);
  return out + " --scenario " + in_shell(error.scenario()) + " --hedger " + in_shell(error.hedger()) +
         " --path " + std::to_string(error.path());
}

int replay_command(const ReplayArguments& arguments) {
  if (arguments.path.has_value() == arguments.worst.has_value())
    throw UsageError("which path? --path N is its number, --worst K the K-th largest loss");
  OrderlyStop orderly;
  std::optional<output::ResultFile> result;
  if (output::is_hdf5(arguments.source)) result.emplace(arguments.source);
  if (result && !arguments.shared.set.empty())
    throw UsageError("--set: a result is replayed as it was made; give a configuration to change it");
  const config::Configuration configuration =
      result ? configuration_of(*result) : config::load(arguments.source, load_options(arguments.shared));
  const simulation::Plan& plan = configuration.plan;
  if (!result && !arguments.quiet) print_warnings(configuration.warnings);
  const std::size_t scenario = choose("--scenario", arguments.scenario, names_in(plan.scenarios)),
                    hedger = choose_hedger(plan, arguments.hedger);
  const PathInFile wanted =
      result ? find_path(*result, scenario, hedger, arguments) : path_of_plan(plan, arguments);
  if (!arguments.svg.empty()) require_writable(arguments.svg, {arguments.source}, arguments.force);
  const simulation::PreparedRun prepared(plan, arguments.threads, orderly.stop());
  Replayed path{plan,
                scenario,
                hedger,
                simulation::replay(prepared, scenario, hedger, {wanted.path}, orderly.stop()),
                wanted.pnl,
                wanted.rank,
                simulation::time_stamps(plan)};
  if (result) require_same(*result, path);
  path.causes = simulation::causes_of_path(prepared, scenario, hedger, wanted.path, orderly.stop());
  show(path, arguments);
  if (result && !arguments.quiet && maker_of(*result) != this_program())
    note("the P&L is that of the file to the bit, though " + maker_of(*result) + " made it and this is " +
         this_program());
  return kDone;
}

}  // namespace unhedged::app
