#pragma once
#include "engine/config/regime/on_entry.hpp"

/// A perpetual future on an asset.
namespace unhedged::config {

struct PerpetualSpec : OnEntryKey {
  double funding = 0, basis = 0, basis_vol = 0;
  std::optional<Duration> basis_half_life;

  static void describe(auto& visit, auto& s) {
    visit(Field{"funding",
                "a year, on the value of the position; longs pay it when it is positive",
                Unit::ratio,
                {-1000, 1000},
                Need::required,
                Usual{-20, 20, " a year"}},
          s.funding);
    visit(Field{"basis",
                "level of log(perpetual / spot)",
                Unit::ratio,
                {-2, 2},
                Need::defaulted,
                Usual{-0.5, 0.5}},
          s.basis);
    visit(Field{"basis_vol",
                "standard deviation of the basis around its level",
                Unit::ratio,
                {0, 2},
                Need::defaulted,
                Usual{0, 0.5}},
          s.basis_vol);
    visit(Field{"basis_half_life", "with which it returns there (default: 8 h)", Unit::none, kPositive,
                Need::defaulted},
          s.basis_half_life);
    OnEntryKey::describe(
        visit, s, "carry: the basis the path brings goes on (the default), or reset: it is at its level");
  }
};

}  // namespace unhedged::config
