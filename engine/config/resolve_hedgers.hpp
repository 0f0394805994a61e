#pragma once
#include "engine/config/resolve.hpp"

/// Parts of a hedger.
namespace unhedged::config {

/// Where the market closes, an interval is a whole number of sessions or divides into one.
void resolve_interval(const Duration& every, const MarketContext& market, const std::string& path,
                      Findings& findings, hedging::RebalanceRule& out);

/// The model of its Greeks, with a volatility of the desk's own where it asks for one.
std::shared_ptr<const pricing::Belief> resolve_belief(const ActiveSpec& spec, const MarketContext& market,
                                                      const std::string& path, Findings& findings);

/// When it trades; which assets are hedged must be known.
void resolve_rules(const RuleSpec& spec, const MarketContext& market, const std::string& path,
                   Findings& findings, hedging::Hedger& out);

/// The options among what it hedges with; which assets are hedged and its objective must be known.
void resolve_hedge_options(const HedgeWithSpec& spec, const MarketContext& market, const std::string& path,
                           Findings& findings, hedging::Hedger& out);

/// How its orders go out; its costs must be known.
void resolve_execution(const ExecutionSpec& spec, const MarketContext& market, const std::string& path,
                       Findings& findings, hedging::Hedger& out);

/// Its account; which assets are hedged must be known.
void resolve_account(const AccountSpec& spec, const MarketContext& market, const std::string& path,
                     Findings& findings, hedging::Hedger& out);

}  // namespace unhedged::config
