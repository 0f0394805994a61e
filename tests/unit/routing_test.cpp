#include <cmath>
#include <random>

#include "engine/hedging/exchange.hpp"
#include "engine/hedging/routing.hpp"
#include "engine/hedging/routing_kernels.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/hand_made_market.hpp"

// Orders of a block over venues, against `route` path by path.

using namespace unhedged;
using namespace unhedged::testing;
using namespace unhedged::hedging;

namespace {

/// Orders of every size, either side and none at all, on a market that differs from path to path.
struct Crossing {
  explicit Crossing(std::size_t venues, unsigned seed) : market(0.2, places(venues, seed)) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> uniform(0, 1);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      market.spot[lane] = 50 + 100 * uniform(random);
      market.variance[lane] = uniform(random);
      market.jumps[lane] = 0.1 * uniform(random);
      market.inverse_volume[lane] = lane % 50 == 7 ? 0 : std::pow(10, -4 - 4 * uniform(random));
      units[lane] = lane % 9 == 4 ? 0 : (uniform(random) - 0.5) * std::pow(10, 6 * uniform(random) - 4);
      for (Lanes& up : market.up) up[lane] = uniform(random) < 0.7 ? 1 : 0;
    }
  }
  static std::vector<market::Venue> places(std::size_t venues, unsigned seed) {
    std::vector<market::Venue> out(venues);
    for (std::size_t v = 0; v < venues; ++v) {
      out[v].share = 1.0 / static_cast<double>(venues);
      out[v].fee = 1e-4 * static_cast<double>((v * 5 + seed) % 3);  // some alike
      out[v].stale = (v + seed) % 4 == 0;
    }
    return out;
  }

  HandMadeMarket market;
  Lanes units{};
};

struct Split {
  std::vector<double> parts;
  double unplaced = 0;
};

Split alone(const Crossing& c, const ImpactLaw& law, VenueReach reach, std::size_t lane) {
  const std::vector<market::Venue>& venues = c.market.venues;
  std::vector<double> fee, share;
  double there = 0;
  for (std::size_t v = 0; v < venues.size(); ++v) {
    const bool takes_part = reach == VenueReach::all || c.market.up[v][lane] != 0 || venues[v].stale;
    fee.push_back(venues[v].fee);
    share.push_back(takes_part ? venues[v].share : 0);
    there += share.back();
  }
  Split out{std::vector<double>(venues.size()), there == 0 ? c.units[lane] : 0};
  const double size = std::abs(c.units[lane] * c.market.spot[lane]);
  if (size == 0) return out;
  Costs costs;
  costs.impact = law;
  const Exchange exchange(costs, Exchange::Volume::stated);
  route(size, exchange.routing_scale(c.market.tape, lane), law.exponent, fee, share, out.parts);
  for (double& part : out.parts) part *= c.units[lane] / size;
  return out;
}

void check_split(const Crossing& c, const ImpactLaw& law, VenueReach reach, double accuracy) {
  std::vector<Lanes> parts(c.market.venues.size());
  Lanes unplaced{};
  routing_kernels().split({&c.units, &c.market.tape, law.coefficient, law.exponent}, reach, parts, unplaced);
  bool same = true;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const Split expected = alone(c, law, reach, lane);
    same = same && unplaced[lane] == expected.unplaced;
    for (std::size_t v = 0; v < parts.size(); ++v)
      same = same && std::abs(parts[v][lane] - expected.parts[v]) <= accuracy * std::abs(c.units[lane]);
  }
  INFO(parts.size() << " venues, exponent " << law.exponent << ", coefficient " << law.coefficient);
  CHECK(same);
}

}  // namespace

TEST_CASE("By the square-root law a block is routed as its paths are, to the bit") {
  for (std::size_t venues = 1; venues <= kMostVenues; ++venues)
    for (unsigned seed = 1; seed <= 3; ++seed)
      for (const double coefficient : {0.0, 1.0, 30.0})
        for (const VenueReach reach : {VenueReach::seeming, VenueReach::all})
          check_split(Crossing(venues, seed), {coefficient, 0.5, 0}, reach, 0);
}

TEST_CASE("By any other law a block is routed as its paths are, to 1e-12 of an order") {
  for (const std::size_t venues : {1, 2, 3, 8})
    for (const double exponent : {0.1, 0.3, 0.6, 0.75, 1.0, 1.4, 2.0})
      for (unsigned seed = 1; seed <= 3; ++seed)
        for (const VenueReach reach : {VenueReach::seeming, VenueReach::all})
          check_split(Crossing(venues, seed), {1, exponent, 0}, reach, 1e-12);
}
