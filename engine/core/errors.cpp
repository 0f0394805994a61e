#include "engine/core/errors.hpp"

#include <utility>

#include "engine/core/utf8.hpp"

namespace unhedged {
namespace {

std::string join(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) text += to_string(problem) + "\n";
  return text;
}

/// Paths may hold any byte but NUL, and thousands of them; both ends tell most.
std::string shown_path(const std::string& path) {
  constexpr std::size_t longest = 300, kept = 140;
  if (path.empty()) return "\"\"";
  if (path.size() <= longest) return excerpt(path, longest);
  return excerpt(path.substr(0, kept), kept) + "..." + excerpt(path.substr(path.size() - kept), kept) + " (" +
         std::to_string(path.size()) + " characters)";
}

}  // namespace

std::string to_string(const Mark& mark) {
  std::string text = mark.file ? *mark.file : std::string("<input>");
  if (mark.line > 0) text += ":" + std::to_string(mark.line) + ":" + std::to_string(mark.column);
  return text;
}

std::string to_string(const Problem& problem) {
  std::string text = to_string(problem.mark) + ": ";
  if (problem.severity == Severity::warning) text += "warning: ";
  if (!problem.key.empty()) text += excerpt(problem.key, 200) + ": ";
  return text + problem.message;
}

ConfigError::ConfigError(std::vector<Problem> problems)
    : std::runtime_error(join(problems)), problems_(std::move(problems)) {}

ConfigError single_problem(const std::string& source, const std::string& key, const std::string& message) {
  Problem problem;
  problem.mark.file = std::make_shared<const std::string>(source);
  problem.key = key;
  problem.message = message;
  return ConfigError({std::move(problem)});
}

IoError::IoError(std::string path, const std::string& what)
    : std::runtime_error(shown_path(path) + ": " + what), path_(std::move(path)) {}

NumericalError::NumericalError(std::string scenario, std::string hedger, std::uint64_t path,
                               std::uint64_t count)
    : std::runtime_error("scenario " + scenario + ", hedger " + hedger + ": " + std::to_string(count) +
                         " path(s) ended in a P&L that is not a finite number, the first is path " +
                         std::to_string(path) +
                         " (the parameters of the scenario leave the range of doubles)"),
      scenario_(std::move(scenario)),
      hedger_(std::move(hedger)),
      path_(path) {}

}  // namespace unhedged
