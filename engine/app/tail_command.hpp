#pragma once
#include <string>
#include <vector>

namespace unhedged::app {

struct TailArguments {
  std::string result;
  std::vector<std::string> levels;  ///< as 99.9 % or 0.999; none: those of the result
  double memory_gib = 0;            ///< of losses at once; 0: a quarter of what is available
  bool json = false, quiet = false;
};

int tail_command(const TailArguments& arguments);

}  // namespace unhedged::app
