#pragma once
#include <memory>
#include <string>
#include <vector>

#include "engine/simulation/plan.hpp"

/// Positions by the groups that the user has put them in.
namespace unhedged::simulation {

class PreparedRun;

/// Groups that are told apart; what comes after the first so many shares one.
inline constexpr std::size_t kMostGroups = 48;

/// Names in the order of the book; of positions without one `kNoGroup`, of those beyond kMostGroups
/// `kOtherGroups`. Empty: nobody has named any.
std::vector<std::string> group_names(const Plan& plan);
inline constexpr const char *kNoGroup = "(no group)", *kOtherGroups = "(other groups)",
                            *kHedging = "(hedging)";

/// The same, and last what hedging them makes: the parts that the P&L is told apart in. Empty: there are no
/// groups.
std::vector<std::string> parts_by_group(const Plan& plan);

/// The group of each position. shapes  [position], an index into group_names
std::vector<std::size_t> groups_of_positions(const Plan& plan);

/// The same run with some of the positions only, unhedged and not taken apart.
/// `held`: shapes  [position]
Plan part_of(const Plan& plan, const std::vector<bool>& held);

/// A group and what is prepared to follow its positions.
struct PositionGroup {
  std::unique_ptr<const Plan> plan;
  std::unique_ptr<const PreparedRun> run;  ///< of that plan
};

}  // namespace unhedged::simulation
