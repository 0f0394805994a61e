#pragma once
#include <string>
#include <vector>

#include "engine/app/replay_output.hpp"

/// What is drawn of a path.
namespace unhedged::app {

struct Series {
  std::string name;
  std::vector<double> value;  ///< [step]
};

/// Curves that share an axis.
struct Panel {
  std::string title;
  std::vector<Series> series;

  double lowest() const;
  double highest() const;
};

/// Spot, hedge beside what would hedge the book, and half spread of each asset; P&L at last.
std::vector<Panel> panels_of(const Replayed& path);

/// A stay in a regime: grid times from `first` up to but not `end`.
struct RegimeStay {
  std::string name;
  std::size_t regime, first, end;
};
std::vector<RegimeStay> regime_stays(const Replayed& path);

}  // namespace unhedged::app
