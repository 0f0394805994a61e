#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/app/page/page.hpp"
#include "engine/app/page/thinning.hpp"
#include "tests/support/catch.hpp"

using namespace unhedged;

TEST_CASE("shown probabilities go up to the one worst path") {
  const std::vector<double> p = app::shown_probabilities(400, 20000);
  CHECK(p.front() == 0);
  CHECK(p.back() == Approx(1 - 1.0 / 20000));
  CHECK(std::ranges::is_sorted(p, std::ranges::less_equal()));
  CHECK(p.size() == 400);
  CHECK(app::shown_probabilities(400, 3).back() == Approx(0.9));  // fewer than ten paths have no tail
}

TEST_CASE("quantiles are order statistics as in docs/methods/risk.md") {
  std::vector<double> x(1000);
  std::iota(x.begin(), x.end(), 1.0);
  CHECK(app::quantiles(x, {0, 0.5, 0.95, 0.99, 1}) == std::vector<double>{1, 500, 950, 990, 1000});
  CHECK(app::quantiles({7}, {0, 0.3, 1}) == std::vector<double>{7, 7, 7});
}

TEST_CASE("a histogram loses no path") {
  const std::vector<double> x{-5, 0, 0.5, 1, 2, 3.999, 4, 9};
  const app::LossHistogram h = app::histogram(x, 0, 4, 4);
  CHECK(h.counts == std::vector<std::uint64_t>{2, 1, 1, 2});
  CHECK(h.below == 1);
  CHECK(h.above == 1);
}

TEST_CASE("thinning keeps ends, spikes and changes of kind") {
  std::vector<double> flat(10000, 1.0), kinds(10000, 0.0);
  flat[4321] = 50;
  for (std::size_t t = 7000; t < kinds.size(); ++t) kinds[t] = 1;
  const std::vector<std::size_t> places = app::shown_places({flat}, kinds, 100);
  const auto shown = [&](std::size_t t) { return std::ranges::find(places, t) != places.end(); };
  CHECK(places.size() <= 102);
  CHECK(std::ranges::is_sorted(places, std::ranges::less_equal()));
  for (const std::size_t t : {0u, 4320u, 4321u, 4322u, 7000u, 9999u}) CHECK(shown(t));
  CHECK(app::shown_places({{1, 2, 3}}, {0, 0, 0}, 3) == std::vector<std::size_t>{0, 1, 2});
}

TEST_CASE("a thinned series is close to the whole one") {
  std::vector<double> walk, kinds(5000, 0.0);
  double x = 0;
  for (std::size_t t = 0; t < kinds.size(); ++t)
    walk.push_back(x += std::sin(0.01 * static_cast<double>(t * t % 977)) - 0.3);
  const std::vector<std::size_t> places = app::shown_places({walk}, kinds, 240);
  const auto [low, high] = std::ranges::minmax(walk);
  double worst = 0;
  for (std::size_t k = 1; k < places.size(); ++k)
    for (std::size_t t = places[k - 1]; t <= places[k]; ++t) {
      const double share =
          static_cast<double>(t - places[k - 1]) / static_cast<double>(places[k] - places[k - 1]);
      worst = std::max(
          worst, std::abs(walk[places[k - 1]] + share * (walk[places[k]] - walk[places[k - 1]]) - walk[t]));
    }
  CHECK(worst < 0.02 * (high - low));
}

TEST_CASE("rounding keeps what is not a number and the sign") {
  CHECK(app::rounded(123456.0, 3) == 123000);
  CHECK(app::rounded(-0.00123456, 2) == Approx(-0.0012));
  CHECK(std::isnan(app::rounded(std::nan(""), 3)));
}

TEST_CASE("text for HTML cannot open a tag or an attribute") {
  CHECK(app::html_text("<b a=\"x\" c='y'>&") == "&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;");
}
