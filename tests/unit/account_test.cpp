#include "engine/hedging/account.hpp"
#include "engine/pricing/models/black_scholes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/orders.hpp"

// What an account asks for, when positions are closed by force, and what money costs, number by number: a
// desk that is short 10 of a perpetual at 100 with 150 of collateral, of which 10 % of the value must be
// there for more and 5 % lest it be closed.

using namespace unhedged;
using namespace unhedged::testing;
using namespace unhedged::hedging;

namespace {

AccountTerms fractions(double cash, OnBreach on_breach = {}) {
  AccountTerms terms;
  terms.cash = cash;
  terms.margin = {0.1, 0.05};
  terms.on_breach = on_breach;
  return terms;
}

/// One desk hedged by a perpetual (or the asset), its account, and a market that a test moves.
struct Booth {
  explicit Booth(const AccountTerms& what, double delta_today = 10, bool on_margin = true,
                 Latency latency = {})
      : terms_of(what) {
    hedger.belief = pricing::black_scholes_belief();
    hedger.strategy = strategy_kinds()[0]->make({1.0});
    hedger.close_out = CloseOut::none;
    hedger.latency = latency;
    plan.hedger = &hedger;
    plan.strategy = hedger.strategy;
    plan.assets = 1;
    plan.due.assign(kSteps + 1, 1);
    plan.tradables = {{0, 1, on_margin}};
    plan.lines = {{0, 0, on_margin, Exchange(free_of_costs(), Exchange::Volume::unlimited)}};
    for (std::size_t k = 0; k < terms_of.assets.size(); ++k) plan.pledges.push_back(plan.lines[0]);
    plan.tolerance.assign(1, std::vector<double>(kSteps + 1, 0));
    greeks[0][pricing::Greek::delta] = &delta;
    delta.fill(delta_today);
    desk.emplace(plan, RouterTerms{{kSteps, 0.01, {}}, 0.25, {}}, tapes);
    account.emplace(terms_of, *desk, RouterTerms{{kSteps, 0.01, {}}, 0.25, {}}, tapes);
    desk->clear();
    account->start();
  }

  AccountMoment moment(std::size_t step) const { return {step, tapes, to_horizon, {}, &market.trading}; }
  /// A grid time at a price.
  void step(std::size_t t, double price) {
    market.move_to(price);
    FloorView view{t, board, greeks, tapes, market.trading, to_horizon, nullptr};
    view.leash = account->look(moment(t));
    desk->trade(view, room);
    account->note(moment(t));
  }
  double held() const { return desk->ledger()[0].units[7]; }
  Standing standing() const { return account->standing(7); }
  const AccountRecord& record() const { return account->record(); }

  static constexpr std::size_t kSteps = 10;
  AccountTerms terms_of;
  Hedger hedger;
  DeskPlan plan;
  HandMadeMarket market;
  Lanes delta{};
  std::vector<const market::Tape*> tapes{&market.tape};
  std::vector<BookGreeks> greeks{1};
  market::QuoteBoard board;
  std::vector<std::vector<double>> to_horizon{std::vector<double>(kSteps + 1, 1.0)};
  std::optional<Desk> desk;
  std::optional<Account> account;
  FillRoom room;
};

}  // namespace

TEST_CASE("An account without limits leaves its desk alone") {
  Booth booth{AccountTerms{}};
  booth.step(0, 100);
  CHECK(booth.account->look(booth.moment(1)) == nullptr);
  booth.step(1, 900);
  CHECK(booth.held() == -10);
  CHECK(booth.record().called[7] == 0);
}

TEST_CASE("A call is for what is missing from the initial margin, and is paid when the grace is over") {
  Booth booth{fractions(150, {.grace = 2, .top_up = 1000})};
  booth.step(0, 100);
  CHECK(booth.held() == -10);
  booth.step(1, 109);  // 150 - 90 is above 5 % of 1 090
  CHECK(near(booth.account->equity()[7], 60));
  CHECK(booth.standing() == Standing::good);
  booth.step(2, 110);  // 50 is below 55
  CHECK(booth.standing() == Standing::called);
  CHECK(near(booth.record().peak_call[7], 60));  // 110 - 50
  booth.step(3, 112);                            // 30, and 112 is asked for
  CHECK(near(booth.record().peak_call[7], 82));
  CHECK(booth.record().paid_in[7] == 0);
  booth.step(4, 111);
  CHECK(booth.standing() == Standing::good);
  CHECK(near(booth.record().paid_in[7], 71));  // 111 - 40
  CHECK(near(booth.account->equity()[7], 111));
  CHECK(booth.record().liquidated[7] == 0);
  CHECK(booth.held() == -10);
}

