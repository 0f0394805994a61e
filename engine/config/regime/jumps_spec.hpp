#pragma once
#include "engine/config/regime/on_entry.hpp"
#include "engine/world/scenario.hpp"

/// Jumps beyond the plain ones of a process.
namespace unhedged::config {

struct ExcitationSpec : OnEntryKey {
  double branching = 0;
  Duration half_life;
  Word<StartWords> start;

  static void describe(auto& visit, auto& s) {
    visit(Field{"branching",
                "mean number of further jumps that a jump causes directly; from 1 on they never end",
                Unit::none,
                {0, 1, false, true},
                Need::required,
                kUsualBranching},
          s.branching);
    visit(Field{"half_life", "of the rise in the rate", Unit::none, kPositive}, s.half_life);
    visit(Field{"start", "stationary: as if it had always run (the default), or quiet: at the base rate",
                Unit::none, kAny, Need::defaulted},
          s.start);
    OnEntryKey::describe(
        visit, s,
        "carry: the excitation the path brings goes on (the default), or reset: it begins as "
        "`start` says");
  }
};

struct CommonJumpsSpec {
  double jump_rate = 0, jump_mean = 0, jump_vol = 0;
  Named<double> loadings;
  std::optional<ExcitationSpec> excitation;

  static void describe(auto& visit, auto& s) {
    visit(Field{"jump_rate",
                "jumps a year",
                Unit::per_year,
                {0, 1e6, true, false},
                Need::required,
                kUsualJumpRate},
          s.jump_rate);
    visit(Field{"jump_mean",
                "mean of the log jump of an asset of loading 1",
                Unit::ratio,
                {-10, 10},
                Need::required,
                kUsualJump},
          s.jump_mean);
    visit(Field{"jump_vol", "its standard deviation", Unit::ratio, {0, 10}, Need::required, kUsualJumpSize},
          s.jump_vol);
    visit(Field{"loadings",
                "of each asset, or `default`: what its log jump is multiplied by (0: not hit)",
                Unit::none,
                {-100, 100}},
          s.loadings);
    visit(Field{"excitation", "each jump raises the rate of the next", Unit::none, kAny, Need::defaulted},
          s.excitation);
  }
};

struct BubbleSpec : world::Bubble, OnEntryKey {
  static void describe(auto& visit, auto& s) {
    visit(Field{"hazard", "crashes a year where the run-up begins", Unit::per_year, {0, 1e4, true, false}},
          s.hazard);
    visit(Field{"growth", "the hazard goes with this power of the price since then", Unit::none, {0, 100}},
          s.growth);
    visit(Field{"crash_mean",
                "mean log move of a crash",
                Unit::ratio,
                {-10, 0, false, true},
                Need::required,
                Usual{-3, 0}},
          s.crash_mean);
    visit(Field{"crash_vol", "its standard deviation", Unit::ratio, {0, 10}, Need::defaulted, kUsualJumpSize},
          s.crash_deviation);
    visit(Field{"ceiling", "largest hazard", Unit::per_year, {0, 1e5, true, false}, Need::defaulted},
          s.ceiling);
    OnEntryKey::describe(
        visit, s,
        "carry: the run-up counts from where a bubble was first entered (the default), or reset: "
        "from here");
  }
};

}  // namespace unhedged::config
