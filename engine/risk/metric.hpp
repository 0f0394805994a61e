#pragma once
#include <memory>
#include <string>
#include <vector>

#include "engine/risk/estimate.hpp"

namespace unhedged::risk {

/// Unit of amounts of money; a result file writes the currency of its run instead.
inline constexpr const char* kMoney = "account currency";

/// Whom a number says something of: everybody, those who hedge, those who hedge in a scenario with feedback,
/// those who recalibrate, those who have an account, those of whom one asks for margin, those with
/// collateral in assets, those who may be deleveraged.
enum class Concern { everybody, hedgers, feedback, calibration, account, margin, collateral, deleveraging };

/// What a number is, wherever it is shown.
struct MetricInfo {
  std::string name;  ///< as in the result file, e.g. es_99
  std::string unit;  ///< kMoney, "1" or "probability"
  std::string help;
  Concern concern = Concern::everybody;
};

/// An estimate that knows what it is of.
struct NamedEstimate {
  std::shared_ptr<const MetricInfo> what;
  Estimate estimate;
};

/// errors  ContractViolation if there is none of the name
const Estimate& find(const std::vector<NamedEstimate>& estimates, const std::string& name);

/// "es" + level as a file or a user writes it: es_99, es_97.5.
std::string metric_at_level(const std::string& measure, double level);

}  // namespace unhedged::risk
