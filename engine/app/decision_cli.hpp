#pragma once
#include <functional>

#include "engine/app/export_command.hpp"
#include "engine/app/tail_command.hpp"
#include "engine/app/validators.hpp"

namespace unhedged::app {

/// The commands that decisions are made by: compare, export, margin, replay, report, sweep and tail. Their
/// words are described here and nowhere else.
class DecisionCommands {
 public:
  /// Adds them to the program, which must outlive this.
  explicit DecisionCommands(CLI::App& app);
  DecisionCommands(const DecisionCommands&) = delete;
  DecisionCommands& operator=(const DecisionCommands&) = delete;

  /// What was asked for, once the words are parsed; empty if it was none of these.
  std::function<int()> chosen();

 private:
  CLI::App *compare_cli_, *export_cli_, *margin_cli_, *replay_cli_, *report_cli_, *sweep_cli_, *tail_cli_;
  CompareArguments compare_;
  ExportArguments export_;
  MarginArguments margin_;
  ReplayArguments replay_;
  ReportArguments report_;
  SweepArguments sweep_;
  TailArguments tail_;
};

}  // namespace unhedged::app
