#pragma once
#include <CLI/CLI.hpp>

#include <cstdint>
#include <functional>
#include <string>

#include "engine/app/commands.hpp"

/// Checks of words of the command line, and words that several commands share.
namespace unhedged::app {

/// KEY=VALUE, as in `example`.
CLI::Validator key_and_value(const std::string& example);

/// A whole number from `least` to `most`, as configurations write it.
CLI::Validator whole_number(double least, double most);

/// An option that is one.
CLI::Option* add_whole(CLI::App& command, const std::string& name, std::uint64_t least,
                       const std::function<void(std::uint64_t)>& set, const std::string& help);

/// Refuses an empty text; `expected` says what would be accepted.
CLI::Validator not_empty(const std::string& expected);

CLI::Validator positive_number();

/// An argument that is the name of a file, or of several, and must be there.
CLI::Option* require_files(CLI::Option* argument);

/// --set and --strict.
void add_shared(CLI::App& command, ConfigArguments& shared);

/// --width.
CLI::Option* add_width(CLI::App& command, std::size_t& width);

/// --log-format.
void add_log_format(CLI::App& command);

/// How whatever simulates does so: --paths, --seed, --threads, --memory, --metrics, --quiet, --log-format and
/// the shared words.
void add_simulation(CLI::App& command, RunArguments& run);

/// --paths and --seed are short for --set.
void set_from_words(RunArguments& run);

}  // namespace unhedged::app
