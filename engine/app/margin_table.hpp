#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "engine/simulation/requirements.hpp"

/// What yardsticks require, shown.
namespace unhedged::app {

/// Of each yardstick what it requires of each book.
struct MarginReport {
  const simulation::Plan& plan;
  std::chrono::sys_days day;  ///< on which ages are told: the market's, or the day of the clock
  std::string at;             ///< time from today as the user wrote it; empty: today
  std::vector<std::string> books;
  std::vector<margin::Yardstick> yardsticks;
  std::vector<std::vector<simulation::Required>> required;  ///< [yardstick][book]
};

std::string margin_text(const MarginReport& report);
std::string margin_json(const MarginReport& report);

}  // namespace unhedged::app
