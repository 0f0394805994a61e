#include "engine/app/decision_cli.hpp"

namespace unhedged::app {
namespace {

void add_replay(CLI::App& command, ReplayArguments& replay) {
  command
      .add_option(
          "result", replay.source,
          "result file: all that is needed stands in it; or the YAML file of a run, for a path by its "
          "number")
      ->required()
      ->check(not_empty("the name of a file"));
  command.add_option("--scenario", replay.scenario, "which scenario (needed if there are several)")
      ->type_name("NAME");
  command.add_option("--hedger", replay.hedger, "which hedger (needed if there are several)")
      ->type_name("NAME");
  CLI::Option* path = command.add_option("--path", replay.path, "the path of that number")->type_name("N");
  command.add_option("--worst", replay.worst, "the path with the K-th largest loss, from 1")
      ->type_name("K")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 62))
      ->excludes(path);
  CLI::Option* csv = command.add_flag("--csv", replay.csv, "print all that is recorded as CSV");
  CLI::Option* json =
      command.add_flag("--json", replay.json, "print all that is recorded as JSON")->excludes(csv);
  CLI::Option* plot = command.add_flag("--plot", replay.plot, "print charts")->excludes(csv)->excludes(json);
  command.add_option("--svg", replay.svg, "draw the charts into a file instead of printing")
      ->type_name("FILE")
      ->check(not_empty("the name of a file"))
      ->excludes(csv)
      ->excludes(json)
      ->excludes(plot);
  command.add_flag("--force", replay.force, "replace the file of --svg if it exists");
  command.add_flag("--quiet", replay.quiet, "no notes, no warnings");
  command.add_option("--threads", replay.threads, "threads to use (default: all)")
      ->check(CLI::Range(1, 4096));
  add_shared(command, replay.shared);
}

}  // namespace

DecisionCommands::DecisionCommands(CLI::App& app)
    : replay_cli_(app.add_subcommand("replay", "show one path of a result step by step, as it was run")) {
  add_replay(*replay_cli_, replay_);
}

std::function<int()> DecisionCommands::chosen() const {
  if (*replay_cli_) return [this] { return replay_command(replay_); };
  return {};
}

}  // namespace unhedged::app
