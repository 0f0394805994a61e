#include "engine/app/page/headline.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "engine/app/page/ranking.hpp"
#include "engine/app/text_table.hpp"

namespace unhedged::app {
namespace {

using risk::Estimate;

struct HedgedCell {
  std::size_t scenario = 0, hedger = 0;
};

bool has_interval(const Estimate& e) { return std::isfinite(e.lower) && std::isfinite(e.upper); }

std::string percent(double share) { return short_number(100 * share, 3) + " %"; }

/// The words of one run: its unit, its level.
class Phrases {
 public:
  explicit Phrases(const TailNumbers& numbers) : n_(numbers) {}

  std::string amount(double x) const { return short_number(x, 3) + " " + n_.unit; }

  /// "3.14 M USD (95 % interval 3.12 M to 3.16 M)"; `first`: says what the brackets hold
  std::string estimate(const Estimate& e, bool first) const {
    if (!has_interval(e)) return amount(e.value) + " (no interval)";
    return fmt::format("{} ({}{} to {})", amount(e.value), first ? percent(n_.confidence) + " interval " : "",
                       short_number(e.lower, 3), short_number(e.upper, 3));
  }

  std::string share(const Estimate& e) const {
    if (!has_interval(e)) return percent(e.value);
    return fmt::format("{} ({} to {})", percent(e.value), short_number(100 * e.lower, 3), percent(e.upper));
  }

  std::string tail() const { return "the worst " + percent(1 - n_.level) + " of paths"; }

  const Estimate& shortfall(HedgedCell c) const { return n_.shortfall[c.scenario][c.hedger]; }
  const Estimate& effectiveness(HedgedCell c) const { return n_.effectiveness[c.scenario][c.hedger]; }
  const std::string& scenario(HedgedCell c) const { return n_.scenarios[c.scenario]; }
  const std::string& hedger(HedgedCell c) const { return n_.hedgers[c.hedger]; }
  HedgedCell unhedged(HedgedCell c) const { return {c.scenario, *n_.unhedged}; }

