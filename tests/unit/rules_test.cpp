#include <cmath>
#include <functional>

#include "engine/hedging/desk.hpp"
#include "engine/hedging/rule_kernels.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/hand_made_market.hpp"

// When each rule lets a desk trade, against the text of docs/methods/hedging.md worked out one path at a
// time.

using namespace unhedged;
using namespace unhedged::testing;
using namespace unhedged::hedging;

namespace {

constexpr double kSigma = 0.4;

RuleTree one(const std::string& name, RuleValues values) {
  for (const RuleKind* kind : rule_kinds())
    if (name == kind->name) return {RuleTree::How::one, kind, std::move(values), {}};
  throw std::runtime_error("no rule " + name);
}

RuleTree of(RuleTree::How how, std::vector<RuleTree> parts) { return {how, nullptr, {}, std::move(parts)}; }
RuleTree all(std::vector<RuleTree> parts) { return of(RuleTree::How::all, std::move(parts)); }
RuleTree any(std::vector<RuleTree> parts) { return of(RuleTree::How::any, std::move(parts)); }
RuleTree none(RuleTree part) { return of(RuleTree::How::none, {std::move(part)}); }

RuleTree clock(std::vector<char> steps) { return one("every", {{{}, std::move(steps)}}); }
RuleTree band(double share) { return one("delta_band", {{share, {}}}); }
RuleTree move(double sd) { return one("move", {{sd, {}}, {0.01, {}}}); }
RuleTree wide(double level) { return one("half_spread", {{level, {}}}); }
RuleTree thin(double level) { return one("daily_volume", {{level, {}}}); }
RuleTree ww(double aversion, std::optional<double> cost, std::optional<double> stop) {
  return one("whalley_wilmott", {{aversion, {}}, {cost, {}}, {stop, {}}});
}

/// A line whose market, Greeks and gap differ by path and are moved by hand.
struct Seen {
  Seen() {
    quote = {&market.spot, &market.half_spread, &market.funding, &market.inverse_volume};
    greeks[pricing::Greek::gamma] = &gamma;
    terms = {gross, to_horizon, {}, 1.0 / 365};
    shuffle(1);
  }
  void shuffle(std::size_t seed) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const auto at = [&](double rate) { return std::sin(rate * static_cast<double>(lane + 97 * seed)); };
      gap[lane] = lane % 11 == 0 ? 0 : 5 * at(1.3);
      gamma[lane] = 0.2 * at(0.7);
      market.spot[lane] = 100 * std::exp(0.1 * at(2.1));
      market.log_spot[lane] = std::log(market.spot[lane] / 100);
      market.half_spread[lane] = 0.002 * (1 + at(0.3));
      market.inverse_volume[lane] = lane % 7 == 0 ? 0 : 1e-6 * (1.1 + at(0.9));
    }
  }
  /// What the rule says at a step; `trade`: and is told what was ordered.
  std::vector<double> orders(const Rule& rule, std::size_t step, std::vector<Lanes>& memory) {
    const RuleView view{step, market.quotes, quote, greeks, gap, memory};
    Lanes rest, order;
    rule.judge(view, rest);
    rule_kernels().order(gap, rest, order);
    rule.note(view, order);
    return {order.data(), order.data() + kLanes};
  }

  HandMadeMarket market{kSigma};
  Lanes gap, gamma;
  market::Quote quote;
  BookGreeks greeks;
  std::vector<double> gross = std::vector<double>(11, 8.0), to_horizon = std::vector<double>(11, 1.1);
  RuleTerms terms{};
};

/// The orders of a tree over some steps, on every path.
std::vector<std::vector<double>> orders_of(const RuleTree& tree) {
  Seen seen;
  const auto rule = make_rule(tree, seen.terms);
  std::vector<Lanes> memory(rule->memory(), Lanes{});
  std::vector<std::vector<double>> out;
  for (std::size_t step = 0; step < 8; ++step) {
    seen.shuffle(step + 1);
    out.push_back(rule->foreseen(step) == Foreseen::no ? std::vector<double>(kLanes, 0.0)
                                                       : seen.orders(*rule, step, memory));
  }
  return out;
}

