#include "engine/app/reference_cli.hpp"

#include <cstdio>

#include "engine/app/command_line.hpp"
#include "engine/app/version.hpp"

namespace unhedged::app {
namespace {

int print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return kDone;
}

}  // namespace

ReferenceCommands::ReferenceCommands(CLI::App& app)
    : app_(app),
      init_(app.add_subcommand("init", "write a starter: configuration, book, scenario, notebook")),
      completion_(app.add_subcommand("completion", "print what completes commands and options in a shell")),
      man_(app.add_subcommand("man", "print the manual page: unhedged man | man -l -")) {
  init_->add_option("folder", folder_, "where; nothing in it is replaced")->type_name("DIR")->required();
  completion_->add_option("shell", shell_, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
}

std::function<int()> ReferenceCommands::chosen() const {
  if (*init_) return [this] { return init_command(folder_); };
  if (*completion_) return [this] { return print(completion(commands_of(app_), shell_)); };
  if (*man_) return [this] { return print(man_page(commands_of(app_), engine_version())); };
  return {};
}

}  // namespace unhedged::app
