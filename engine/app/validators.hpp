#pragma once
#include <CLI/CLI.hpp>

#include <string>

#include "engine/app/commands.hpp"

/// Checks of words of the command line, and words that several commands share.
namespace unhedged::app {

CLI::Validator key_and_value();

/// A whole number from `least` to `most`, as configurations write it.
CLI::Validator whole_number(double least, double most);

/// Refuses an empty text; `expected` says what would be accepted.
CLI::Validator not_empty(const std::string& expected);

CLI::Validator positive_number();

/// --set and --strict.
void add_shared(CLI::App& command, ConfigArguments& shared);

}  // namespace unhedged::app
