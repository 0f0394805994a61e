#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/app/page/headline.hpp"
#include "engine/app/page/ranking.hpp"
#include "tests/support/catch.hpp"

using namespace unhedged;
using app::TailNumbers;
using app::Verdict;
using risk::Estimate;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

Estimate about(double value, double half) { return {value, value - half, value + half, half / 2}; }

/// The test of a difference whose standard error is 10 k: significant from two of them on.
risk::PairTest pair_of(std::size_t hedger, std::size_t reference, double difference) {
  const double p = std::erfc(std::abs(difference) / 1e4 / std::sqrt(2.0));
  return {hedger, reference, {difference, difference - 2e4, difference + 2e4, 1e4}, p, p, p <= 0.05};
}

/// An unhedged book that loses 4 M, and hedgers of these shortfalls and effects, in one scenario.
TailNumbers numbers_of(const std::vector<Estimate>& shortfall, const std::vector<Estimate>& effect) {
  TailNumbers n;
  n.scenarios = {"crash"};
  n.hedgers = {"unhedged"};
  n.unhedged = 0;
  n.unit = "USD";
  n.paths = 20000;
  n.shortfall = {{about(4e6, 1e5)}};
  n.effectiveness = {{Estimate{}}};
  for (std::size_t h = 0; h < shortfall.size(); ++h) {
    n.hedgers.push_back(std::string("hedger_") + static_cast<char>('a' + h));
    n.shortfall[0].push_back(shortfall[h]);
    n.effectiveness[0].push_back(effect[h]);
  }
  n.pairs.resize(1);
  for (std::size_t h = 0; h < n.hedgers.size(); ++h)
    for (std::size_t r = h + 1; r < n.hedgers.size(); ++r)
      n.pairs[0].push_back(pair_of(h, r, n.shortfall[0][h].value - n.shortfall[0][r].value));
  return n;
}

std::string lead(const TailNumbers& n) { return app::headline_of(n).lead; }
std::string point(const TailNumbers& n) { return app::headline_of(n).points.front(); }

