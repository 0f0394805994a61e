#pragma once
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace unhedged {

/// A place in a text the user wrote. Lines and columns count from 1; line 0 means "the whole file".
struct Mark {
  std::shared_ptr<const std::string> file;
  int line = 0;
  int column = 0;
};

std::string to_string(const Mark& mark);

enum class Severity { error, warning };

/// One thing wrong with the input: where, which key, and what would be accepted.
struct Problem {
  Mark mark;
  std::string key;      ///< dotted path, e.g. hedgers.band.rebalance.every
  std::string message;  ///< what is wrong and what would be accepted
  Severity severity = Severity::error;
};

std::string to_string(const Problem& problem);

/// Everything wrong with a configuration, collected in one pass. Exit code 3.
class ConfigError : public std::runtime_error {
 public:
  explicit ConfigError(std::vector<Problem> problems);
  const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

/// One problem of an input that has no lines, such as the command line.
ConfigError single_problem(const std::string& source, const std::string& key, const std::string& message);

/// A file, a stream or what the run needs of the machine could not be had. Exit code 4. The message is one
/// line: in it the path has its control characters written out and, if it is very long, its middle left out.
class IoError : public std::runtime_error {
 public:
  IoError(std::string path, const std::string& what);
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A path, or a number reported, is not a number. Exit code 5.
class NumericalError : public std::runtime_error {
 public:
  /// `what` names the place: scenario, hedger and metric.
  explicit NumericalError(const std::string& what) : std::runtime_error(what) {}
  NumericalError(std::string scenario, std::string hedger, std::uint64_t path, std::uint64_t count);
  const std::string& scenario() const { return scenario_; }
  const std::string& hedger() const { return hedger_; }
  std::uint64_t path() const { return path_; }

 private:
  std::string scenario_, hedger_;
  std::uint64_t path_ = 0;
};

/// The run was asked to stop. Exit code 130.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

/// A mistake of the program itself, never of its input.
class ContractViolation : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

}  // namespace unhedged

/// States what must hold; throws ContractViolation in every build (never used inside a hot loop).
#define UNHEDGED_EXPECT(condition)                                                                        \
  do {                                                                                                    \
    if (!(condition))                                                                                     \
      throw ::unhedged::ContractViolation(std::string("contract violated: " #condition " (") + __FILE__ + \
                                          ":" + std::to_string(__LINE__) + ")");                          \
  } while (false)
