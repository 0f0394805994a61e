#pragma once
#include <functional>

#include "engine/app/validators.hpp"

namespace unhedged::app {

/// The commands that look at results again, and those that make many: compare, replay, export and sweep.
/// Their words are described here and nowhere else.
class DecisionCommands {
 public:
  /// Adds them to the program, which must outlive this.
  explicit DecisionCommands(CLI::App& app);
  DecisionCommands(const DecisionCommands&) = delete;
  DecisionCommands& operator=(const DecisionCommands&) = delete;

  /// What was asked for, once the words are parsed; empty if it was none of these.
  std::function<int()> chosen() const;

 private:
  CLI::App *compare_cli_, *replay_cli_;
  CompareArguments compare_;
  ReplayArguments replay_;
};

}  // namespace unhedged::app
