#include <algorithm>

#include "engine/config/run_spec.hpp"

namespace unhedged::config {
namespace {

using instruments::Asks;
using instruments::ContractKind;

struct Netted {
  const char *name, *help;
  ContractKind kind;
  bool in_coin = false;
};

constexpr Netted kNetted[] = {
    {"call", "pays max(spot - strike, 0) at expiry", ContractKind::call},
    {"put", "pays max(strike - spot, 0) at expiry", ContractKind::put},
    {"forward", "pays spot - strike at expiry", ContractKind::forward},
    {"spot", "the asset itself, its yield reinvested; no strike, no expiry", ContractKind::spot},
    {"future",
     "pays each move of the price for delivery at expiry as it comes, on margin; worth nothing today",
     ContractKind::future},
    {"perpetual", "the asset's perpetual future: moves of its price and funding, on margin; no expiry",
     ContractKind::perpetual},
    {"inverse_call", "pays max(spot - strike, 0) / spot units of the asset at expiry; so is its premium paid",
     ContractKind::call, true},
    {"inverse_put", "pays max(strike - spot, 0) / spot units of the asset at expiry; so is its premium paid",
     ContractKind::put, true},
    {"inverse_future",
     "of a quantity in account currency: pays quantity times each move of -1 / price, in units of the asset",
     ContractKind::future, true},
    {"inverse_perpetual",
     "of a quantity in account currency: quantity times moves of -1 / price of the asset's perpetual future, "
     "and funding, in units of the asset",
     ContractKind::perpetual, true},
};

bool has_own_mark(const Instrument& instrument) {
  return instrument.is_option() && instrument.multi_asset == nullptr;
}
bool has_one_asset(const Instrument& instrument) { return instrument.multi_asset == nullptr; }
bool names_asset(const PositionSpec& spec) { return !spec.asset.empty(); }
bool is_dated(const Instrument& instrument) { return instruments::is_dated(instrument.kind); }
bool is_paid_for(const Instrument& instrument) { return !instruments::is_margined(instrument.kind); }
bool is_forward(const Instrument& instrument) { return instrument.kind == ContractKind::forward; }

template <auto member>
bool asks(const Instrument& instrument) {
  return instrument.asks().*member;
}
template <auto member>
bool writes(const PositionSpec& spec) {
  return (spec.*member).has_value();
}

template <auto member>
bool lists(const PositionSpec& spec) {
  return !(spec.*member).values.empty();
}

constexpr bool kNeeded = true, kOptional = false;

constexpr PositionKey kKeys[] = {
    {"asset", kNeeded, has_one_asset, names_asset},
    {"assets", kNeeded, asks<&Asks::assets>, lists<&PositionSpec::assets>},
    {"weights", kOptional, asks<&Asks::weights>, lists<&PositionSpec::weights>},
    {"correlation", kOptional, asks<&Asks::correlation>, writes<&PositionSpec::correlation>},
    {"strike", kNeeded, asks<&Asks::strike>, writes<&PositionSpec::strike>},
    {"expiry", kNeeded, is_dated, writes<&PositionSpec::expiry>},
    {"premium", kOptional, is_paid_for, writes<&PositionSpec::premium>},
    {"settled", kOptional, is_forward, writes<&PositionSpec::settled>},
    {"barrier", kNeeded, asks<&Asks::barrier>, writes<&PositionSpec::barrier>},
    {"rebate", kOptional, asks<&Asks::rebate>, writes<&PositionSpec::rebate>},
    {"payout", kOptional, asks<&Asks::payout>, writes<&PositionSpec::payout>},
    {"observed", kOptional, asks<&Asks::observed>, writes<&PositionSpec::observed>},
    {"exercise", kOptional, asks<&Asks::exercise>, writes<&PositionSpec::exercise>},
    {"starts", kNeeded, asks<&Asks::starts>, writes<&PositionSpec::starts>},
    {"floor", kOptional, asks<&Asks::floor>, writes<&PositionSpec::floor>},
    {"cap", kOptional, asks<&Asks::cap>, writes<&PositionSpec::cap>},
    {"strike_vol", kNeeded, asks<&Asks::strike_volatility>, writes<&PositionSpec::strike_vol>},
    {"cap_vol", kOptional, asks<&Asks::cap_volatility>, writes<&PositionSpec::cap_vol>},
    {"implied_vol", kOptional, has_own_mark, writes<&PositionSpec::implied_vol>},
};

}  // namespace

Asks Instrument::asks() const {
  if (row != nullptr) return row->asks;
  if (multi_asset != nullptr) return multi_asset->asks;
  const bool struck =
      kind == ContractKind::call || kind == ContractKind::put || kind == ContractKind::forward;
  return {.strike = struck};
}

bool Instrument::is_option() const { return instruments::is_option(kind); }

const std::vector<std::pair<const char*, Instrument>>& InstrumentWords::table() {
  static const std::vector<std::pair<const char*, Instrument>> words = [] {
    std::vector<std::pair<const char*, Instrument>> out;
    for (const Netted& netted : kNetted)
      out.emplace_back(netted.name, Instrument{netted.kind, nullptr, nullptr, netted.in_coin});
    for (const instruments::ContractRow* row : instruments::contract_rows())
      out.emplace_back(row->name, Instrument{ContractKind::other, row, nullptr, false});
    for (const instruments::MultiAssetRow& row : instruments::multi_asset_rows())
      out.emplace_back(row.name, Instrument{ContractKind::other, nullptr, &row, false});
    return out;
  }();
  return words;
}

std::span<const PositionKey> position_keys() { return kKeys; }

std::string name_of(const Instrument& instrument) {
  for (const auto& [name, entry] : InstrumentWords::table())
    if (entry == instrument) return name;
  throw ContractViolation("an instrument without a name");
}

std::vector<std::string> entries_of(const std::string& text) {
  std::vector<std::string> out;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find('|', begin), text.size());
    const std::size_t first = std::min(text.find_first_not_of(' ', begin), end);
    const std::size_t last = text.find_last_not_of(' ', end == 0 ? 0 : end - 1);
    out.push_back(first == end ? "" : text.substr(first, last + 1 - first));
    begin = end + 1;
  }
  return out;
}

std::string help_of(const Instrument& instrument) {
  if (instrument.multi_asset != nullptr) return instrument.multi_asset->help;
  if (instrument.row != nullptr) return instrument.row->help;
  for (const Netted& netted : kNetted)
    if (netted.kind == instrument.kind && netted.in_coin == instrument.in_coin) return netted.help;
  throw ContractViolation("an instrument without a help");
}

}  // namespace unhedged::config
