#include "engine/app/validators.hpp"

#include <fmt/core.h>

#include <cmath>

#include "engine/app/messages.hpp"
#include "engine/app/table.hpp"
#include "engine/config/scalar.hpp"
#include "engine/core/utf8.hpp"

namespace unhedged::app {

CLI::Validator key_and_value(const std::string& example) {
  return CLI::Validator(
      [example](std::string& text) {
        const std::size_t equals = text.find('=');
        const bool sound = equals != std::string::npos && equals > 0;
        return sound ? "" : in_quotes(text) + " is not " + example;
      },
      "");
}

CLI::Validator whole_number(double least, double most) {
  return CLI::Validator(
      [least, most](std::string& text) {
        std::string why;
        const auto value = config::parse_integer(text, why);
        const auto number = static_cast<double>(value.value_or(0));
        if (value && number >= least && number <= most) return std::string();
        return in_quotes(text) +
               fmt::format(" is not a whole number from {:g} to {:g}, as in 100000 or 1e5", least, most);
      },
      "");
}

CLI::Option* add_whole(CLI::App& command, const std::string& name, std::uint64_t least,
                       const std::function<void(std::uint64_t)>& set, const std::string& help) {
  const auto take = [set](const std::string& text) {
    std::string why;
    if (const auto number = config::parse_integer(text, why)) set(*number);
  };
  return command.add_option_function<std::string>(name, take, help)
      ->type_name("N")
      ->check(whole_number(static_cast<double>(least), 1e15));
}

CLI::Validator not_empty(const std::string& expected) {
  const auto check = [expected](std::string& text) {
    return text.empty() ? "is empty; expected is " + expected : std::string();
  };
  return CLI::Validator(check, "");
}

CLI::Validator positive_number() {
  return CLI::Validator(
      [](std::string& text) {
        double value = 0;
        const bool sound = CLI::detail::lexical_cast(text, value) && std::isfinite(value) && value > 0;
        return sound ? "" : "\"" + text + "\" is not a positive finite number";
      },
      "");
}

CLI::Option* require_files(CLI::Option* argument) {
  return argument->type_name("FILE")->required()->check(not_empty("the name of a file"));
}

void add_shared(CLI::App& command, ConfigArguments& shared) {
  command.add_option("--set", shared.set, "replace a value: --set simulation.step=30min")
      ->type_name("KEY=VALUE")
      ->check(key_and_value("KEY=VALUE, as in --set simulation.step=30min"));
  command.add_flag("--strict", shared.strict, "refuse what is otherwise only warned of");
  command.add_flag(
      "--allow-paths", shared.allow_paths,
      "read scenarios, books and margin models that are named outside the configuration's folder");
}

CLI::Option* add_width(CLI::App& command, std::size_t& width) {
  return command
      .add_option("--width", width,
                  "characters of a line of the table (default: the terminal's; 120 if stdout is none)")
      ->type_name("N")
      ->check(CLI::Range(kNarrowest, std::size_t{1000}));
}

void add_log_format(CLI::App& command) {
  const auto choose = [](const std::string& word) {
    if (word == "json") log_json();
  };
  command.add_option_function<std::string>("--log-format", choose, "messages as lines (default) or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"lines", "json"}));
}

void add_simulation(CLI::App& command, RunArguments& run) {
  command.add_flag("--quiet", run.quiet, "no progress, no notes, no warnings");
  command.add_option("--paths", run.paths, "number of paths")->type_name("N")->check(whole_number(2, 1e12));
  command.add_option("--seed", run.seed, "seed of the random numbers")
      ->type_name("N")
      ->check(whole_number(0, 0x1p64));
  command.add_option("--threads", run.threads, "threads to use (default: all)")->check(CLI::Range(1, 4096));
  command
      .add_option("--memory", run.memory_gib,
                  "GiB of P&L to keep in memory; more goes to a temporary file beside the "
                  "result (default: half of the machine's)")
      ->type_name("GIB")
      ->check(positive_number());
  add_log_format(command);
  command
      .add_option("--metrics", run.metrics, "file in Prometheus' text format: how far the run is, every 2 s")
      ->type_name("FILE")
      ->check(not_empty("the name of a file"));
  add_shared(command, run.shared);
}

void set_from_words(RunArguments& run) {
  if (!run.paths.empty()) run.shared.set.push_back("simulation.paths=" + run.paths);
  if (!run.seed.empty()) run.shared.set.push_back("simulation.seed=" + run.seed);
}

}  // namespace unhedged::app
