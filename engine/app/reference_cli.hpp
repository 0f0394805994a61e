#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "engine/app/commands.hpp"

namespace unhedged::app {

/// Writes a starter into a folder: a configuration, a book, a scenario, a notebook.
/// errors  IoError where a file of it is there already, or cannot be written; then nothing is left of it
int init_command(const std::string& folder);

/// The commands that are about the command line itself, and `init`.
class ReferenceCommands {
 public:
  /// Adds them to `app`, which must outlive this.
  explicit ReferenceCommands(CLI::App& app);

  /// What runs the command that was chosen; none of these: empty.
  std::function<int()> chosen() const;

 private:
  const CLI::App& app_;
  CLI::App *init_, *completion_, *man_;
  std::string folder_, shell_;
};

}  // namespace unhedged::app
