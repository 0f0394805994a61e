#include "engine/app/book_table.hpp"

#include <fmt/core.h>

#include "engine/app/text_table.hpp"
#include "engine/simulation/book_summary.hpp"

namespace unhedged::app {

std::string book_text(const simulation::Plan& plan) {
  TextTable table(
      {"book", "positions", "expiring", "value", "premium", "delta", "gamma 1%", "vega 1pt", "theta 1d"});
  std::size_t expiring = 0;
  for (const simulation::BookLine& line : simulation::summarise_book(plan)) {
    expiring += line.expiring;
    table.add({line.asset, std::to_string(line.positions), std::to_string(line.expiring),
               short_number(line.value), short_number(line.premium), short_number(line.delta),
               short_number(line.gamma), short_number(line.vega), short_number(line.theta)});
  }
  return fmt::format("{}{} of {} positions expire inside the horizon\n", table.text(), expiring,
                     plan.positions.size());
}

}  // namespace unhedged::app
