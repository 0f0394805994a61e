#include "engine/config/run_spec.hpp"

namespace unhedged::config {
namespace {

using instruments::ContractKind;

constexpr InstrumentText kNetted[] = {
    {"call", "pays max(spot - strike, 0) at expiry"},
    {"put", "pays max(strike - spot, 0) at expiry"},
    {"forward", "pays spot - strike at expiry"},
    {"spot", "the asset itself, its yield reinvested; no strike, no expiry"},
};
constexpr ContractKind kNettedKinds[] = {ContractKind::call, ContractKind::put, ContractKind::forward,
                                         ContractKind::spot};

}  // namespace

instruments::Asks Instrument::asks() const {
  if (row != nullptr) return row->asks;
  return {.strike = kind != ContractKind::spot};
}

bool Instrument::is_option() const {
  return kind == ContractKind::call || kind == ContractKind::put || kind == ContractKind::other;
}

const std::vector<std::pair<const char*, Instrument>>& InstrumentWords::table() {
  static const std::vector<std::pair<const char*, Instrument>> words = [] {
    std::vector<std::pair<const char*, Instrument>> out;
    for (std::size_t k = 0; k < std::size(kNetted); ++k)
      out.emplace_back(kNetted[k].name, Instrument{kNettedKinds[k], nullptr});
    for (const instruments::ContractRow* row : instruments::contract_rows())
      out.emplace_back(row->name, Instrument{ContractKind::other, row});
    return out;
  }();
  return words;
}

std::vector<PositionKey> position_keys(const Instrument& instrument) {
  const instruments::Asks asks = instrument.asks();
  return {
      {"strike", asks.strike, true},
      {"expiry", instrument.kind != ContractKind::spot, true},
      {"barrier", asks.barrier, true},
      {"rebate", asks.rebate, false},
      {"payout", asks.payout, false},
      {"observed", asks.observed, false},
      {"starts", asks.starts, true},
      {"floor", asks.floor, false},
      {"cap", asks.cap, false},
      {"strike_vol", asks.strike_volatility, true},
      {"cap_vol", asks.cap_volatility, false},
      {"implied_vol", instrument.is_option(), false},
  };
}

std::string name_of(const Instrument& instrument) {
  for (const auto& [name, entry] : InstrumentWords::table())
    if (entry == instrument) return name;
  throw ContractViolation("an instrument without a name");
}

std::vector<InstrumentText> instrument_texts() {
  std::vector<InstrumentText> out(std::begin(kNetted), std::end(kNetted));
  for (const instruments::ContractRow* row : instruments::contract_rows())
    out.push_back({row->name, row->help});
  return out;
}

}  // namespace unhedged::config
