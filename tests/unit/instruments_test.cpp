#include "engine/instruments/book.hpp"
#include "tests/support/approx.hpp"

using namespace unhedged::instruments;

TEST_CASE("Equal contracts are netted, opposite ones vanish") {
  const Position positions[] = {
      {ContractKind::call, 0, 100, 0.5, 3, {}}, {ContractKind::call, 0, 100, 0.5, -1, {}},
      {ContractKind::call, 0, 110, 0.5, 2, {}}, {ContractKind::call, 0, 110, 0.5, -2, {}},
      {ContractKind::call, 1, 100, 0.5, 9, {}}, {ContractKind::call, 0, 100, 0.7, 1, {}}};
  const AssetBook book = net(positions, 0);
  REQUIRE(book.buckets.size() == 2);
  REQUIRE(book.buckets[0].calls.size() == 1);
  CHECK(book.buckets[0].calls[0].quantity == 2);
  CHECK(book.option_count() == 2);
  CHECK(book.gross_units(0) == 9);
  CHECK(book.gross_units(0.6) == 1);
}

TEST_CASE("The payoff of a netted bucket is the sum of its payoffs") {
  const Position positions[] = {{ContractKind::put, 0, 90, 1, -2, {}},
                                {ContractKind::call, 0, 110, 1, 3, {}},
                                {ContractKind::forward, 0, 95, 1, 1.5, {}},
                                {ContractKind::put, 0, 110, 1, 1, {}}};
  const AssetBook book = net(positions, 0);
  const Payoff payoff(book.buckets[0]);
  for (const double s : {0.0, 50.0, 90.0, 100.0, 110.0, 150.0, 1e6})
    CHECK(payoff(s) == Approx(-2 * std::max(90 - s, 0.0) + 3 * std::max(s - 110, 0.0) + 1.5 * (s - 95) +
                              std::max(110 - s, 0.0))
                           .margin(1e-9));
}

TEST_CASE("Payoffs at many spots are those at each, in whatever order they come") {
  std::vector<Position> positions;
  for (int k = 0; k < 40; ++k)
    positions.push_back({ContractKind::call, 0, 80 + 1.0 * k, 1, k % 2 == 0 ? 1.5 : -0.75, {}});
  const AssetBook book = net(positions, 0);
  const Payoff payoff(book.buckets[0]);
  std::vector<double> spot;
  for (int k = 0; k < 200; ++k) spot.push_back(70 + 0.3 * k);  // ascending, over ends and strikes
  for (int k = 0; k < 100; ++k) spot.push_back(75 + std::fmod(37.0 * k, 55.0));
  spot.insert(spot.end(), {119, 80, 80, 1e6, 0, std::nextafter(99.0, 0.0), 99});
  std::vector<double> out(spot.size(), 1.0);
  payoff.add(spot.data(), spot.size(), 2, out.data());
  for (std::size_t i = 0; i < spot.size(); ++i) CHECK(out[i] == 1 + 2 * payoff(spot[i]));
}

TEST_CASE("A call and a short put are a forward: no option is left") {
  const Position positions[] = {{ContractKind::call, 0, 100, 1, 1, {}},
                                {ContractKind::put, 0, 100, 1, -1, {}}};
  const AssetBook book = net(positions, 0);
  CHECK(book.option_count() == 0);
  CHECK(book.buckets[0].units == 1);
  CHECK(book.buckets[0].cash == -100);
}