TEST_CASE("What comes back before the grace is over need not be paid") {
  Booth booth{fractions(150, {.grace = 2, .top_up = 1000})};
  booth.step(0, 100);
  booth.step(1, 110);
  booth.step(2, 90);
  booth.step(3, 100);
  CHECK(booth.standing() == Standing::good);
  CHECK(booth.record().called[7] == 1);
  CHECK(booth.record().paid_in[7] == 0);
}

TEST_CASE("What is not paid is closed at once and for good, at the price of then") {
  Booth booth{fractions(150)};
  booth.step(0, 100);
  booth.step(1, 111);
  CHECK(booth.held() == 0);
  CHECK(booth.desk->ledger()[0].cash[7] == -110);
  CHECK(booth.record().liquidated[7] == 1);
  CHECK(booth.record().failure_step[7] == 1);
  booth.step(2, 90);
  CHECK(booth.standing() == Standing::closed);
  booth.step(3, 80);
  CHECK(booth.held() == 0);
}

TEST_CASE("Positions are closed in parts, with pauses, until there is enough for what is left") {
  Booth booth{fractions(150, {.part = 0.2, .pause = 2})};
  booth.step(0, 100);
  booth.step(1, 112);  // 30 of 56
  CHECK(near(booth.held(), -8));
  booth.step(2, 112);  // 30 of 44.8: a pause
  CHECK(near(booth.held(), -8));
  booth.step(3, 112);
  CHECK(near(booth.held(), -6));
  CHECK(booth.standing() == Standing::closing);
  booth.step(4, 112);  // 30 of 33.6
  CHECK(near(booth.held(), -6));
  booth.step(5, 112);
  CHECK(near(booth.held(), -4));
  booth.step(6, 112);  // 30 of 22.4: the desk decides again, but may hold no more than 300
  CHECK(booth.standing() == Standing::good);
  CHECK(near(booth.held(), -4));
  booth.step(7, 100);  // 78 is 10 % of 780
  CHECK(near(booth.held(), -7.8));
  CHECK(booth.record().failure_step[7] == 1);
}

TEST_CASE("Below the backstop all is closed, whatever grace and parts") {
  Booth booth{fractions(150, {.grace = 5, .part = 0.2, .backstop_below = 0.67})};
  booth.step(0, 100);
  booth.step(1, 110);  // 50 of 55
  CHECK(booth.standing() == Standing::called);
  booth.step(2, 112);  // 30 of 56, below 37.52
  CHECK(booth.held() == 0);
}

TEST_CASE("No more is held than the initial margin is there for, and less may always be") {
  Booth booth{fractions(60)};
  booth.step(0, 100);
  CHECK(near(booth.held(), -6));
  booth.step(1, 99);  // 66 is 10 % of 660
  CHECK(near(booth.held() * 99, -660));
  booth.delta.fill(2);
  booth.step(2, 99);
  CHECK(near(booth.held(), -2));
  booth.delta.fill(-30);
  booth.step(3, 99);
  CHECK(near(booth.held() * 99, 660));
}

TEST_CASE("What is looked at every three steps fails at those") {
  AccountTerms terms = fractions(150);
  terms.check_every = 3;
  Booth booth{terms};
  booth.step(0, 100);
  for (const std::size_t t : {1, 2}) {
    booth.step(t, 120);
    CHECK(booth.held() == -10);
  }
  booth.step(3, 120);
  CHECK(booth.held() == 0);
}

TEST_CASE("A seized order does not wait for the desk's latency, and what was on its way is void") {
  Booth booth{fractions(150), 10, true, {3, Latency::Law::fixed}};
  for (const std::size_t t : {0, 1, 2, 3}) booth.step(t, 100);
  CHECK(booth.held() == -10);
  booth.delta.fill(12);
  booth.step(4, 100);  // orders two more, as far as there is margin
  booth.step(5, 112);
  CHECK(booth.held() == 0);
  for (const std::size_t t : {6, 7, 8, 9}) booth.step(t, 112);
  CHECK(booth.held() == 0);
  CHECK(booth.desk->ledger()[0].pending[7] == 0);
}

