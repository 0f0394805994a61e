#include "engine/hedging/deleveraging.hpp"

#include "engine/margin/deleveraging.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/orders.hpp"

// Losers who go bankrupt, the fund that pays for them, and the queue of winners.

using namespace unhedged;
using namespace unhedged::testing;
using namespace unhedged::hedging;
using QueueRule = DeleveragingTerms::QueueRule;

namespace {

DeleveragingTerms terms_with(double fund) {
  DeleveragingTerms terms;
  terms.fund = fund;
  terms.open_interest = 1e6;
  terms.leverage = {10, 2};
  return terms;
}

/// A market without spread or impact at 100, and the state of its perpetual.
struct Venue {
  explicit Venue(double fund) : terms(terms_with(fund)), classes(terms), state(terms, classes) {
    state.start(market.spot);
  }
  Closure at(double price) {
    market.move_to(price);
    return state.is_due(market.spot) ? state.close_losers(3, market.tape) : Closure{};
  }

  DeleveragingTerms terms;
  LeverageClasses classes;
  HandMadeMarket market;
  Deleveraging state;
};

}  // namespace

TEST_CASE("Who ranks where: those before a winner have less margin than gives the rank that venues publish") {
  // source  Binance FAQ 360033525471, BitMEX and Hyperliquid documentation: a short from 100 of 60 with 1 000
  //         behind it, one from 95 of 80 with 700, one from 120 of 20 with 4 000, at a mark of 85
  struct Published {
    Winner who;
    double binance, bitmex, hyperliquid;
  };
  const Published all[] = {{{-60, 100, 1900}, .47368421, .40263158, 3.15789474},
                           {{-80, 95, 1500}, .53333333, .47719298, 5.06666667},
                           {{-20, 120, 4700}, .14893617, .10549645, .51063830}};
  const double won = 0.15, value = 0.85;
  for (const Published& one : all) {
    CHECK(std::abs(won / (margin_ranked_before(QueueRule::binance, one.who, 100, 85) + won) - one.binance) <
          1e-8);
    CHECK(std::abs(won * value / (margin_ranked_before(QueueRule::bitmex, one.who, 100, 85) + won) -
                   one.bitmex) < 1e-8);
    const double margin = margin_ranked_before(QueueRule::hyperliquid, one.who, 100, 85);
    if (one.hyperliquid < 1 / won) CHECK(std::abs(1 / (margin + won) - one.hyperliquid) < 1e-8);
  }
  for (const QueueRule rule : {QueueRule::binance, QueueRule::bitmex, QueueRule::hyperliquid}) {
    CHECK(margin_ranked_before(rule, all[1].who, 100, 85) < margin_ranked_before(rule, all[0].who, 100, 85));
    CHECK(margin_ranked_before(rule, all[0].who, 100, 85) < margin_ranked_before(rule, all[2].who, 100, 85));
    CHECK(margin_ranked_before(rule, {-50, 84, 450}, 100, 85) == kUnlimited);  // it loses
    // A long of the law itself has before it those with less margin than it has.
    CHECK(near(margin_ranked_before(rule, {30, 100, 30 * (8 + 25)}, 100, 125), 0.08));
    CHECK(near(margin_ranked_before(rule, {-30, 100, 30 * (8 + 25)}, 100, 75), 0.08));
  }
}

TEST_CASE("Leverage is lognormal: half have less than the median, and a deviation is a factor") {
  const LeverageClasses classes(terms_with(0));
  CHECK(near(classes.with_less_margin(0.1), 0.5));
  CHECK(std::abs(classes.with_less_margin(0.05) - 0.158655253931457) < 1e-12);
  CHECK(classes.with_less_margin(0) == 0);
  for (std::size_t k = 1; k < LeverageClasses::kCount; ++k)
    CHECK(classes.bankrupt_at()[k] > classes.bankrupt_at()[k - 1]);
  const auto half = LeverageClasses::kCount / 2;
  CHECK(near(classes.bankrupt_at()[half] * classes.bankrupt_at()[half - 1], 0.01));
  CHECK(near(classes.closed_at()[7], 0.5 * classes.bankrupt_at()[7]));
}

