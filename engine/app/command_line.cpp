#include "engine/app/command_line.hpp"

#include <algorithm>

namespace unhedged::app {
namespace {

/// The words in the braces of a type such as FORMAT:{lines,json}, without which it is a plain name.
std::vector<std::string> choices_in(const std::string& type) {
  std::vector<std::string> choices;
  const std::size_t open = type.find('{'), close = type.find('}');
  if (open == std::string::npos || close == std::string::npos) return choices;
  std::string word;
  for (const char c : type.substr(open + 1, close - open - 1) + ",") {
    if (c != ',') word += c;
    else choices.push_back(std::exchange(word, ""));
  }
  return choices;
}

/// The name before what validators say of themselves: FORMAT of FORMAT:{lines,json}.
std::string plain_type(const std::string& type) {
  std::string name = type.substr(0, type.find(':'));
  if (name == "INT" || name == "UINT" || name == "FLOAT") return "N";
  return name;
}

Argument argument_of(const CLI::Option& option) {
  Argument out;
  for (const std::string& name : option.get_snames()) out.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) out.names.push_back("--" + name);
  out.by_place = out.names.empty();
  if (out.by_place) out.names.push_back(option.get_single_name());
  const std::string type = option.get_type_name();
  if (option.get_items_expected_max() > 0) out.value = plain_type(type);
  out.choices = choices_in(type);
  out.description = option.get_description();
  out.required = option.get_required();
  out.repeated = option.get_items_expected_max() > 1;
  return out;
}

}  // namespace

std::vector<Command> commands_of(const CLI::App& app) {
  std::vector<Command> commands;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    Command command{sub->get_name(), sub->get_description(), {}};
    for (const CLI::Option* option : sub->get_options()) command.arguments.push_back(argument_of(*option));
    std::stable_partition(command.arguments.begin(), command.arguments.end(),
                          [](const Argument& a) { return a.by_place; });
    commands.push_back(std::move(command));
  }
  return commands;
}

}  // namespace unhedged::app