TEST_CASE("What is closed by force goes out as far as the market takes it") {
  Booth booth{fractions(150)};
  booth.step(0, 100);
  booth.market.participation.fill(0.1);
  booth.market.inverse_volume.fill(1.0 / 20000);  // 0.1 * 0.25 of it: 500 a step
  booth.market.tape.capped = true;
  booth.step(1, 125);
  CHECK(near(booth.held(), -6));
  booth.step(2, 125);
  CHECK(near(booth.held(), -2));
  booth.step(3, 125);
  CHECK(near(booth.held(), 0));
  booth.step(4, 125);
  CHECK(booth.standing() == Standing::closed);
}

TEST_CASE("Money that is there earns less, what is owed costs more, and shorts are borrowed") {
  AccountTerms terms;
  terms.financing = {0.02, 0.05, {0.03}};
  Booth seller{terms, 10, false}, buyer{terms, -10, false};
  for (Booth* booth : {&seller, &buyer}) {
    booth->step(0, 100);
    booth->account->carry(booth->moment(0), 0.5);
  }
  CHECK(near(seller.record().financing[7], 0.5 * (0.02 * 1000 + 0.03 * 1000)));
  CHECK(near(buyer.record().financing[7], 0.5 * 0.05 * 1000));
  Booth perpetual{terms};
  perpetual.step(0, 100);
  perpetual.market.move_to(90);
  perpetual.account->carry(perpetual.moment(0), 0.5);  // 100 of gains is all the cash there is
  CHECK(near(perpetual.record().financing[7], 0.5 * 0.02 * 100));
}

TEST_CASE("A desk that has won is deleveraged, stands unhedged, and buys back when it may") {
  for (const auto at : {DeleveragingTerms::At::mark, DeleveragingTerms::At::bankruptcy}) {
    AccountTerms terms = fractions(120);
    terms.deleveraging = {.at = at, .open_interest = 1e6, .leverage = {10, 2}, .out_for = 2};
    Booth booth{terms};
    booth.step(0, 100);
    booth.step(1, 80);  // 200 won of 320: before it those with less than 12 % margin
    CHECK(booth.held() == 0);
    CHECK(booth.record().deleveraged[7] == 1);
    CHECK(booth.record().taken[7] == 800);
    const double paid = -booth.desk->ledger()[0].cash[7];
    CHECK((at == DeleveragingTerms::At::mark ? paid == -200 : paid > -200));
    CHECK(near(booth.record().deleveraging_cost[7], paid + 200));
    booth.step(2, 75);
    CHECK(booth.held() == 0);
    booth.step(3, 70);
    CHECK(booth.held() == -10);
    booth.step(4, 50);
    CHECK(booth.record().unhedged_loss[7] == 100);
  }
}

TEST_CASE("Who has much behind its position is not deleveraged") {
  AccountTerms terms = fractions(1e4);
  terms.deleveraging = {.open_interest = 1e6, .leverage = {10, 2}};
  Booth booth{terms};
  booth.step(0, 100);
  booth.step(1, 80);
  CHECK(booth.held() == -10);
  CHECK(booth.record().deleveraged[7] == 0);
}

TEST_CASE("Collateral in the asset counts for less as it falls, and is sold as far as the market takes it") {
  AccountTerms terms = fractions(0);
  terms.assets = {{0, 3, 0.2, 1}};
  Booth booth{terms, -10};
  booth.step(0, 100);
  CHECK(near(booth.account->equity()[7], 240));
  CHECK(near(booth.held(), 10));
  booth.step(1, 90);
  CHECK(near(booth.account->equity()[7], 3 * 90 * 0.8 * 0.9 - 100));
  booth.market.participation.fill(0.1);
  booth.market.inverse_volume.fill(1.0 / 4000);  // 0.1 * 0.25 of it: 100 a step
  booth.market.tape.capped = true;
  booth.step(2, 80);  // 153.6 - 200: closed, two steps of 1.25 units would not sell three
  CHECK(booth.standing() == Standing::closing);
  booth.market.tape.capped = false;
  booth.market.participation.fill(0.0);
  booth.step(3, 50);
  CHECK(near(booth.held(), 0));
  booth.account->finish(booth.moment(3));
  CHECK(near(booth.record().collateral_loss[7], 300 - 1.25 * 80 - 1.75 * 50));
  booth.step(4, 50);
  CHECK(near(booth.account->equity()[7], 1.25 * 80 + 1.75 * 50 + booth.desk->ledger()[0].cash[7]));
}
