#include <cmath>
#include <numeric>
#include <random>

#include "engine/risk/mixture.hpp"
#include "engine/risk/scoreboard.hpp"
#include "tests/support/catch.hpp"

using namespace unhedged::risk;

namespace {

std::vector<double> draw(std::size_t n, std::uint64_t seed, double scale) {
  std::mt19937_64 engine(seed);
  std::exponential_distribution<double> exponential;
  std::vector<double> out;
  for (std::size_t i = 0; i < n; ++i) out.push_back(-scale * exponential(engine));
  return out;
}

Differs differs_in(std::size_t n, const std::vector<std::pair<std::size_t, std::size_t>>& pairs) {
  Differs out(n, std::vector<bool>(n, false));
  for (const auto& [a, b] : pairs) out[a][b] = out[b][a] = true;
  return out;
}

std::vector<std::string> letters(const std::vector<std::size_t>& order, const Differs& differs) {
  std::vector<std::string> out;
  for (const RankRange& place : places(order, differs)) {
    out.emplace_back();
    for (const std::string& letter : place.groups) out.back() += letter;
  }
  return out;
}

bool same(const Estimate& a, const Estimate& b, double tolerance) {
  const double scale = 1 + std::abs(b.value);
  return std::abs(a.value - b.value) <= tolerance * scale &&
         std::abs(a.lower - b.lower) <= tolerance * scale && std::abs(a.upper - b.upper) <= tolerance * scale;
}

}  // namespace

TEST_CASE("Beyond z there are letters of two, and who shares one is asked of whole letters") {
  constexpr std::size_t n = 30;
  std::vector<std::size_t> order(n);
  std::vector<std::pair<std::size_t, std::size_t>> all;
  for (std::size_t i = 0; i < n; ++i) {
    order[i] = i;
    for (std::size_t j = 0; j < i; ++j) all.emplace_back(j, i);
  }
  const std::vector<RankRange> found = places(order, differs_in(n, all));
  CHECK(found[0].groups == std::vector<std::string>{"a"});
  CHECK(found[26].groups == std::vector<std::string>{"aa"});
  CHECK(found[29].groups == std::vector<std::string>{"ad"});
  CHECK_FALSE(found[26].shares_group(found[0]));
  CHECK(found[26].shares_group(found[26]));
}

TEST_CASE("Holm's adjusted p are those of a hand calculation") {
  const std::vector<double> adjusted = holm({0.01, 0.04, 0.03, 0.005});
  const double expected[] = {0.03, 0.06, 0.06, 0.02};
  for (std::size_t k = 0; k < 4; ++k) CHECK(adjusted[k] == Approx(expected[k]));
  CHECK(holm({0.9, 0.8}) == std::vector<double>{1, 1});
  CHECK(holm({}).empty());
}

TEST_CASE("Letters are shared exactly by what does not differ, ranks count what does") {
  const std::vector<std::size_t> order{0, 1, 2, 3};
  const Differs chain = differs_in(4, {{0, 2}, {0, 3}, {1, 3}});
  CHECK(letters(order, chain) == std::vector<std::string>{"a", "ab", "bc", "c"});
  const std::vector<RankRange> ranks = places(order, chain);
  CHECK((ranks[0].first == 1 && ranks[0].last == 2));
  CHECK((ranks[1].first == 1 && ranks[1].last == 3));
  CHECK((ranks[3].first == 3 && ranks[3].last == 4));
  CHECK(letters(order, differs_in(4, {})) == std::vector<std::string>{"a", "a", "a", "a"});
  // What differs need not be the ends: the first and the last share a letter here, the middle does not.
  CHECK(letters({2, 0, 1}, differs_in(3, {{0, 2}, {0, 1}})) == std::vector<std::string>{"b", "a", "a"});
  const Differs all = differs_in(4, {{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}});
  CHECK(letters({3, 2, 1, 0}, all) == std::vector<std::string>{"d", "c", "b", "a"});
}

TEST_CASE("The largest of several numbers has the ends of the method, and none where one has none") {
  const Estimate low{1, 0.5, 1.5, 0.2}, high{2, 1, 9, 0.3}, strict_low{1, 0.1, 2, 0.2},
      strict_high{2, 0.4, 12, 0.3};
  const Largest found = largest({low, high}, {strict_low, strict_high});
  CHECK(found.which == 1);
  CHECK((found.estimate.value == 2 && found.estimate.lower == 0.4 && found.estimate.upper == 9));
  CHECK(largest({low, without_interval(2)}, {low, low}).estimate.known == Known::value);
  CHECK(stricter_confidence(0.9, 4) == Approx(0.975));
}