TEST_CASE("Who can be closed before the margin is spent costs nobody anything") {
  Venue venue(0);
  for (double price = 100; price > 60; price *= 0.999) CHECK(venue.at(price).units == 0);
  CHECK(venue.state.fund(3) == 0);
}

TEST_CASE("In a gap winners give up what those have whose margin is spent beyond the price") {
  Venue venue(0);
  const Closure closure = venue.at(80);
  double units = 0, paid = 0;
  for (const double move : venue.classes.bankrupt_at())
    if (move < 0.2) units += 1e4 / 64, paid += 1e4 / 64 * 100 * (1 - move);
  CHECK(near(closure.units, -units));
  CHECK(near(closure.price, paid / units));
  CHECK(std::abs(units / 1e4 - 0.841344746) < 1.0 / 64);  // Phi(1): margins below a fifth
  CHECK(venue.at(80).units == 0);                         // once
  CHECK(venue.at(150).units > 0);                         // then those who have sold
}

TEST_CASE("The fund pays first, and winners give up what it cannot pay for") {
  Venue empty(0);
  const Closure all = empty.at(80);
  const double loss = -all.units * (all.price - 80);
  Venue rich(loss * 1.000001), half(loss / 2);
  CHECK(rich.at(80).units == 0);
  CHECK(rich.state.fund(3) < loss * 2e-6);
  const Closure rest = half.at(80);
  CHECK(half.state.fund(3) == 0);
  CHECK(near(-rest.units * (rest.price - 80), loss / 2));
}

TEST_CASE("A desk is closed when those before it are, and what is closed comes from somebody") {
  const Winner desk{-50, 100, 50 * (10 + 20)};  // half of the others have less margin
  for (const double wanted : {4000.0, 5020.0, 9000.0}) {
    Venue venue(0);
    const double taken = venue.state.units_taken(3, {-wanted, 85}, desk, 80);
    CHECK(near(-taken, std::clamp(wanted - 5000, 0.0, 50.0)));
    // Of the next that are closed, those before the desk are gone already.
    const double more = venue.state.units_taken(3, {-2000, 85}, desk, 80);
    CHECK(near(-more, std::clamp(wanted + 2000 + taken - 5000, 0.0, 50.0)));
  }
  Venue venue(0);
  CHECK(venue.state.units_taken(3, {9000, 85}, desk, 80) == 0);  // of those who have bought
}

TEST_CASE("Others who stand exactly before a winner have its rank by the venue's own formula") {
  struct Held {
    double side, entry, wallet, mark;
  };
  const Held all[] = {
      {1, 95, 30, 110}, {1, 80, 15, 110}, {-1, 120, 40, 85}, {-1, 101, 8, 85}, {-1, 99, 300, 60}};
  const std::pair<QueueRule, margin::AdlRule> rules[] = {
      {QueueRule::binance, margin::AdlRule::binance},
      {QueueRule::bitmex, margin::AdlRule::bitmex},
      {QueueRule::hyperliquid, margin::AdlRule::hyperliquid}};
  std::size_t compared = 0;
  for (const Held& one : all)
    for (const auto& [queue, rank] : rules) {
      const double units = 7 * one.side, equity = 7 * one.wallet + units * (one.mark - one.entry);
      const double before = margin_ranked_before(queue, {units, one.entry, equity}, 100, one.mark);
      if (before <= 0) continue;  // nobody ranks before it
      const double own = margin::adl_rank(rank, {units, one.entry, 7 * one.wallet}, one.mark);
      const double other = margin::adl_rank(rank, {2 * one.side, 100, 2 * before * 100}, one.mark);
      CHECK(std::abs(own / other - 1) < 1e-12);
      ++compared;
    }
  CHECK(compared >= 9);
}
