#include "engine/app/decision_cli.hpp"

namespace unhedged::app {
namespace {

void add_replay(CLI::App& command, ReplayArguments& replay) {
  require_files(command.add_option(
      "result", replay.source,
      "result file: all that is needed stands in it; or the YAML file of a run, for a path by its number"));
  command.add_option("--scenario", replay.scenario, "which scenario (needed if there are several)")
      ->type_name("NAME");
  command.add_option("--hedger", replay.hedger, "which hedger (needed if there are several)")
      ->type_name("NAME");
  CLI::Option* path = add_whole(
      command, "--path", 0, [&replay](std::uint64_t n) { replay.path = n; }, "the path of that number");
  add_whole(
      command, "--worst", 1, [&replay](std::uint64_t k) { replay.worst = k; },
      "the path with the K-th largest loss, from 1")
      ->type_name("K")
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
  add_width(command, replay.width)
      ->description(
          "characters of a line of the table (default: the terminal's; as many as it takes if stdout is "
          "none)");
  command.add_flag("--force", replay.force, "replace the file of --svg if it exists");
  command.add_flag("--quiet", replay.quiet, "no notes, no warnings");
  command.add_option("--threads", replay.threads, "threads to use (default: all)")
      ->check(CLI::Range(1, 4096));
  add_shared(command, replay.shared);
}

void add_compare(CLI::App& command, CompareArguments& compare) {
  require_files(command.add_option("result", compare.results,
                                   "result files of one book: further hedgers or scenarios"));
  command
      .add_option("--weight", compare.weights,
                  "how likely a scenario is beside the others, for each of them (default: what "
                  "risk.scenario_weights said, else all the same)")
      ->type_name("SCENARIO=NUMBER")
      ->check(key_and_value("SCENARIO=NUMBER, as in --weight calm=0.9"));
  command.add_option("--calm", compare.calm, "scenario that the others are held against (default: calm)")
      ->type_name("NAME");
  CLI::Option* csv = command.add_flag("--csv", compare.csv, "print every number as CSV");
  CLI::Option* json = command.add_flag("--json", compare.json, "print every number as JSON")->excludes(csv);
  command.add_flag("--markdown", compare.markdown, "print the tables as Markdown")
      ->excludes(csv)
      ->excludes(json);
  add_width(command, compare.width);
  command.add_flag("--quiet", compare.quiet, "no warnings");
}

void add_export(CLI::App& command, ExportArguments& wanted) {
  require_files(command.add_option("result", wanted.result, "result file"));
  command
      .add_option("--format", wanted.format, "csv, parquet: a folder of tables; json: one file, or stdout")
      ->type_name("FORMAT")
      ->required()
      ->check(CLI::IsMember({"csv", "json", "parquet"}));
  command
      .add_option("-o,--output", wanted.output,
                  "folder for CSV and Parquet, which must not exist; file for JSON")
      ->check(not_empty("a name, as in -o results/tables"));
  command.add_flag("--force", wanted.force, "replace the JSON file, or the Parquet folder, if it exists");
  command.add_flag("--quiet", wanted.quiet, "no notes");
}

void add_report(CLI::App& command, ReportArguments& report) {
  require_files(command.add_option("result", report.result, "result file of a run"));
  command.add_option("-o,--output", report.output, "HTML file (default: beside the result, with .html)")
      ->type_name("FILE")
      ->check(not_empty("the name of a file, as in -o report.html"));
  command.add_flag("--force", report.force, "replace the HTML file if it exists");
  command.add_flag("--quiet", report.quiet, "no notes");
  command
      .add_option("--paths", report.paths,
                  "paths simulated to hold each scenario against its history (2000), from 100; 0: none")
      ->type_name("N")
      ->check([](const std::string& text) {
        const std::string problem = CLI::Range(100u, 1000000u)(text);
        return text == "0" || problem.empty() ? std::string() : problem + ", and not 0, for none";
      });
}

void add_margin(CLI::App& command, MarginArguments& margin) {
  require_files(command.add_option("config", margin.config, "YAML file"));
  command
      .add_option("--at", margin.at,
                  "measure what is held today so long from now, at today's quotes (default: now)")
      ->type_name("TIME")
      ->check(not_empty("a time, as in 5d"));
  command.add_flag("--json", margin.json, "print every number as JSON instead of a table");
  command.add_flag("--quiet", margin.quiet, "no warnings");
  add_shared(command, margin.shared);
}

void add_points(CLI::App& command, SweepArguments& sweep) {
  command
      .add_option("--vary", sweep.vary,
                  "key and its values, or their range; every other --vary makes the points more")
      ->type_name("KEY=A,B|LOW..HIGH")
      ->allow_extra_args(false);
  command
      .add_option("--design", sweep.design,
                  "how points are chosen: grid (default): the product of all values; random, sobol: so many "
                  "points of the ranges; csv: rows of a file")
      ->type_name("DESIGN")
      ->check(CLI::IsMember({"grid", "random", "sobol", "csv"}));
  command
      .add_option("--points", sweep.points,
                  "how many points, in a grid values of each range; or a CSV file with a column for each key")
      ->type_name("N|FILE")
      ->check(not_empty("a number, or the name of a CSV file"));
  add_whole(
      command, "--design-seed", 0, [&sweep](std::uint64_t n) { sweep.design_seed = n; },
      "seed of random and sobol points (1)");
}

void add_sweep(CLI::App& command, SweepArguments& sweep) {
  RunArguments& run = sweep.run;
  require_files(command.add_option("config", run.config, "YAML file of a run"));
  add_points(command, sweep);
  command.add_option("-o,--output", run.output, "file for the points and their risk numbers")
      ->type_name("FILE")
      ->required()
      ->check(not_empty("the name of a file, as in -o results/sweep.h5"));
  command.add_flag("--force", run.force, "replace the file if it exists");
  command.add_flag("--resume", run.resume, "go on from the journal of a sweep that was cut short");
  CLI::Option* json = command.add_flag("--json", run.json, "print every number as JSON");
  command.add_flag("--csv", sweep.csv, "print every number as CSV")->excludes(json);
  add_whole(
      command, "--against", 0, [&sweep](std::uint64_t n) { sweep.against = n; },
      "point that the others are held against, path by path (0)")
      ->type_name("POINT");
  command.add_option("--metric", sweep.metric, "of the table (default: ES at the highest level)")
      ->type_name("NAME")
      ->excludes(json);
  add_width(command, run.width);
  add_simulation(command, run);
}

void add_tail(CLI::App& command, TailArguments& tail) {
  require_files(command.add_option("result", tail.result, "result file"));
  command
      .add_option("--level", tail.levels,
                  "levels of VaR and ES, as 99.9 % or 0.999 (default: those of the result)")
      ->type_name("LEVEL,...")
      ->delimiter(',');
  command
      .add_option("--memory", tail.memory_gib,
                  "GiB of losses to hold at once (default: a quarter of what is available)")
      ->type_name("GIB")
      ->check(positive_number());
  command.add_flag("--json", tail.json, "print every number as JSON instead of a table");
  command.add_flag("--quiet", tail.quiet, "no notes");
}

}  // namespace

DecisionCommands::DecisionCommands(CLI::App& app)
    : compare_cli_(app.add_subcommand("compare", "rank hedgers over scenarios, with what is significant")),
      export_cli_(app.add_subcommand("export", "write all of a result as CSV, Parquet or JSON")),
      margin_cli_(
          app.add_subcommand("margin", "what margin models require of today's book and of each hedged one")),
      replay_cli_(app.add_subcommand("replay", "show one path of a result step by step, as it was run")),
      report_cli_(app.add_subcommand("report", "make one self-contained HTML page of a result")),
      sweep_cli_(app.add_subcommand("sweep", "run a configuration at many values of its keys")),
      tail_cli_(app.add_subcommand("tail", "VaR and ES of a result at any level, however large it is")) {
  add_tail(*tail_cli_, tail_);
  add_margin(*margin_cli_, margin_);
  add_report(*report_cli_, report_);
  add_compare(*compare_cli_, compare_);
  add_export(*export_cli_, export_);
  add_replay(*replay_cli_, replay_);
  add_sweep(*sweep_cli_, sweep_);
}

std::function<int()> DecisionCommands::chosen() {
  if (*compare_cli_) return [this] { return compare_command(compare_); };
  if (*export_cli_) return [this] { return export_command(export_); };
  if (*margin_cli_) return [this] { return margin_command(margin_); };
  if (*replay_cli_) return [this] { return replay_command(replay_); };
  if (*report_cli_) return [this] { return report_command(report_); };
  if (*sweep_cli_)
    return [this] {
      set_from_words(sweep_.run);
      return sweep_command(sweep_);
    };
  if (*tail_cli_) return [this] { return tail_command(tail_); };
  return {};
}

}  // namespace unhedged::app
