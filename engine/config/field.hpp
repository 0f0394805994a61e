#pragma once
#include <limits>
#include <string>
#include <vector>

namespace unhedged::config {

/// What a number measures; decides the suffixes a user may write.
enum class Unit {
  none,      ///< a pure number
  ratio,     ///< 0.05, 5 %, 12 bp
  per_year,  ///< 4 means four a year
  price,     ///< account currency per unit of the asset
  money,     ///< account currency
  units,     ///< of the underlying
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

/// The one description of a key: reading, bounds, `describe`, the JSON Schema and the tests use it.
struct Field {
  std::string name;
  std::string help;
  Unit unit = Unit::none;
  Bounds bounds = kAny;
  Need need = Need::required;
};

std::string to_string(const Bounds& bounds);

/// What may be written, e.g. "a number, 5 % or 12 bp".
std::string spelling(Unit unit);

/// "; did you mean "every"? (allowed: a, b, c)" or just the list.
std::string suggestion(const std::string& word, const std::vector<std::string>& allowed);

}  // namespace unhedged::config