/// The same by a function of what one path shows: units off the target at which to stop.
using Reference = std::function<double(const Seen&, std::size_t step, std::size_t lane, double last_log)>;
void check_against(const RuleTree& tree, const Reference& rest) {
  Seen seen;
  std::vector<double> last(kLanes, NAN);
  const auto orders = orders_of(tree);
  std::size_t traded = 0, waited = 0;
  for (std::size_t step = 0; step < orders.size(); ++step) {
    seen.shuffle(step + 1);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double left = rest(seen, step, lane, last[lane]), gap = seen.gap[lane];
      const double order = std::abs(gap) > left ? gap - std::copysign(left, gap) : 0;
      CHECK(std::abs(orders[step][lane] - order) <= 1e-12 * (1 + std::abs(order)));
      if (order != 0) last[lane] = seen.market.log_spot[lane];
      ++(order != 0 ? traded : waited);
    }
  }
  CHECK(traded > 0);
  CHECK(waited > 0);
}

double trade_if(bool trades) { return trades ? 0 : kNoTrade; }

double moved(const Seen& s, std::size_t lane, double last, double sd) {
  return trade_if(std::isnan(last) || std::abs(s.market.log_spot[lane] - last) > sd * kSigma * 0.1);
}

}  // namespace

TEST_CASE("Each rule trades where its page says, on every path") {
  check_against(clock({1, 0, 0, 1, 0, 0, 1, 0}),
                [](const Seen&, std::size_t t, std::size_t, double) { return trade_if(t % 3 == 0); });
  check_against(band(0.2), [](const Seen& s, std::size_t, std::size_t lane, double) {
    return trade_if(std::abs(s.gap[lane]) > 1.6);
  });
  check_against(wide(0.002), [](const Seen& s, std::size_t, std::size_t lane, double) {
    return trade_if(s.market.half_spread[lane] > 0.002);
  });
  check_against(thin(1e6), [](const Seen& s, std::size_t, std::size_t lane, double) {
    const double inverse = s.market.inverse_volume[lane];
    return trade_if(inverse > 0 && 1 / inverse < 1e6);
  });
  check_against(move(1.5), [](const Seen& s, std::size_t, std::size_t lane, double last) {
    return moved(s, lane, last, 1.5);
  });
}

TEST_CASE("Whalley and Wilmott's band trades to its edge, to the target or between, at the cost shown") {
  for (const double stop : {1.0, 0.0, 0.4})
    for (const bool stated : {true, false}) {
      const RuleTree tree = ww(2e-3, stated ? std::optional(0.003) : std::nullopt,
                               stop == 1 ? std::nullopt : std::optional(stop));
      check_against(tree, [&](const Seen& s, std::size_t, std::size_t lane, double) {
        const double cost = stated ? 0.003 : s.market.half_spread[lane];
        const double cube = 1.5 / 1.1 * cost * s.market.spot[lane] * s.gamma[lane] * s.gamma[lane] / 2e-3;
        const double width = std::cbrt(cube);
        return std::abs(s.gap[lane]) > width ? stop * width : kNoTrade;
      });
    }
}

TEST_CASE("V-52, V-53: the half-width of Whalley and Wilmott, and where a hedge stops") {
  Seen seen;
  const auto width = [&](double gamma, double cost, double aversion, double price, double grown) {
    seen.to_horizon.assign(11, grown);
    seen.market.spot.fill(price);
    seen.gamma.fill(gamma);
    seen.gap.fill(1e6);
    RuleTerms terms = seen.terms;
    terms.to_horizon = seen.to_horizon;
    std::vector<Lanes> memory;
    return 1e6 - seen.orders(*make_rule(ww(aversion, cost, {}), terms), 0, memory)[0];
  };
  const double g = 0.0187620173458469, year = std::exp(0.05);  // V-05
  CHECK(std::abs(width(g, 1e-3, 1, 100, year) - .0368959361242643) < 1e-9);
  CHECK(std::abs(width(g, 1e-2, 1, 100, year) - .0794898847073156) < 1e-9);
  CHECK(std::abs(width(g, 1e-2, 0.1, 100, year) - .171255765120076) < 1e-9);
  // Strike 1, no rate, cost 1e-5, aversion 1, volatility 20 %, a tenth of a year; the hedge before is a half.
  struct Row {
    double moneyness, delta, width, hedge;
  };
  for (const Row& row : {Row{-.05, .22394224, .070654121, .2946}, Row{-.01, .44967159, .084026294, .5},
                         Row{0, .51261356, .084166455, .5}, Row{.01, .57524225, .082913380, .5},
                         Row{.05, .79451624, .066097424, .7284}}) {
    const double deviation = 0.2 * std::sqrt(0.1), spot = std::exp(row.moneyness);
    const double d1 = row.moneyness / deviation + deviation / 2;
    const double gamma = std::exp(-d1 * d1 / 2) / std::sqrt(2 * M_PI) / (spot * deviation);
    CHECK(std::abs(width(gamma, 1e-5, 1, spot, 1) - row.width) < 2e-9);
    seen.gap.fill(row.delta - 0.5);
    std::vector<Lanes> memory;
    const double order = seen.orders(*make_rule(ww(1, 1e-5, {}), seen.terms), 0, memory)[0];
    CHECK(std::abs(0.5 + order - row.hedge) < 1e-4);
  }
}

