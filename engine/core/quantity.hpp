#pragma once
#include <limits>

/// Numbers that users write: what they measure, and which of them are sound.
namespace unhedged {

/// What a number measures; decides the suffixes a user may write.
enum class Unit {
  none,        ///< a pure number
  ratio,       ///< 0.05, 5 %, 12 bp
  per_year,    ///< 4 means four a year
  price,       ///< account currency per unit of the asset
  money,       ///< account currency
  units,       ///< of the underlying
  deviations,  ///< 1.5 sd
};

struct Bounds {
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
  bool lower_open = false;
  bool upper_open = false;

  bool hold(double x) const {
    return (lower_open ? x > lower : x >= lower) && (upper_open ? x < upper : x <= upper);
  }
};

inline constexpr Bounds kAny{};
inline constexpr Bounds kPositive{0, std::numeric_limits<double>::infinity(), true, false};
inline constexpr Bounds kNotNegative{0, std::numeric_limits<double>::infinity(), false, false};
inline constexpr Bounds kUnitInterval{0, 1, false, false};
inline constexpr Bounds kCorrelation{-1, 1, false, false};

enum class Need { required, defaulted };

/// What is seen in markets. A value outside is accepted with a warning: it may be a slip, such as 42 for
/// 42 %. Of times in years.
struct Usual {
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
  const char* per = "";  ///< what the value counts for: " a year"

  bool holds(double x) const { return x >= lower && x <= upper; }
};

inline constexpr Usual kAnything{};
inline constexpr Usual kUsualQuote{0.005, 3, " a year"};
inline constexpr Usual kUsualVolatility{0, 5, " a year"};
inline constexpr Usual kUsualRate{-0.05, 0.5, " a year"};
inline constexpr Usual kUsualDrift{-5000, 5000, " a year"};
inline constexpr Usual kUsualJump{-1.5, 1.5};
inline constexpr Usual kUsualJumpSize{0, 1};
inline constexpr Usual kUsualJumpRate{0, 1e5};
inline constexpr Usual kUsualReversion{0, 5000};
inline constexpr Usual kUsualSpread{0, 0.1};
inline constexpr Usual kUsualFee{0, 0.02};
inline constexpr Usual kUsualCorrelation{-0.995, 0.995};
inline constexpr Usual kUsualBranching{0, 0.95};
inline constexpr Usual kUsualLife{0, 30, " y"};  ///< of contracts and runs

}  // namespace unhedged
