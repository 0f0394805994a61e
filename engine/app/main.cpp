#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>
#include <functional>
#include <iostream>
#include <new>
#include <system_error>

#include "engine/app/commands.hpp"
#include "engine/app/decision_cli.hpp"
#include "engine/app/messages.hpp"
#include "engine/app/reference_cli.hpp"
#include "engine/app/signals.hpp"
#include "engine/app/table.hpp"
#include "engine/app/validators.hpp"
#include "engine/app/version.hpp"
#include "engine/cluster/launch.hpp"
#include "engine/config/field.hpp"
#include "engine/config/scalar.hpp"
#include "engine/core/errors.hpp"
#include "engine/core/isa.hpp"
#include "engine/core/utf8.hpp"

namespace unhedged::app {
namespace {

/// Runs a command and turns what it throws into a message and an exit code.
int guarded(const std::function<int()>& command) {
  try {
    return command();
  } catch (const ConfigError& error) {
    for (const Problem& problem : error.problems())
      problem.severity == Severity::error ? fail(to_string(problem)) : warn(to_string(problem));
    return kConfiguration;
  } catch (const UsageError& error) {
    fail(error.what());
    return kUsage;
  } catch (const IoError& error) {
    fail(error.what());
    return kInputOutput;
  } catch (const NumericalError& error) {
    fail(std::string("numerical failure: ") + error.what());
    return kNumerical;
  } catch (const Suspended& error) {
    fail(error.what());
    return kSuspended;
  } catch (const Interrupted&) {
    fail("interrupted; nothing was written");
    return kInterrupted;
  } catch (const std::bad_alloc&) {
    fail("out of memory: fewer paths, scenarios, hedgers or threads need less");
    return kInputOutput;
  } catch (const std::length_error&) {
    fail("out of memory: more is asked for than any machine has");
    return kInputOutput;
  } catch (const std::system_error& error) {
    const bool printing = std::ferror(stdout) != 0;
    fail(printing ? "standard output: cannot be written: " + error.code().message()
                  : std::string("the system refuses: ") + error.what());
    return kInputOutput;
  } catch (const std::exception& error) {
    fail(std::string("internal error (please report it): ") + error.what());
    return kInternal;
  }
}

/// Whether the first word should be a command and is none; says so, and what may have been meant.
bool names_no_command(const std::string& word, const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  if (word.starts_with('-') || std::ranges::find(names, word) != names.end()) return false;
  fail("unknown command " + in_quotes(word) + config::suggestion(word, names));
  return true;
}

/// What is printed counts only when it has arrived.
int finish_output(int code) {
  std::cout.flush();
  const bool failed = std::ferror(stdout) != 0 || !std::cout;
  if (std::fflush(stdout) == 0 && !failed) return code;
  if (code == kInputOutput) return code;  // said already
  fail(std::string("standard output: cannot be written: ") + std::strerror(errno));
  return kInputOutput;
}

/// How the result is printed.
void add_printing(CLI::App& command, RunArguments& run) {
  CLI::Option* json = command.add_flag("--json", run.json, "print every number as JSON instead of a table");
  command
      .add_option("--columns", run.columns,
                  "columns of the table by the names of the result file, or all "
                  "(default: what the width allows)")
      ->type_name("NAME,...")
      ->delimiter(',')
      ->excludes(json);
  add_width(command, run.width)->excludes(json);
}

/// What `run` takes.
void add_run(CLI::App& command, RunArguments& run) {
  require_files(command.add_option("config", run.config, "YAML file"));
  command.add_option("-o,--output", run.output, "result file instead of the configured one")
      ->type_name("FILE")
      ->check(not_empty("the name of a file, as in -o results/run.h5"));
  command.add_flag("--force", run.force, "replace the result file if it exists");
  add_printing(command, run);
  add_simulation(command, run);
  command.add_flag("--resume", run.resume, "go on from the journal of a run that was cut short");
  command
      .add_option("--time-limit", run.time_limit,
                  "stop after so long, report the paths that are done, and keep a journal for --resume")
      ->type_name("TIME")
      ->check(not_empty("a time, as in 6h"));
  command.add_option("--shard", run.shard, "simulate the i-th of N parts of the paths, for unhedged merge")
      ->type_name("I/N")
      ->check(not_empty("i/N, as in 2/5: the second of five"));
}

/// What a run costs depends on a few of its words.
void add_plan(CLI::App& command, RunArguments& plan) {
  require_files(command.add_option("config", plan.config, "YAML file"));
  command.add_flag("--json", plan.json, "print JSON");
  command.add_flag("--quiet", plan.quiet, "no warnings");
  command.add_option("--paths", plan.paths, "number of paths")->type_name("N")->check(whole_number(2, 1e12));
  command.add_option("--threads", plan.threads, "threads to use (default: all)")->check(CLI::Range(1, 4096));
  add_shared(command, plan.shared);
}

void add_doctor(CLI::App& command, RunArguments& doctor) {
  command.add_option("config", doctor.config, "YAML file of a run whose needs are looked at")
      ->type_name("FILE");
  add_shared(command, doctor.shared);
}

struct ValidateArguments {
  std::vector<std::string> configs;
  ConfigArguments shared;
  bool quiet = false;
};

void add_validate(CLI::App& command, ValidateArguments& validate) {
  require_files(command.add_option("config", validate.configs, "YAML files"));
  command.add_flag("--quiet", validate.quiet, "say nothing of files that are sound");
  add_shared(command, validate.shared);
}

struct DescribeArguments {
  std::string kind, name;
  bool simulate = false;
  std::uint64_t paths = 2000;
};

void add_describe(CLI::App& command, DescribeArguments& describe) {
  command.add_option("kind", describe.kind, "what to list (default: all but keys)")
      ->type_name("KIND:{models,hedgers,instruments,scenarios,margin_models,keys}");
  command.add_option("name", describe.name, "one of them");
  command.add_flag("--simulate", describe.simulate,
                   "scenarios NAME: what happened beside what the scenario does");
  command.add_option("--paths", describe.paths, "simulated paths (2000)")->check(CLI::Range(100u, 1000000u));
}

int described(const DescribeArguments& describe) {
  return describe_command(describe.kind, describe.name, describe.simulate ? describe.paths : 0);
}

void add_merge(CLI::App& command, MergeArguments& merge) {
  command.add_option("shard", merge.shards, "shards or journals of one run")->type_name("FILE")->required();
  command.add_option("-o,--output", merge.output, "result file")
      ->type_name("FILE")
      ->required()
      ->check(not_empty("the name of a file, as in -o results/run.h5"));
  command.add_flag("--partial", merge.partial, "take what there is, and say what is missing");
  command.add_flag("--force", merge.run.force, "replace the result file if it exists");
  command.add_flag("--quiet", merge.run.quiet, "no progress, no notes, no warnings");
  command.add_option("--threads", merge.run.threads, "threads to use (default: all)")
      ->check(CLI::Range(1, 4096));
  add_log_format(command);
  add_printing(command, merge.run);
}

int main_guarded(int argc, char** argv) {
  CLI::App app{"Unhedged: Monte Carlo stress tests of model-based hedging", "unhedged"};
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  int code = kDone;
  if (const std::string problem = unhedged::wished_isa_problem(); !problem.empty()) {
    fail(problem);
    return kUsage;
  }

  RunArguments run;
  CLI::App* run_cli = app.add_subcommand("run", "simulate a configuration and write its results");
  add_run(*run_cli, run);
  MergeArguments merge;
  CLI::App* merge_cli = app.add_subcommand("merge", "put the shards of a run together into its result");
  add_merge(*merge_cli, merge);
  RunArguments plan, doctor;
  CLI::App* plan_cli = app.add_subcommand("plan", "say what a run will cost, from a calibration of a second");
  add_plan(*plan_cli, plan);
  CLI::App* doctor_cli = app.add_subcommand("doctor", "versions, processor, memory and disk");
  add_doctor(*doctor_cli, doctor);

  ValidateArguments validate;
  CLI::App* validate_cli = app.add_subcommand("validate", "make all checks of run, compute nothing");
  add_validate(*validate_cli, validate);

  DescribeArguments describe;
  CLI::App* describe_cli =
      app.add_subcommand("describe", "list models, hedgers, instruments, scenarios, margin_models or keys");
  add_describe(*describe_cli, describe);
  std::string what = "run";
  DecisionCommands decisions(app);
  CLI::App* schema_cli = app.add_subcommand("schema", "print the JSON Schema of a configuration");
  schema_cli->add_option("what", what, "of a run (default), a scenario or a margin model")
      ->type_name("WHAT:{run,scenario,margin_model}");
  const ReferenceCommands reference(app);

  if (argc > 1 && names_no_command(argv[1], app)) return kUsage;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  for (RunArguments* arguments : {&run, &plan}) set_from_words(*arguments);
  if (*plan_cli) code = guarded([&] { return plan_command(plan); });
  if (*doctor_cli) code = guarded([&] { return doctor_command(doctor.config, doctor.shared); });
  if (*run_cli) code = guarded([&] { return run_command(run); });
  if (*merge_cli) code = guarded([&] { return merge_command(merge); });
  if (*validate_cli)
    code = guarded([&] { return validate_command(validate.configs, validate.shared, validate.quiet); });
  if (*describe_cli) code = guarded([&] { return described(describe); });
  if (*schema_cli) code = guarded([&] { return schema_command(what); });
  if (const auto command = reference.chosen()) code = guarded(command);
  if (const auto decision = decisions.chosen()) code = guarded(decision);
  return code;
}

}  // namespace
}  // namespace unhedged::app

int main(int argc, char** argv) {
  unhedged::app::prepare_ends();
  if (unhedged::cluster::launch().is_helper()) {
    // Of processes that were started together the first does all the talking, and all that is not a run.
    if (argc < 2 || std::string_view(argv[1]) != "run") return unhedged::app::kDone;
    unhedged::app::be_silent();
  }
  return unhedged::app::finish_output(unhedged::app::main_guarded(argc, argv));
}
