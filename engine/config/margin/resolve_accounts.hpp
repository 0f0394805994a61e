#pragma once
#include <map>

#include "engine/config/margin/resolve.hpp"
#include "engine/config/run_spec.hpp"
#include "engine/simulation/plan.hpp"

/// Margin models by which accounts of hedgers ask.
namespace unhedged::config {

/// Those that were read, by the names of hedgers.
using AccountModels = std::map<std::string, LoadedModel>;

/// What an account says of its margin; null: nothing. And the key of that.
const AccountMarginSpec* account_margin(const HedgerSpec& hedger);
std::string account_margin_key(const std::string& hedger);

/// Gives the plan its models and each account its own; a problem where a model cannot be asked on paths.
/// After hedgers, book and scenarios.
void resolve_account_models(const RunSpec& spec, const AccountModels& models, simulation::Plan& plan,
                            Findings& findings);

}  // namespace unhedged::config
