#pragma once
#include "engine/config/resolve.hpp"

namespace unhedged::config {

/// Warns, once per asset and regime, of quotes that no market would show where the book looks at them:
/// volatilities that fall to the smallest, and smiles that allow static arbitrage - butterflies (negative
/// density: Durrleman's function below zero) and calendars (total variance that falls with the life).
///
/// Looked at: today, half way and at the end of the horizon or of an expiry's life; all moneynesses between
/// the strikes of the expiry as the spot moves by up to five standard deviations of the quote at the money;
/// the level of a moving quote at its long-run value.
///
/// And, in a message of its own, of quotes at the money of more than six times today's, for the lives that
/// the expiries of the book have today, at the variance a regime is entered with or returns to.
/// source  Gatheral and Jacquier, Quantitative Finance 14 (2014), definitions 2.1 to 2.3, for the smiles
void warn_of_smiles(const ScenarioSpec& spec, const world::Scenario& scenario,
                    const std::vector<simulation::AssetPlan>& assets, const Calendar& calendar,
                    const std::string& path, Findings& findings);

}  // namespace unhedged::config
