#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/risk/scoreboard.hpp"

/// The numbers a headline is made of.
namespace unhedged::app {

/// A limit of the run, and the number it is on.
struct LimitLine {
  std::string metric;  ///< es_99
  double amount = 0;
  std::vector<std::vector<risk::Estimate>> values;  ///< [scenario][hedger]
};

/// Expected shortfall at the highest level: a loss is positive.
struct TailNumbers {
  std::vector<std::string> scenarios, hedgers;
  std::optional<std::size_t> unhedged;  ///< the hedger that does not hedge
  std::string unit;                     ///< of amounts, e.g. USD
  double level = 0.99, confidence = 0.95;
  std::uint64_t paths = 0;
  std::vector<std::vector<risk::Estimate>> shortfall;      ///< [scenario][hedger]
  std::vector<std::vector<risk::Estimate>> effectiveness;  ///< [scenario][hedger]
  std::vector<std::vector<risk::PairTest>> pairs;          ///< [scenario] every pair of hedgers once
  std::vector<LimitLine> limits;

  /// The hedgers that hedge, in the order of the file.
  std::vector<std::size_t> under_test() const {
    std::vector<std::size_t> out;
    for (std::size_t h = 0; h < hedgers.size(); ++h)
      if (h != unhedged) out.push_back(h);
    return out;
  }
};

}  // namespace unhedged::app
