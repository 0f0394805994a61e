#pragma once
#include "engine/hedging/rule.hpp"

namespace unhedged::hedging {

/// Trades at grid times that are known before.
class Clock final : public Rule {
 public:
  explicit Clock(std::vector<char> steps) : steps_(std::move(steps)) {}

  Foreseen foreseen(std::size_t step) const override { return is(step) ? Foreseen::yes : Foreseen::no; }
  void judge(const RuleView& view, Lanes& rest) const override { rest.fill(is(view.step) ? 0.0 : kNoTrade); }

 private:
  bool is(std::size_t step) const { return step < steps_.size() && steps_[step] != 0; }

  std::vector<char> steps_;
};

}  // namespace unhedged::hedging