bool says(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("one hedger that fails is named with its loss, the unhedged loss, its share and both intervals") {
  const TailNumbers n = numbers_of({about(3.14e6, 2e4)}, {about(0.2, 0.02)});
  CHECK(lead(n) ==
        "hedger_a fails in crash: in the worst 1 % of paths it loses 3.14 M USD (95 % interval 3.12 M to "
        "3.16 M) on "
        "average, the unhedged book 4 M USD. It takes away only 20 % (18 to 22 %) of that loss.");
  CHECK(point(n) ==
        "crash: hedger_a loses 3.14 M USD (3.12 M to 3.16 M), having taken away 20 % (18 to 22 %).");
}

TEST_CASE("where every hedge fails the headline says so, with the one that loses most") {
  const TailNumbers n =
      numbers_of({about(3.1e6, 2e4), about(3.3e6, 2e4)}, {about(0.22, 0.02), about(0.18, 0.02)});
  CHECK(says(lead(n),
             "Every hedge fails in crash, hedger_b the most: in the worst 1 % of paths it loses 3.3 M USD"));
  CHECK(says(point(n), "hedger_a, the best, loses 3.1 M USD"));
  CHECK(says(point(n), "hedger_b loses 200 k USD (180 k to 220 k) more"));
}

TEST_CASE("differences within the noise are said to be no differences") {
  const TailNumbers n = numbers_of({about(3.1e6, 2e4), about(3.11e6, 2e4), about(3.2e6, 2e4)},
                                   {about(0.22, 0.02), about(0.2, 0.02), about(0.19, 0.02)});
  CHECK(says(point(n), "; hedger_b is not significantly different from it; hedger_c loses 100 k USD"));
  TailNumbers unknown = n;
  for (risk::PairTest& pair : unknown.pairs[0])
    pair = {pair.hedger, pair.reference, {pair.difference.value, kNone, kNone, kNone}};
  CHECK(says(point(unknown), "hedger_b and hedger_c are not significantly different from it."));
  CHECK(std::isnan(app::ranking_of(unknown, 0).rivals[0].p_value));
}

TEST_CASE("a rival is held against the best by the test of their pair, whichever is named first in it") {
  TailNumbers n = numbers_of({about(3.03e6, 1), about(3e6, 1)}, {about(0.2, 0.1), about(0.2, 0.1)});
  for (const bool turned : {false, true}) {
    risk::PairTest& pair = n.pairs[0].back();
    if (turned) pair = {2, 1, {-3e4, -6e4, -1e4, 1e4}, 0.001, 0.004, false};
    else pair = {1, 2, {3e4, 1e4, 6e4, 1e4}, 0.001, 0.004, false};
    const app::ScenarioOrder order = app::ranking_of(n, 0);
    CHECK(order.best == 2);
    const app::Rival& rival = order.rivals.at(0);
    CHECK(rival.hedger == 1);
    CHECK(rival.above_best.value == 3e4);
    CHECK(rival.above_best.lower == 1e4);
    CHECK(rival.above_best.upper == 6e4);
    CHECK(rival.p_value == 0.004);
    CHECK_FALSE(rival.told_apart);
  }
}

TEST_CASE("without a hedger under test the book itself is the headline") {
  CHECK(lead(numbers_of({}, {})) ==
        "No hedge is under test. The book loses most in crash: 4 M USD (95 % interval 3.9 M to 4.1 M) on "
        "average in the "
        "worst 1 % of paths.");
  CHECK(point(numbers_of({}, {})) == "crash: unhedged loses 4 M USD (3.9 M to 4.1 M).");
}

TEST_CASE("gains are called gains") {
  TailNumbers n = numbers_of({about(-2e5, 1e4)}, {about(1.05, 0.01)});
  CHECK(lead(n) ==
        "Every hedge gains even in the worst 1 % of paths: the least, hedger_a in crash, gains 200 k USD on "
        "average.");
  CHECK(says(point(n), "hedger_a gains 200 k USD (190 k to 210 k)"));
  n = numbers_of({}, {});
  n.shortfall[0][0] = about(-3e5, 1e4);
  CHECK(says(lead(n), "The book gains even in the worst 1 % of paths"));
}

TEST_CASE("an unhedged book that does not lose has no hedge that fails") {
  TailNumbers n = numbers_of({about(1e5, 1e4)}, {{kNone, kNone, kNone, kNone}});
  n.shortfall[0][0] = about(-3e5, 1e4);
  CHECK(app::verdict_of(n, 0, 1) == Verdict::nothing_at_stake);
  CHECK(says(lead(n), "there is nothing to hedge. hedger_a loses most, in crash: 100 k USD"));
  CHECK(says(point(n), ", where the unhedged book does not lose."));
}

TEST_CASE("numbers without intervals are not called sure") {
  TailNumbers n = numbers_of({{3e6, kNone, kNone, kNone}}, {{0.25, kNone, kNone, kNone}});
  n.paths = 300;
  CHECK(app::verdict_of(n, 0, 1) == Verdict::not_known);
  CHECK(
      says(lead(n),
           "300 paths are too few to say how sure this is: the weakest, hedger_a in crash, loses 3 M USD (no "
           "interval) on average"));
}

TEST_CASE("a verdict is given only if the whole interval agrees") {
  const auto of = [](double lower, double upper) {
    return app::verdict_of(numbers_of({about(1e6, 1)}, {{(lower + upper) / 2, lower, upper, 0.01}}), 0, 1);
  };
  CHECK(of(-0.3, -0.1) == Verdict::makes_worse);
  CHECK(of(-0.3, 0.1) == Verdict::no_help);
  CHECK(of(0.1, 0.49) == Verdict::fails);
  CHECK(of(0.4, 0.6) == Verdict::undecided);
  CHECK(of(0.5, 0.6) == Verdict::holds);
}

TEST_CASE("each verdict has its own headline") {
  const auto of = [](double value, double lower, double upper) {
    return lead(numbers_of({about(2e6, 1e4)}, {{value, lower, upper, 0.01}}));
  };
  CHECK(says(of(-0.2, -0.3, -0.1),
             "hedger_a makes the loss worse in crash: in the worst 1 % of paths it loses 2 M USD"));
  CHECK(says(of(0.05, -0.1, 0.2), "hedger_a does not measurably help in crash"));
  CHECK(says(of(0.5, 0.4, 0.6),
             "No hedge certainly fails, and not all certainly hold: the weakest, hedger_a in crash"));
  CHECK(says(of(0.9, 0.8, 0.95), "No hedge fails: the weakest, hedger_a in crash, loses 2 M USD"));
}

TEST_CASE("a hedge that fails elsewhere comes before a larger loss where hedges hold") {
  TailNumbers n = numbers_of({about(3e6, 1e4)}, {about(0.8, 0.02)});
  n.scenarios.push_back("small");
  n.shortfall.push_back({about(1e5, 1e3), about(9e4, 1e3)});
  n.effectiveness.push_back({Estimate{}, about(0.1, 0.02)});
  n.pairs.push_back({pair_of(0, 1, 1e4)});
  CHECK(says(lead(n), "hedger_a fails in small"));
  CHECK(says(point(n), "crash: "));  // points begin with the largest loss
}

TEST_CASE("limits are named where they are exceeded, and where that is not sure") {
  TailNumbers n = numbers_of({about(3e6, 1e4), about(2.005e6, 1e4), about(1e6, 1e4)},
                             {about(0.3, 0.02), about(0.4, 0.02), about(0.7, 0.02)});
  n.limits = {{"es_99", 2e6, n.shortfall}};
  CHECK(says(point(n), "Over the limit of 2 M USD on es_99: hedger_a and hedger_b (within its interval)."));
}

TEST_CASE("many hedgers are summed up") {
  std::vector<Estimate> shortfall, effect;
  for (int k = 0; k < 20; ++k) {
    shortfall.push_back(about(1e6 + (k < 8 ? 1e2 : 1e5) * k, 1e3));
    effect.push_back(about(0.7, 0.01));
  }
  const std::string text = point(numbers_of(shortfall, effect));
  CHECK(says(text, "hedger_b, hedger_c and 5 others are not significantly different from it"));
  CHECK(says(text, "10 others lose up to 1.9 M USD more."));
}
