#include <algorithm>
#include <cmath>

#include "engine/config/resolve_contract.hpp"
#include "engine/config/resolve_hedgers.hpp"

namespace unhedged::config {
namespace {

/// Grid times at which an option is struck, today first: each is the nearest to when the one before has come
/// to the life at which it is sold.
std::vector<std::size_t> rolls_of(double held_years, const TimeGrid& grid) {
  std::vector<std::size_t> rolls{0};
  while (true) {
    const std::size_t next = locate(grid, grid.time(rolls.back()) + held_years).step;
    if (next >= grid.steps) return rolls;
    rolls.push_back(std::max(next, rolls.back() + 1));
  }
}

double longest_step(const TimeGrid& grid) {
  double longest = 0;
  for (std::size_t step = 0; step < grid.steps; ++step) longest = std::max(longest, grid.dt(step));
  return longest;
}

void check_times(const HedgeOptionSpec& spec, const hedging::HedgeOption& option, double left_years,
                 const MarketContext& market, const std::string& path, Findings& findings) {
  const double held = option.life_years - left_years, step = longest_step(market.grid);
  if (held <= 0)
    findings.add_at(join(path, "roll_at"), to_string(spec.roll_at) + " is not below the expiry, " +
                                               to_string(spec.expiry) + ": it would be sold as it is bought");
  else if (held < market.grid.dt_years * (1 - kGridTolerance))
    findings.add_at(join(path, "roll_at"),
                    "leaves less than a step of the simulation between one roll and the next");
  if (left_years < step * (1 - kGridTolerance))
    findings.add_at(join(path, "roll_at"), to_string(spec.roll_at) +
                                               " is shorter than a step of the simulation: it might expire "
                                               "before it is rolled");
}

void resolve_option(const HedgeOptionSpec& spec, const MarketContext& market, const std::string& path,
                    Findings& findings, hedging::Hedger& out) {
  const auto asset = find_asset(spec.asset, market, join(path, "asset"), findings);
  if (!asset) return;
  if (!out.hedged[*asset])
    findings.add_at(join(path, "asset"), spec.asset + " is not hedged: `hedge` leaves it out");
  hedging::HedgeOption option;
  option.asset = *asset;
  option.right = spec.instrument.value;
  option.strike_ratio = spec.strike;
  option.life_years = span_of(spec.expiry, market);
  option.half_spread = spec.half_spread;
  const double left = span_of(spec.roll_at, market);
  check_times(spec, option, left, market, path, findings);
  if (findings.failed()) return;
  option.rolls = rolls_of(option.life_years - left, market.grid);
  const auto twin = std::ranges::find_if(out.options, [&](const hedging::HedgeOption& other) {
    return other.asset == option.asset && other.life_years == option.life_years &&
           other.rolls == option.rolls;
  });
  if (twin != out.options.end())
    findings.add_at(join(path, "expiry"),
                    "is that of another option on " + spec.asset +
                        " that rolls when this does: their gammas and vegas are in proportion, and two "
                        "such options hedge no more than one");
  out.options.push_back(std::move(option));
}

}  // namespace

void HedgeLineSpec::read(const Record& record, const Field& field, const std::string& path,
                         Findings& findings, HedgeLineSpec& out) {
  if (record.is_scalar()) Reader(findings).read(record, field, path, out.word.emplace());
  else Reader(findings).read(record, field, path, out.option.emplace());
}

void HedgeWithSpec::read(const Record& record, const Field& field, const std::string& path,
                         Findings& findings, HedgeWithSpec& out) {
  out = {};
  if (!record.is_list()) {
    Word<HedgeWithWords> word;
    Reader(findings).read(record, field, path, word);
    out.kind = word.value;
    return;
  }
  Reader(findings).read(record, field, path, out.lines);
  bool named = false;
  for (std::size_t i = 0; i < out.lines.size(); ++i) {
    if (!out.lines[i].word) continue;
    if (named)
      findings.add_at(element(path, i), "is a second one: an asset is hedged with one of these, and options");
    out.kind = out.lines[i].word->value;
    named = true;
  }
}

void resolve_hedge_options(const HedgeWithSpec& spec, const MarketContext& market, const std::string& path,
                           Findings& findings, hedging::Hedger& out) {
  bool any = false;
  for (std::size_t i = 0; i < spec.lines.size(); ++i) {
    if (!spec.lines[i].option) continue;
    any = true;
    resolve_option(*spec.lines[i].option, market, element(path, i), findings, out);
  }
  if (any && out.strategy && !out.strategy->trades_options())
    findings.add_at(path,
                    "has options, which this objective holds none of: `delta_gamma`, `delta_vega` and "
                    "`delta_gamma_vega` do");
}

}  // namespace unhedged::config
