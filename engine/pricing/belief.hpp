#pragma once
#include <optional>
#include <variant>

/// The models that a desk may compute its Greeks with: a struct for each.
namespace unhedged::pricing {

struct BlackScholesBelief {
  std::optional<double> fixed_volatility;  ///< absent: the quote of each option

  /// Whether valuations look at the quotes; those that do not are the same in all scenarios.
  bool follows_quotes() const { return !fixed_volatility; }
  bool operator==(const BlackScholesBelief&) const = default;
};

using Believed = std::variant<BlackScholesBelief>;

inline bool follows_quotes(const Believed& believed) {
  return std::visit([](const auto& belief) { return belief.follows_quotes(); }, believed);
}

}  // namespace unhedged::pricing