TEST_CASE("Rules combined trade where all, any or none of them do, and stop farthest or nearest") {
  const auto width = [](const Seen& s, std::size_t lane) {
    return std::cbrt(1.5 / 1.1 * 0.003 * s.market.spot[lane] * s.gamma[lane] * s.gamma[lane] / 2e-3);
  };
  const auto edge = [&](const Seen& s, std::size_t lane) {
    return std::abs(s.gap[lane]) > width(s, lane) ? width(s, lane) : kNoTrade;
  };
  const std::vector<char> thirds{1, 0, 0, 1, 0, 0, 1, 0};
  check_against(any({clock(thirds), ww(2e-3, 0.003, {})}),
                [&](const Seen& s, std::size_t t, std::size_t lane, double) {
                  return std::min(trade_if(t % 3 == 0), edge(s, lane));
                });
  check_against(
      all({clock(thirds), ww(2e-3, 0.003, {}), none(wide(0.003))}),
      [&](const Seen& s, std::size_t t, std::size_t lane, double) {
        return std::max({trade_if(t % 3 == 0), edge(s, lane), trade_if(s.market.half_spread[lane] <= 0.003)});
      });
  check_against(
      all({any({move(2), band(0.5)}), none(all({wide(0.002), thin(1e6)}))}),
      [&](const Seen& s, std::size_t, std::size_t lane, double last) {
        const bool bad = s.market.half_spread[lane] > 0.002 && s.market.inverse_volume[lane] * 1e6 > 1;
        const double either = std::min(moved(s, lane, last, 2), trade_if(std::abs(s.gap[lane]) > 4));
        return std::max(either, trade_if(!bad));
      });
}

TEST_CASE("All or any of one rule is that rule, not not is nothing, and the order of rules changes no bit") {
  const RuleTree edge = ww(2e-3, {}, {}), three = clock({1, 0, 0, 1, 0, 0, 1, 0});
  for (const RuleTree& rule : {edge, three, move(1), band(0.1), wide(0.002), thin(1e6)}) {
    const auto plain = orders_of(rule);
    CHECK(orders_of(all({rule})) == plain);
    CHECK(orders_of(any({rule})) == plain);
    CHECK(orders_of(none(none(rule))) == plain);
    CHECK(orders_of(all({rule, rule})) == plain);
    CHECK(orders_of(any({rule, rule})) == plain);
  }
  CHECK(orders_of(any({edge, three, move(2)})) == orders_of(any({move(2), three, edge})));
  CHECK(orders_of(all({edge, none(wide(0.003)), move(2)})) ==
        orders_of(all({move(2), edge, none(wide(0.003))})));
  CHECK(orders_of(none(any({three, wide(0.002)}))) == orders_of(all({none(three), none(wide(0.002))})));
}

TEST_CASE("What is foreseen of rules is what their clocks allow") {
  const Seen seen;
  const RuleTree early = clock({1, 1, 0, 0}), late = clock({0, 0, 1, 1});
  const auto foreseen = [&](const RuleTree& tree) {
    std::vector<Foreseen> out;
    for (std::size_t t = 0; t < 4; ++t) out.push_back(make_rule(tree, seen.terms)->foreseen(t));
    return out;
  };
  using enum Foreseen;
  CHECK(foreseen(early) == std::vector{yes, yes, no, no});
  CHECK(foreseen(all({early, band(0.1)})) == std::vector{perhaps, perhaps, no, no});
  CHECK(foreseen(any({early, band(0.1)})) == std::vector{yes, yes, perhaps, perhaps});
  CHECK(foreseen(none(early)) == std::vector{no, no, yes, yes});
  CHECK(foreseen(all({early, late})) == std::vector{no, no, no, no});
  CHECK(foreseen(none(all({early, late, move(1)}))) == std::vector{yes, yes, yes, yes});
}
