#include <string>

#include "engine/core/errors.hpp"
#include "engine/simulation/track.hpp"

/// How each track of a recorded path is read off a moment.
namespace unhedged::simulation {
namespace {

using risk::kMoney;

using View = const TrackView&;
using Lane = std::size_t;

double implied_volatility(View now, Lane lane) {
  const market::ImpliedCurve& curve = now.quotes.curves[now.quotes.curve->value[lane]];
  return curve.volatility(kQuotedLife, (*now.quotes.quote_level)[lane], 0);
}

double daily_volume(View now, Lane lane) {
  const double inverse = (*now.tape.inverse_volume)[lane];
  return inverse > 0 ? 1 / inverse : 0;
}

double perpetual(View now, Lane lane) { return now.perpetual != nullptr ? (*now.perpetual->price)[lane] : 0; }

/// A function of what is held; 0 where nothing is.
template <double (*Of)(View, Lane)>
double held(View now, Lane lane) {
  return now.position != nullptr ? Of(now, lane) : 0;
}

double units(View now, Lane lane) { return now.position->units[lane]; }
double pending(View now, Lane lane) { return now.position->pending[lane]; }
double filled(View now, Lane lane) { return (*now.filled)[lane]; }
double cost(View now, Lane lane) {
  double sum = now.position->cost(lane);
  for (const TrackView::Option& option : now.options) sum += option.position->cost(lane);
  return sum / now.to_horizon;
}
double option_value(View now, Lane lane) { return now.marked_options(lane); }
/// Of the k-th option on the asset, where there is one.
template <std::size_t K>
double option_units(View now, Lane lane) {
  return K < now.options.size() ? now.options[K].position->units[lane] : 0;
}
double cash(View now, Lane lane) { return now.cash(lane) + (now.on_margin ? now.marked(lane) : 0); }

double pnl_so_far(View now, Lane lane) {
  double book = now.followed.book_cash[lane] / now.to_horizon + now.followed.book_value[lane];
  if (now.account != nullptr) {
    book *= now.account->book_share(lane);
    if (now.is_first) book += now.account->earned_beside(lane) / now.to_horizon;
  }
  if (now.position == nullptr) return book;
  double hedge = now.position->equity(lane, (*now.price)[lane], now.to_horizon);
  for (const TrackView::Option& option : now.options)
    hedge += option.position->equity(lane, (*option.price)[lane], now.to_horizon);
  return book + hedge / now.to_horizon;
}

/// A number of the hedger's account, which counts with the first asset; 0 where there is none.
template <const Lanes& (hedging::Account::*Of)() const>
double of_account(View now, Lane lane) {
  return now.account != nullptr && now.is_first ? (now.account->*Of)()[lane] : 0;
}

double standing(View now, Lane lane) {
  return now.account != nullptr && now.is_first ? static_cast<double>(now.account->standing(lane)) : 0;
}

constexpr const char* kPrice = "account currency per unit";
constexpr Track kTracks[] = {
    {"spot", kPrice, "spot", [](View now, Lane lane) { return (*now.quotes.spot)[lane]; }},
    {"perpetual", kPrice, "price of the perpetual (0: there is none)", perpetual},
    {"variance", "1/year", "instantaneous variance of the diffusion",
     [](View now, Lane lane) { return (*now.tape.variance)[lane]; }},
    {"implied_volatility", "1", "quote of an at-the-money option of one month", implied_volatility},
    {"half_spread", "1", "half the bid-ask spread over the mid",
     [](View now, Lane lane) { return (*now.tape.half_spread)[lane]; }},
    {"daily_volume", kMoney, "traded volume a day (0: unlimited)", daily_volume},
    {"delta", "units", "delta of the book as the hedger saw it",
     [](View now, Lane lane) { return now.followed.delta[lane]; }},
    {"hedge", "units", "hedge held after the orders of this time", held<units>},
    {"pending", "units", "ordered by then and not filled: on its way, or waiting", held<pending>},
    {"cash", kMoney,
     "cash of the hedge account, as of this time; where the hedge is a perpetual, its margin account",
     held<cash>},
    {"fill", "units", "order filled at this time", held<filled>},
    {"option_units", "units", "hedge options held after the orders of this time (0: none)", option_units<0>},
    {"other_option_units", "units", "the same of the second where there are two", option_units<1>},
    {"option_value", kMoney, "hedge options held at the market's quotes", option_value},
    {"cost", kMoney, "spread, impact and fees paid so far, grown to this time", held<cost>},
    {"book_value", kMoney, "market value of the positions that have not expired, and of coins kept",
     [](View now, Lane lane) { return now.followed.book_value[lane]; }},
    {"account_equity", kMoney, "equity of the hedger's account, at its last look, with the first asset",
     of_account<&hedging::Account::equity>},
    {"account_initial", kMoney, "initial margin by that look", of_account<&hedging::Account::initial>},
    {"account_maintenance", kMoney, "maintenance margin by that look",
     of_account<&hedging::Account::maintenance>},
    {"account_standing", "1", "of the account: 0 good, or there is none; 1 called, 2 closing, 3 closed",
     standing},
    {"pnl_so_far", kMoney,
     "P&L of book and hedge since today at the marks of this time; at the horizon the assets make the P&L of "
     "the "
     "path",
     pnl_so_far}};

const market::Tape* perpetual_of(const Floor& floor, std::size_t asset) {
  const auto id = floor.run().perpetual(asset);
  return id ? &floor.world().tape(*id) : nullptr;
}

}  // namespace

TrackView::TrackView(const Floor& floor, const Place& place, const Followed& of)
    : quotes(floor.world().quotes(place.asset)),
      tape(floor.world().tape(static_cast<market::TradableId>(place.asset))),
      perpetual(perpetual_of(floor, place.asset)),
      followed(of),
      to_horizon(floor.run().to_horizon(place.asset, place.step)) {
  account = floor.account(place.hedger);
  is_first = place.asset == 0;
  const hedging::Desk& desk = *floor.desk(place.hedger);
  const hedging::Line* const line = desk.plan().line_of(place.asset);
  if (line == nullptr) return;
  const auto index = static_cast<std::size_t>(line - desk.plan().lines.data());
  position = &desk.ledger()[index];
  price = floor.tape(*line).price;
  filled = &desk.filled(index);
  on_margin = line->on_margin;
  for (std::size_t k = desk.plan().first_option(); k < desk.plan().lines.size(); ++k) {
    const hedging::Line& option = desk.plan().lines[k];
    if (option.asset == place.asset)
      options.push_back({&desk.ledger()[k], floor.tape(option).price, option.option_index});
  }
}

std::span<const Track> tracks() { return kTracks; }

std::size_t track_index(std::string_view name) {
  for (std::size_t t = 0; t < std::size(kTracks); ++t)
    if (kTracks[t].name == name) return t;
  throw ContractViolation("no track " + std::string(name));
}

}  // namespace unhedged::simulation
