#pragma once
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

/// What the parser of the command line says of itself, and what is made of it: completion and the manual
/// page.
namespace unhedged::app {

/// An option, a flag or a word by its place.
struct Argument {
  std::vector<std::string> names;    ///< as they are typed: -o, --output; of a word by its place: its name
  std::string value;                 ///< what stands for its value: FILE, N; empty: a flag
  std::vector<std::string> choices;  ///< words it takes; none: any
  std::string description;
  bool by_place = false, required = false, repeated = false;

  /// Whether its value names a file or a folder.
  bool takes_file() const { return value == "FILE" || value == "DIR"; }
};

struct Command {
  std::string name, description;
  std::vector<Argument> arguments;
};

/// The commands of the program with their options, in the order in which they were added.
std::vector<Command> commands_of(const CLI::App& app);

/// A script that completes commands, options, their values and files. `shell`: bash, zsh or fish.
std::string completion(const std::vector<Command>& commands, const std::string& shell);

/// The manual page in mdoc(7).
std::string man_page(const std::vector<Command>& commands, const std::string& version);

}  // namespace unhedged::app
