#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "engine/core/errors.hpp"
#include "engine/risk/streamed_tail.hpp"
#include "engine/risk/tail.hpp"
#include "tests/support/catch.hpp"

using namespace unhedged;
using namespace unhedged::risk;

namespace {

/// Numbers in memory, given away in pieces.
class Pieces final : public PnlSource {
 public:
  explicit Pieces(std::vector<double> pnl) : pnl_(std::move(pnl)) {}
  std::uint64_t size() const override { return pnl_.size(); }
  void read(const Take& take) const override {
    const std::span<const double> all(pnl_);
    for (std::size_t first = 0; first < all.size(); first += 1000)
      take(all.subspan(first, std::min<std::size_t>(1000, all.size() - first)));
  }
  const std::vector<double>& pnl() const { return pnl_; }

 private:
  std::vector<double> pnl_;
};

bool same(double a, double b) {
  if (a == 0 && b == 0) return true;
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

bool same(const Estimate& a, const Estimate& b) {
  return same(a.value, b.value) && same(a.lower, b.lower) && same(a.upper, b.upper) &&
         same(a.standard_error, b.standard_error);
}

std::vector<double> drawn(std::size_t count, const std::function<double(std::mt19937_64&)>& draw) {
  std::mt19937_64 chance(count);
  std::vector<double> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(draw(chance));
  return out;
}

double normal(std::mt19937_64& chance) { return std::normal_distribution<double>(1, 20)(chance); }
double heavy(std::mt19937_64& chance) { return std::student_t_distribution<double>(1.2)(chance) * 1e9; }
double lattice(std::mt19937_64& chance) { return std::round(normal(chance) / 10) * 10; }
double mostly_zero(std::mt19937_64& chance) { return chance() % 50 == 0 ? normal(chance) : 0.0; }
double narrow(std::mt19937_64& chance) { return 1e6 + 1e-6 * normal(chance); }
double tiny(std::mt19937_64& chance) { return normal(chance) * 1e-310; }

const std::vector<double> kLevels{0.5, 0.9, 0.975, 0.99, 0.999};

/// returns  how often the source was read
std::uint64_t check(const Pieces& source, std::size_t memory_bytes) {
  const Tail held(source.pnl(), kLevels.front(), 0.95);
  const StreamedTail streamed(source, kLevels, 0.95, memory_bytes);
  for (std::size_t k = 0; k < kLevels.size(); ++k) {
    INFO("level " << kLevels[k]);
    CHECK(same(streamed.value_at_risk()[k], held.value_at_risk(kLevels[k], 0.95)));
    CHECK(same(streamed.expected_shortfall()[k], held.expected_shortfall(kLevels[k], 0.95)));
  }
  return streamed.reads();
}

}  // namespace

TEST_CASE("A tail that is read has the bits of one that is held, whatever the memory") {
  for (const auto& draw : {normal, heavy, lattice, mostly_zero, narrow, tiny})
    for (const std::size_t count : {1, 7, 1023, 4096, 100003}) {
      const Pieces source(drawn(count, draw));
      INFO(count << " numbers");
      CHECK(check(source, std::size_t{1} << 30) == 2);
      check(source, 0);
    }
}

TEST_CASE("What fits into memory is read twice, what is r times as large 13 + 9 r times at most") {
  const std::size_t count = 200000, tail = 100000 + 1000;  // of the median, with its interval
  const Pieces source(drawn(count, heavy));
  CHECK(check(source, tail * sizeof(double) * 2) == 2);
  for (const std::size_t held : {20000, 5000}) {
    const double multiple = static_cast<double>(tail) / static_cast<double>(held);
    const auto reads = static_cast<double>(check(source, held * sizeof(double)));
    CHECK(reads >= 1 + 3 * std::floor(multiple));
    CHECK(reads <= 13 + 9 * multiple);
  }
}

TEST_CASE("One number over and over takes no memory") {
  const Pieces source(std::vector<double>(50000, -3.5));
  CHECK(check(source, 0) <= 5);
}

TEST_CASE("Numbers that lie close are told apart by all their digits") {
  std::vector<double> pnl;
  for (int i = 0; i < 30000; ++i) pnl.push_back(-1.0 - i * std::numeric_limits<double>::epsilon());
  std::ranges::shuffle(pnl, std::mt19937(3));
  check(Pieces(pnl), 0);
}

TEST_CASE("What is no finite number has no tail") {
  for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    std::vector<double> pnl(5000, 1.0);
    pnl[4321] = bad;
    CHECK_THROWS_AS(StreamedTail(Pieces(pnl), {0.99}, 0.95, 0), NumericalError);
  }
}

TEST_CASE("The tail of what is worse the more there is of it is that of its negative") {
  for (const auto& draw : {normal, heavy, mostly_zero}) {
    const std::vector<double> costs = drawn(100'000, draw);
    std::vector<double> negated;
    for (const double cost : costs) negated.push_back(-cost);
    const Tail tail(costs, 0.9, 0.95, Tail::Worse::more), reference(negated, 0.9, 0.95);
    CHECK(same(tail.largest(), std::ranges::max(costs)));
    for (const double level : {0.9, 0.975, 0.999}) {
      CHECK(same(tail.value_at_risk(level, 0.95), reference.value_at_risk(level, 0.95)));
      CHECK(same(tail.expected_shortfall(level, 0.95), reference.expected_shortfall(level, 0.95)));
    }
  }
}
