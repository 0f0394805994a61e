#include "engine/risk/scoreboard.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/core/errors.hpp"
#include "engine/risk/mixture.hpp"

namespace unhedged::risk {
namespace {

using Contrasts = std::vector<std::vector<Contrast>>;  // [hedger][reference]

/// The strictest confidence that anything is asked at: tails must reach as far.
double strictest(const Contest& contest) {
  return stricter_confidence(contest.confidence, contest.scenarios * contest.hedgers * contest.hedgers);
}

Settings settings_at(const Contest& contest, double confidence) { return {{contest.level}, confidence, {}}; }

/// One scenario: shortfalls, and every difference.
struct Round {
  std::vector<Contrast> shortfall;
  Contrasts difference;
};

Contrast shortfall_alone(const Digest& of, double level) {
  const Estimate value = of.tail.expected_shortfall(level, 0.5);
  const double unit = of.moments.unit, quantile = of.tail.value_at_risk(level, 0.5).value / unit;
  Contrast out{value.value / unit,    {}, 2 * of.tail.points(level), unit, of.tail.has_enough_points(level),
               Contrast::Ends::skewed};
  out.spread = spread(of.sample, out.value, [&](std::size_t i) {
    return shortfall_influence(-of.sample[i] / unit, quantile, level);
  });
  return out;
}

Round play(const Contest& contest, std::size_t scenario) {
  const Settings settings = settings_at(contest, strictest(contest));
  std::vector<std::vector<double>> pnl;
  std::vector<Digest> digests;
  for (std::size_t h = 0; h < contest.hedgers; ++h) pnl.push_back(contest.pnl(scenario, h));
  for (const std::vector<double>& one : pnl) digests.emplace_back(Sample(one), settings);
  Round out;
  out.difference.assign(contest.hedgers, std::vector<Contrast>(contest.hedgers));
  for (std::size_t h = 0; h < contest.hedgers; ++h) {
    out.shortfall.push_back(shortfall_alone(digests[h], contest.level));
    for (std::size_t r = h + 1; r < contest.hedgers; ++r) {
      out.difference[h][r] = shortfall_contrast({digests[h], digests[r], settings}, contest.level);
      out.difference[r][h] = out.difference[h][r].turned();
    }
  }
  return out;
}

/// Of a hedger against all others. Nobody's regret is below that against itself, 0.
std::vector<Contrast> against_others(const Contrasts& difference, std::size_t hedger) {
  std::vector<Contrast> out;
  for (std::size_t r = 0; r < difference.size(); ++r)
    if (r != hedger) out.push_back(difference[hedger][r]);
  return out;
}

Largest not_negative(Largest of) {
  of.estimate.value = std::max(0.0, of.estimate.value);
  of.estimate.lower = std::isnan(of.estimate.lower) ? of.estimate.lower : std::max(0.0, of.estimate.lower);
  of.estimate.upper = std::isnan(of.estimate.upper) ? of.estimate.upper : std::max(0.0, of.estimate.upper);
  return of;
}

std::vector<Estimate> regrets(const Contest& contest, const Contrasts& difference) {
  std::vector<Estimate> out;
  for (std::size_t h = 0; h < contest.hedgers; ++h)
    out.push_back(contest.hedgers == 1
                      ? Estimate{}
                      : not_negative(largest(against_others(difference, h), contest.confidence)).estimate);
  return out;
}

std::optional<Largest> spread_of_models(const Contest& contest, const Contrasts& difference) {
  std::vector<Contrast> pairs;
  for (std::size_t h = 0; h < contest.hedgers; ++h)
    for (std::size_t r = 0; r < contest.hedgers; ++r)
      if (h != r && contest.hedges[h] && contest.hedges[r]) pairs.push_back(difference[h][r]);
  if (pairs.empty()) return {};
  return not_negative(largest(pairs, contest.confidence));
}

Ranking ranking_of(const std::vector<double>& shortfall, const Contrasts& difference, double confidence) {
  Ranking out;
  out.order.resize(shortfall.size());
  std::iota(out.order.begin(), out.order.end(), std::size_t{0});
  std::ranges::stable_sort(out.order,
                           [&](std::size_t a, std::size_t b) { return shortfall[a] < shortfall[b]; });
  for (std::size_t h = 0; h < shortfall.size(); ++h)
    for (std::size_t r = h + 1; r < shortfall.size(); ++r)
      out.pairs.push_back({h, r, difference[h][r].interval(confidence), difference[h][r].p_value()});
  return out;
}

/// Once all tests are corrected.
void settle(Ranking& ranking) {
  Differs differs(ranking.order.size(), std::vector<bool>(ranking.order.size(), false));
  for (const PairTest& pair : ranking.pairs)
    differs[pair.hedger][pair.reference] = differs[pair.reference][pair.hedger] = pair.significant;
  ranking.places = places(ranking.order, differs);
}

void correct(Scoreboard& board, const Contest& contest) {
  std::vector<Ranking*> rankings;
  for (ScenarioBoard& scenario : board.scenarios) rankings.push_back(&scenario.ranking);
  if (contest.scenarios > 1) rankings.push_back(&board.overall.ranking);
  std::vector<double> p;
  for (const Ranking* ranking : rankings)
    for (const PairTest& pair : ranking->pairs) p.push_back(pair.p);
  board.tests = p.size();
  const std::vector<double> adjusted = holm(p);
  std::size_t next = 0;
  for (Ranking* ranking : rankings) {
    for (PairTest& pair : ranking->pairs) {
      pair.adjusted = adjusted[next++];
      pair.significant = pair.adjusted <= 1 - contest.confidence;
    }
    settle(*ranking);
  }
  if (contest.scenarios == 1) board.overall.ranking = board.scenarios[0].ranking;
}

/// What is worst over scenarios.
void look_over_scenarios(const Contest& contest, const std::vector<Round>& rounds, OverallBoard& out) {
  for (std::size_t h = 0; h < contest.hedgers; ++h) {
    std::vector<Contrast> shortfall, regret;
    for (const Round& round : rounds) {
      shortfall.push_back(round.shortfall[h]);
      for (const Contrast& one : against_others(round.difference, h)) regret.push_back(one);
    }
    out.worst_case.push_back(largest(shortfall, contest.confidence));
    if (regret.empty()) {
      out.most_regret.push_back({Estimate{}, 0});
      continue;
    }
    out.most_regret.push_back(not_negative(largest(regret, contest.confidence)));
    out.most_regret.back().which /= contest.hedgers - 1;
  }
}

/// Shortfall in a scenario over that in the calm one, of one hedger.
Estimate ratio(const Digest& stressed, const Digest& calm, const Contest& contest, double confidence) {
  const Settings settings = settings_at(contest, confidence);
  if (contest.aligned) {
    const Estimate less = shortfall_effectiveness({stressed, calm, settings}, contest.level);
    Estimate out{1 - less.value, 1 - less.upper, 1 - less.lower, less.standard_error, less.known};
    return out;
  }
  const double below = calm.tail.expected_shortfall(contest.level, confidence).value;
  const double above = stressed.tail.expected_shortfall(contest.level, confidence).value;
  return below > 0 ? without_interval(above / below) : undefined();
}

void hold_against_calm(const Contest& contest, const std::vector<std::vector<double>>& pnl,
                       Scoreboard& board) {
  const double stricter = stricter_confidence(contest.confidence, contest.scenarios - 1);
  const Settings settings = settings_at(contest, strictest(contest));
  const Digest calm{Sample{pnl[*contest.calm]}, settings};
  std::vector<Estimate> plain, strict;
  std::vector<std::size_t> scenario_of;
  for (std::size_t s = 0; s < contest.scenarios; ++s) {
    if (s == *contest.calm) {
      board.scenarios[s].over_calm.push_back({1, 1, 1, 0});
      continue;
    }
    const Digest stressed{Sample{pnl[s]}, settings};
    plain.push_back(ratio(stressed, calm, contest, contest.confidence));
    strict.push_back(ratio(stressed, calm, contest, stricter));
    scenario_of.push_back(s);
    board.scenarios[s].over_calm.push_back(plain.back());
  }
  Largest most = plain[0].known == Known::nothing ? Largest{undefined(), 0} : largest(plain, strict);
  most.which = scenario_of[most.which];
  board.overall.over_calm.push_back(most);
}

/// What needs all scenarios of a hedger at once.
void mix(const Contest& contest, Scoreboard& board) {
  std::vector<Mixture> mixtures;
  for (std::size_t h = 0; h < contest.hedgers; ++h) {
    std::vector<std::vector<double>> pnl;
    for (std::size_t s = 0; s < contest.scenarios; ++s) pnl.push_back(contest.pnl(s, h));
    if (contest.calm && contest.scenarios > 1) hold_against_calm(contest, pnl, board);
    mixtures.emplace_back(pnl, contest.weights, contest.level, contest.aligned);
    board.overall.score.push_back(mixtures.back().shortfall().interval(contest.confidence));
  }
  Contrasts difference(contest.hedgers, std::vector<Contrast>(contest.hedgers));
  std::vector<double> score;
  for (std::size_t h = 0; h < contest.hedgers; ++h) {
    score.push_back(board.overall.score[h].value);
    for (std::size_t r = 0; r < contest.hedgers; ++r)
      if (h != r) difference[h][r] = mixtures[h].less(mixtures[r]);
  }
  board.overall.ranking = ranking_of(score, difference, contest.confidence);
}

}  // namespace

Scoreboard make_scoreboard(const Contest& contest) {
  UNHEDGED_EXPECT(contest.scenarios > 0 && contest.hedgers > 0);
  Scoreboard board;
  std::vector<Round> rounds;
  for (std::size_t s = 0; s < contest.scenarios; ++s) {
    const Round& round = rounds.emplace_back(play(contest, s));
    ScenarioBoard& out = board.scenarios.emplace_back();
    std::vector<double> shortfall;
    for (const Contrast& one : round.shortfall) {
      out.shortfall.push_back(one.interval(contest.confidence));
      shortfall.push_back(out.shortfall.back().value);
    }
    out.regret = regrets(contest, round.difference);
    out.spread = spread_of_models(contest, round.difference);
    out.ranking = ranking_of(shortfall, round.difference, contest.confidence);
  }
  look_over_scenarios(contest, rounds, board.overall);
  mix(contest, board);
  correct(board, contest);
  return board;
}

}  // namespace unhedged::risk