TEST_CASE("p is the least confidence, from 1, at which the interval ends at 0") {
  for (const double value : {0.3, -0.3, 0.9, -1.1})
    for (const double skewness : {0.0, 0.3, -0.3}) {
      const Contrast contrast{value, {0.25, skewness}, 40, 2};
      const double p = contrast.p_value();
      const Estimate e = contrast.interval(1 - p);
      CAPTURE(value, skewness, p, e.lower, e.upper);
      CHECK((value > 0 ? e.lower : e.upper) == Approx(0).margin(1e-6));
      CHECK(contrast.turned().p_value() == Approx(p));
      CHECK(contrast.turned().interval(0.9).lower == Approx(-contrast.interval(0.9).upper));
    }
  CHECK(Contrast{}.p_value() == 1);
  CHECK(Contrast{1, {0.1, 0}, 5, 1, false}.p_value() == 1);
}

TEST_CASE("A mixture of one scenario is the scenario, and so is one of two that are the same") {
  const std::vector<double> pnl = draw(2000, 1, 3);
  const Settings settings{{0.95}, 0.9, {}};
  const Digest digest{Sample{pnl}, settings};
  const Estimate alone = digest.tail.expected_shortfall(0.95, 0.9);
  CHECK(same(Mixture({pnl}, {7}, 0.95, true).shortfall().interval(0.9), alone, 1e-9));
  CHECK(same(Mixture({pnl, pnl}, {1, 3}, 0.95, true).shortfall().interval(0.9), alone, 1e-9));
  CHECK(same(Mixture({pnl, draw(2000, 2, 1e3)}, {1, 0}, 0.95, true).shortfall().interval(0.9), alone, 1e-9));
  const Estimate apart = Mixture({pnl, draw(2000, 2, 1)}, {1, 1}, 0.95, false).shortfall().interval(0.9);
  CHECK((apart.known == Known::value && apart.value > 0));
}

TEST_CASE("A rare scenario with the largest losses fills the tail of the mixture") {
  const std::vector<double> mild(1000, -1.0), wild(1000, -100.0);
  CHECK(Mixture({mild, wild}, {99, 1}, 0.99, true).shortfall().interval(0.9).value == Approx(100));
  CHECK(Mixture({mild, wild}, {99, 1}, 0.9, true).shortfall().interval(0.9).value == Approx(0.1 * 100 + 0.9));
  CHECK(Mixture({mild, wild}, {1, 0}, 0.99, true).shortfall().interval(0.9).value == Approx(1));
}

TEST_CASE("A board of one hedger has nobody to regret, and of one who hedges no spread of models") {
  Contest contest;
  contest.scenarios = 2;
  contest.hedgers = 1;
  contest.hedges = {false};
  contest.weights = {1, 1};
  contest.pnl = [](std::size_t s, std::size_t) { return draw(500, s, 1); };
  contest.level = 0.9;
  const Scoreboard alone = make_scoreboard(contest);
  CHECK(alone.tests == 0);
  CHECK((alone.scenarios[0].regret[0].value == 0 && alone.overall.most_regret[0].estimate.value == 0));
  CHECK((!alone.scenarios[0].spread && alone.overall.over_calm.empty()));
  contest.hedgers = 2;
  contest.hedges = {false, true};
  contest.calm = 0;
  contest.pnl = [](std::size_t s, std::size_t h) { return draw(500, s, s == 0 ? 1 : h == 0 ? 4 : 2); };
  const Scoreboard two = make_scoreboard(contest);
  CHECK((two.tests == 3 && !two.scenarios[1].spread));
  CHECK(two.scenarios[0].ranking.pairs[0].p == 1);  // the same on every path
  CHECK(two.scenarios[1].ranking.places[0].groups != two.scenarios[1].ranking.places[1].groups);
  CHECK((two.overall.worst_case[0].which == 1 && two.overall.over_calm[0].which == 1));
  CHECK(two.scenarios[1].regret[1].value == 0);
  CHECK(two.scenarios[1].regret[0].lower > 0);
}
