#include <fmt/chrono.h>
#include <fmt/core.h>

#include <cstdlib>
#include <ctime>
#include <sstream>
#include <utility>

#include "engine/app/command_line.hpp"

namespace unhedged::app {
namespace {

struct ExitText {
  int code;
  const char* text;
};

constexpr ExitText kExits[] = {
    {0, "Done."},
    {2, "The command line is not understood."},
    {3, "A configuration, a scenario or a book is refused; every problem has its place."},
    {4, "Input or output: a file, the disk, the memory, standard output."},
    {5, "Numerical failure: too many P&Ls are not finite numbers."},
    {6, "Done, but a risk limit is breached."},
    {75, "Ended early, and what there is is kept: run again with --resume."},
    {130, "Interrupted; nothing is left."},
};

constexpr std::size_t kLine = 78;  ///< characters of a line of the source, which mandoc asks for

std::string escaped(const std::string& word) {
  std::string out;
  for (const char c : word) {
    if (c == '\\') out += "\\e";
    else if (c == '-') out += "\\-";
    else out += c;
  }
  return out;
}

/// Text that is no macro, whatever it begins with, in lines.
std::string text_line(const std::string& text) {
  std::string out, line;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    word = escaped(word);
    if (!line.empty() && line.size() + 1 + word.size() > kLine) out += std::exchange(line, "") + "\n";
    if (line.empty() && (word.front() == '.' || word.front() == '\'')) line = "\\&";
    else if (!line.empty()) line += ' ';
    line += word;
  }
  return out + line + "\n";
}

/// A word of a macro line; `\&` keeps names of macros what they are.
std::string word(const std::string& text) { return "\\&" + text; }

/// -o FILE, --output FILE
std::string item(const Argument& argument) {
  if (argument.by_place) return "Ar " + word(argument.names.front());
  std::string out;
  for (const std::string& name : argument.names) {
    if (!out.empty()) out += " , ";
    out += "Fl " + word(name.substr(1));
  }
  return out + (argument.value.empty() ? "" : " Ar " + word(argument.value));
}

/// .Op Fl -output Ar FILE
std::string synopsis(const Argument& argument) {
  std::string out = argument.by_place ? "Ar " + word(argument.names.front())
                                      : "Fl " + word(argument.names.back().substr(1)) +
                                            (argument.value.empty() ? "" : " Ar " + word(argument.value));
  if (argument.repeated) out += " ...";
  return (argument.required ? "." : ".Op ") + out + "\n";
}

std::string section(const Command& command) {
  std::string out = fmt::format(".Ss unhedged {}\n.Nm\n.Cm {}\n", command.name, command.name);
  for (const Argument& argument : command.arguments) out += synopsis(argument);
  out += ".Pp\n" + text_line(command.description);
  if (command.arguments.empty()) return out;
  out += ".Bl -tag -width Ds\n";
  for (const Argument& argument : command.arguments)
    out += ".It " + item(argument) + "\n" + text_line(argument.description);
  return out + ".El\n";
}

/// Today, or the time that builds which can be repeated state.
std::string date() {
  const char* epoch = std::getenv("SOURCE_DATE_EPOCH");
  const std::tm day = fmt::gmtime(epoch != nullptr ? std::atoll(epoch) : std::time(nullptr));
  return fmt::format("{:%B} {}, {}", day, day.tm_mday, day.tm_year + 1900);
}

}  // namespace

std::string man_page(const std::vector<Command>& commands, const std::string& version) {
  std::string out = fmt::format(
      ".Dd {}\n.Dt UNHEDGED 1\n.Os \"unhedged {}\"\n.Sh NAME\n.Nm unhedged\n.Nd Monte Carlo stress tests of "
      "model\\-based "
      "hedging\n"
      ".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar options\n.Nm\n.Cm command\n.Fl \\&\\-help\n.Sh DESCRIPTION\n",
      date(), version);
  out += text_line(
      "Simulates a book of options, its hedgers and a market in a crash, and reports how much is lost.");
  out += text_line("Standard output is data, standard error is progress and messages.");
  out += ".Sh COMMANDS\n";
  for (const Command& command : commands) out += section(command);
  out +=
      ".Sh ENVIRONMENT\n.Bl -tag -width Ds\n.It Ev NO_COLOR\nMessages without colours.\n.It Ev "
      "UNHEDGED_ISA\n";
  out += "Instruction set: baseline, avx2 or avx512.\nThe numbers do not depend on it.\n.El\n";
  out += ".Sh EXIT STATUS\n.Bl -tag -width Ds\n";
  for (const ExitText& exit : kExits) out += fmt::format(".It {}\n{}", exit.code, text_line(exit.text));
  out += ".El\n.Sh EXAMPLES\n";
  out += text_line("A starter, and its run:") + ".Bd -literal -offset indent\n";
  out += "unhedged init desk\ncd desk && unhedged run run.yaml\n.Ed\n";
  return out + ".Sh AUTHORS\n.An The authors of unhedged\n.Pp\nLicence: Apache\\-2.0.\n";
}

}  // namespace unhedged::app
