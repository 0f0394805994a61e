#pragma once
#include <string>
#include <vector>

#include "engine/simulation/report.hpp"

namespace unhedged::app {

/// Columns of text, the first left-aligned, the others right-aligned.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header) : rows_{std::move(header)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// The result table: scenario x hedger, each number with its interval.
std::string result_table(const simulation::Plan& plan, const simulation::Report& report);

std::string result_json(const simulation::Plan& plan, const simulation::Report& report);

/// 1234567 as 1.235 M, small numbers as they are: four significant digits.
std::string short_number(double x);

}  // namespace unhedged::app