 private:
  const TailNumbers& n_;
};

bool is_failure(Verdict v) {
  return v == Verdict::fails || v == Verdict::no_help || v == Verdict::makes_worse;
}

/// All cells of hedgers that hedge, the largest shortfall first.
std::vector<HedgedCell> cells_by_loss(const TailNumbers& numbers, const std::vector<std::size_t>& hedgers) {
  std::vector<HedgedCell> cells;
  for (std::size_t s = 0; s < numbers.scenarios.size(); ++s)
    for (const std::size_t h : hedgers) cells.push_back({s, h});
  std::ranges::stable_sort(cells, std::ranges::greater(),
                           [&](HedgedCell c) { return numbers.shortfall[c.scenario][c.hedger].value; });
  return cells;
}

std::string gain(const Phrases& words, HedgedCell least, const std::string& who) {
  return fmt::format("{} gains even in {}: the least, {} in {}, gains {} on average.", who, words.tail(),
                     words.hedger(least), words.scenario(least), words.amount(-words.shortfall(least).value));
}

std::string nothing_hedges(const TailNumbers& numbers) {
  const Phrases words(numbers);
  const HedgedCell worst = cells_by_loss(numbers, {numbers.unhedged.value_or(0)}).front();
  if (words.shortfall(worst).value <= 0) return "No hedge is under test. " + gain(words, worst, "The book");
  return fmt::format("No hedge is under test. The book loses most in {}: {} on average in {}.",
                     words.scenario(worst), words.estimate(words.shortfall(worst), true), words.tail());
}

/// What a hedge that fails does.
std::string failure(const Phrases& words, HedgedCell c, Verdict verdict, bool all_fail) {
  const std::string loss = fmt::format("in {} it loses {} on average, the unhedged book {}", words.tail(),
                                       words.estimate(words.shortfall(c), true),
                                       words.amount(words.shortfall(words.unhedged(c)).value));
  const std::string share = words.share(words.effectiveness(c));
  const auto lead = [&](const char* does) {
    return all_fail ? fmt::format("Every hedge fails in {}, {} {}", words.scenario(c), words.hedger(c), does)
                    : fmt::format("{} {} in {}", words.hedger(c), does, words.scenario(c));
  };
  if (verdict == Verdict::makes_worse) return lead("makes the loss worse") + ": " + loss + ".";
  if (verdict == Verdict::no_help)
    return fmt::format("{}: {}. What it takes away, {}, may be nothing.", lead("does not measurably help"),
                       loss, share);
  return fmt::format("{}: {}. It takes away only {} of that loss.", lead(all_fail ? "the most" : "fails"),
                     loss, share);
}

/// Whether no hedger of the scenario does better than to fail, and there are several.
bool all_fail(const TailNumbers& numbers, std::size_t scenario) {
  const std::vector<std::size_t> hedgers = numbers.under_test();
  for (const std::size_t h : hedgers)
    if (!is_failure(verdict_of(numbers, scenario, h))) return false;
  return hedgers.size() > 1;
}

std::string weakest(const Phrases& words, HedgedCell c) {
  return fmt::format(
      "the weakest, {} in {}, loses {} on average in {} and takes away {} of what the unhedged book "
      "loses",
      words.hedger(c), words.scenario(c), words.estimate(words.shortfall(c), true), words.tail(),
      words.share(words.effectiveness(c)));
}

/// Among cells of any of the verdicts, that with the least effectiveness.
std::optional<HedgedCell> least_effective(const TailNumbers& numbers, const std::vector<HedgedCell>& cells,
                                          Verdict verdict) {
  std::optional<HedgedCell> out;
  const auto value = [&](HedgedCell c) { return numbers.effectiveness[c.scenario][c.hedger].value; };
  for (const HedgedCell& c : cells)
    if (verdict_of(numbers, c.scenario, c.hedger) == verdict && (!out || value(c) < value(*out))) out = c;
  return out;
}

std::string lead_of(const TailNumbers& numbers) {
  const Phrases words(numbers);
  const std::vector<HedgedCell> cells = cells_by_loss(numbers, numbers.under_test());
  if (cells.empty()) return nothing_hedges(numbers);
  if (words.shortfall(cells.front()).value <= 0) return gain(words, cells.front(), "Every hedge");
  if (!numbers.unhedged)
    return fmt::format("{} loses most, in {}: {} on average in {}.", words.hedger(cells.front()),
                       words.scenario(cells.front()), words.estimate(words.shortfall(cells.front()), true),
                       words.tail());
  for (const HedgedCell& c : cells)
    if (const Verdict v = verdict_of(numbers, c.scenario, c.hedger); is_failure(v))
      return failure(words, c, v, all_fail(numbers, c.scenario));
  if (const auto c = least_effective(numbers, cells, Verdict::not_known))
    return fmt::format("{} paths are too few to say how sure this is: {}.", numbers.paths,
                       weakest(words, *c));
  if (const auto c = least_effective(numbers, cells, Verdict::undecided))
    return "No hedge certainly fails, and not all certainly hold: " + weakest(words, *c) + ".";
  if (const auto c = least_effective(numbers, cells, Verdict::holds))
    return "No hedge fails: " + weakest(words, *c) + ".";
  return fmt::format(
      "The unhedged book does not lose in {}: there is nothing to hedge. {} loses most, in {}: {} on "
      "average.",
      words.tail(), words.hedger(cells.front()), words.scenario(cells.front()),
      words.estimate(words.shortfall(cells.front()), true));
}

std::string listed(const std::vector<std::string>& names, const char* last) {
  std::string out;
  for (std::size_t k = 0; k < names.size(); ++k)
    out += (k == 0 ? "" : k + 1 == names.size() ? last : ", ") + names[k];
  return out;
}

/// "a, b and c", or "a, b and 7 others".
std::string summed_up(std::vector<std::string> names) {
  constexpr std::size_t most = 3;
  if (names.size() > most + 1) {
    const std::size_t others = names.size() - most + 1;
    names.resize(most - 1);
    names.push_back(fmt::format("{} others", others));
  }
  return listed(names, " and ");
}

/// The others, held against the best.
std::string rivals_text(const TailNumbers& numbers, const ScenarioOrder& ranking) {
  const Phrases words(numbers);
  std::vector<std::string> alike, worse;
  for (const Rival& rival : ranking.rivals) {
    const std::string& name = numbers.hedgers[rival.hedger];
    if (!rival.told_apart) alike.push_back(name);
    else worse.push_back(fmt::format("{} loses {} more", name, words.estimate(rival.above_best, false)));
  }
  std::string out;
  if (!alike.empty())
    out = "; " + summed_up(alike) + (alike.size() == 1 ? " is" : " are") +
          " not significantly different from it";
  if (worse.size() > 4) {
    const std::size_t others = worse.size() - 2;
    worse.resize(2);
    worse.push_back(fmt::format("{} others lose up to {} more", others,
                                words.amount(ranking.rivals.back().above_best.value)));
  }
  if (!worse.empty()) out += "; " + listed(worse, ", ");
  return out;
}

std::string effect_text(const Phrases& words, const TailNumbers& numbers, HedgedCell c) {
  switch (verdict_of(numbers, c.scenario, c.hedger)) {
    case Verdict::nothing_at_stake: return ", where the unhedged book does not lose";
    case Verdict::makes_worse: return ", more than without a hedge";
    default:
      if (numbers.unhedged && words.effectiveness(c).value < 0)
        return ", more than the " + words.amount(words.shortfall(words.unhedged(c)).value) +
               " of the unhedged book, which may be chance";
      return numbers.unhedged ? ", having taken away " + words.share(words.effectiveness(c)) : std::string();
  }
}

/// Who is over which limit, as far as the intervals say so.
std::string limits_text(const TailNumbers& numbers, std::size_t s, const std::vector<std::size_t>& hedgers) {
  const Phrases words(numbers);
  std::string out;
  for (const LimitLine& limit : numbers.limits) {
    std::vector<std::string> over;
    for (const std::size_t h : hedgers) {
      const Estimate& e = limit.values[s][h];
      if (!(e.value > limit.amount)) continue;
      const bool sure = has_interval(e) && e.lower > limit.amount;
      over.push_back(numbers.hedgers[h] + (sure ? "" : " (within its interval)"));
    }
    if (!over.empty())
      out += fmt::format(" Over the limit of {} on {}: {}.", words.amount(limit.amount), limit.metric,
                         listed(over, " and "));
  }
  return out;
}

std::string point_of(const TailNumbers& numbers, std::size_t s) {
  const Phrases words(numbers);
  const std::vector<std::size_t> hedgers = numbers.under_test();
  if (hedgers.empty()) {
    const HedgedCell c{s, numbers.unhedged.value_or(0)};
    return fmt::format("{}: {} loses {}.", numbers.scenarios[s], words.hedger(c),
                       words.estimate(words.shortfall(c), false)) +
           limits_text(numbers, s, {c.hedger});
  }
  const ScenarioOrder ranking = ranking_of(numbers, s);
  const HedgedCell best{s, ranking.best};
  const char* verb = words.shortfall(best).value > 0 ? "loses" : "gains";
  Estimate shown = words.shortfall(best);
  if (shown.value <= 0) shown = risk::times(shown, -1);
  return fmt::format("{}: {}{} {} {}", numbers.scenarios[s], words.hedger(best),
                     ranking.rivals.empty() ? "" : ", the best,", verb, words.estimate(shown, false)) +
         effect_text(words, numbers, best) + rivals_text(numbers, ranking) + "." +
         limits_text(numbers, s, hedgers);
}

std::string terms_of(const TailNumbers& numbers) {
  return fmt::format(
      "All numbers are averages over {}, the expected shortfall at {}. A hedge fails where it takes away "
      "less than "
      "half of the unhedged book's, and holds where more; either is said only if the whole {} interval of "
      "the share "
      "says so. Hedgers are compared on the same paths; differences are significant after Holm's correction "
      "for all comparisons of this page.",
      Phrases(numbers).tail(), percent(numbers.level), percent(numbers.confidence));
}

}  // namespace

Verdict verdict_of(const TailNumbers& numbers, std::size_t scenario, std::size_t hedger) {
  if (!numbers.unhedged) return Verdict::not_known;
  if (!(numbers.shortfall[scenario][*numbers.unhedged].value > 0)) return Verdict::nothing_at_stake;
  const Estimate& e = numbers.effectiveness[scenario][hedger];
  if (!has_interval(e)) return Verdict::not_known;
  if (e.upper < 0) return Verdict::makes_worse;
  if (e.lower <= 0) return Verdict::no_help;
  if (e.upper < 0.5) return Verdict::fails;
  return e.lower < 0.5 ? Verdict::undecided : Verdict::holds;
}

std::string verdict_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::makes_worse: return "makes it worse";
    case Verdict::no_help: return "no measurable help";
    case Verdict::fails: return "fails";
    case Verdict::undecided: return "undecided";
    case Verdict::holds: return "holds";
    case Verdict::not_known: return "not known";
    case Verdict::nothing_at_stake: return "nothing at stake";
  }
  return "";
}

Headline headline_of(const TailNumbers& numbers) {
  Headline out;
  out.lead = lead_of(numbers);
  std::vector<std::size_t> scenarios;
  const std::vector<std::size_t> tested = numbers.under_test();
  for (const HedgedCell& c : cells_by_loss(numbers, tested.empty() ? std::vector<std::size_t>{0} : tested))
    if (std::ranges::find(scenarios, c.scenario) == scenarios.end()) scenarios.push_back(c.scenario);
  for (const std::size_t s : scenarios) out.points.push_back(point_of(numbers, s));
  out.terms = terms_of(numbers);
  return out;
}

}  // namespace unhedged::app
