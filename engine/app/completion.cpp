#include <fmt/core.h>

#include <algorithm>

#include "engine/app/command_line.hpp"

namespace unhedged::app {
namespace {

using Texts = std::vector<std::string>;

std::string joined(const Texts& texts, const char* between) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : between) + text;
  return out;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

Texts names_of(const std::vector<Command>& commands) {
  Texts names;
  for (const Command& command : commands) names.push_back(command.name);
  return names;
}

Texts words_of(const Command& command) {
  Texts words;
  for (const Argument& argument : command.arguments)
    words.insert(words.end(), argument.names.begin(),
                 argument.by_place ? argument.names.begin() : argument.names.end());
  return words;
}

/// What the words of a command by their place may be, for the shells that do not ask for the place.
Texts choices_by_place(const Command& command) {
  Texts choices;
  for (const Argument& argument : command.arguments)
    if (argument.by_place) choices.insert(choices.end(), argument.choices.begin(), argument.choices.end());
  return choices;
}

bool takes_files(const Command& command) {
  return std::ranges::any_of(command.arguments,
                             [](const Argument& a) { return a.by_place && a.takes_file(); });
}

// --- bash

std::string bash_value(const Argument& argument) {
  std::string reply = "return";
  if (!argument.choices.empty())
    reply =
        fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$current\")); return", joined(argument.choices, " "));
  else if (argument.takes_file()) reply = "mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); return";
  return fmt::format("        {}) {} ;;\n", joined(argument.names, "|"), reply);
}

std::string bash_command(const Command& command) {
  std::string values;
  for (const Argument& argument : command.arguments)
    if (!argument.by_place && !argument.value.empty()) values += bash_value(argument);
  if (!values.empty()) values = "      case $previous in\n" + values + "      esac\n";
  Texts words = words_of(command);
  return fmt::format("    {})\n{}      options='{}'; choices='{}'; files={} ;;\n", command.name, values,
                     joined(words, " "), joined(choices_by_place(command), " "),
                     takes_files(command) ? 1 : 0);
}

std::string bash_script(const std::vector<Command>& commands) {
  std::string cases;
  for (const Command& command : commands) cases += bash_command(command);
  return fmt::format(R"(# Completes unhedged in bash: source <(unhedged completion bash)
_unhedged() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}
  local options='' choices='' files=0
  COMPREPLY=()
  if [ "$COMP_CWORD" = 1 ]; then
    COMPREPLY=($(compgen -W '{} --help --version' -- "$current"))
    return
  fi
  case ${{COMP_WORDS[1]}} in
{}    *) return ;;
  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  elif [ "$files" = 1 ]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  else
    COMPREPLY=($(compgen -W "$choices" -- "$current"))
  fi
}}
complete -o filenames -F _unhedged unhedged
)",
                     joined(names_of(commands), " "), cases);
}

// --- zsh

/// A description inside of single quotes in which brackets and colons mean something.
std::string zsh_text(std::string text) {
  for (const char* special : {"\\", "[", "]", ":"})
    text = replaced(text, special, std::string("\\") + special);
  return replaced(text, "'", "'\\''");
}

std::string zsh_action(const Argument& argument) {
  if (!argument.choices.empty()) return "(" + joined(argument.choices, " ") + ")";
  if (argument.value == "DIR") return "_files -/";
  return argument.takes_file() ? "_files" : " ";
}

std::string zsh_argument(const Argument& argument) {
  const std::string value = argument.value.empty() ? "" : ":" + argument.value + ":" + zsh_action(argument);
  if (argument.by_place)
    return fmt::format("'{}:{}:{}'",
                       argument.repeated   ? "*"
                       : argument.required ? ""
                                           : ":",
                       zsh_text(argument.names.front()), zsh_action(argument));
  const std::string about = "[" + zsh_text(argument.description) + "]" + value + "'";
  const std::string star = argument.repeated ? "*" : "";
  if (argument.names.size() == 1) return "'" + star + argument.names.front() + about;
  return fmt::format("'({})'{{{}}}'{}", joined(argument.names, " "), joined(argument.names, ","), about);
}

std::string zsh_script(const std::vector<Command>& commands) {
  std::string list, cases;
  for (const Command& command : commands) {
    list += fmt::format("    '{}:{}'\n", command.name, zsh_text(command.description));
    cases += fmt::format("    {})\n      _arguments", command.name);
    for (const Argument& argument : command.arguments) cases += " \\\n        " + zsh_argument(argument);
    cases += " ;;\n";
  }
  return fmt::format(R"(#compdef unhedged
# Completes unhedged in zsh: unhedged completion zsh > _unhedged in a folder of $fpath, or
# source <(unhedged completion zsh) after compinit
_unhedged() {{
  local -a commands=(
{}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
{}  esac
}}
if [[ $funcstack[1] = _unhedged ]]; then
  _unhedged "$@"
else
  compdef _unhedged unhedged
fi
)",
                     list, cases);
}

// --- fish

std::string fish_text(const std::string& text) {
  return "'" + replaced(replaced(text, "\\", "\\\\"), "'", "\\'") + "'";
}

std::string fish_argument(const Command& command, const Argument& argument) {
  std::string line = "complete -c unhedged -n '__fish_seen_subcommand_from " + command.name + "'";
  const bool takes_value = !argument.value.empty();
  for (const std::string& name : argument.names) {
    if (argument.by_place) continue;
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (!argument.choices.empty()) line += " -x -a " + fish_text(joined(argument.choices, " "));
  else if (argument.takes_file()) line += argument.by_place ? " -F" : " -r -F";
  else if (takes_value && !argument.by_place) line += " -x";
  else if (argument.by_place) return "";
  return line + " -d " + fish_text(argument.description) + "\n";
}

std::string fish_script(const std::vector<Command>& commands) {
  std::string out =
      "# Completes unhedged in fish: unhedged completion fish | source\ncomplete -c unhedged -f\n";
  for (const Command& command : commands)
    out += fmt::format("complete -c unhedged -n __fish_use_subcommand -a {} -d {}\n", command.name,
                       fish_text(command.description));
  for (const Command& command : commands)
    for (const Argument& argument : command.arguments) out += fish_argument(command, argument);
  return out;
}

}  // namespace

std::string completion(const std::vector<Command>& commands, const std::string& shell) {
  if (shell == "bash") return bash_script(commands);
  return shell == "zsh" ? zsh_script(commands) : fish_script(commands);
}

}  // namespace unhedged::app
