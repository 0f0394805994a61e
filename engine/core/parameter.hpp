#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/core/quantity.hpp"

/// Kinds of things that a user picks by name and sets by numbers, such as models: described as data, so that
/// what reads and documents them knows none of them.
namespace unhedged {

/// What is written for a parameter, and what number it becomes.
enum class ParameterForm {
  number,
  span,             ///< a length of time such as 10 d; in years
  interval,         ///< a length of time; the grid times that are apart by it
  times,            ///< a list of times from today, or dates; the grid times nearest to them
  of_half_spread,   ///< a number, or a multiple of today's half spread
  of_daily_volume,  ///< a number, or a multiple of today's daily volume
  volatility,       ///< a number, or how a desk works it out itself
};

/// A number that a user sets, or one of some words.
struct Parameter {
  const char* name;
  const char* help;
  Unit unit = Unit::none;
  Bounds bounds = kAny;
  Need need = Need::required;
  Usual usual = kAnything;
  const char* word = "";                ///< that may be written instead; empty: none
  std::optional<double> standard = {};  ///< where it is left out; absent: the word
  /// It is one of these words and no number: its value is the place of the word in this list.
  std::span<const char* const> choices = {};
  ParameterForm form = ParameterForm::number;
};

/// Values of the parameters of a kind, in their order. Absent: the word.
using ParameterValues = std::vector<std::optional<double>>;

/// What is to be said of values that are sound one by one.
struct Remark {
  const char* parameter;
  std::string text;
  bool refused = true;  ///< else it is a warning
};

/// What a user is told of a kind.
struct KindText {
  const char* name;
  const char* help;
  std::span<const Parameter> parameters = {};
};

/// A kind of Made. expects of `make`: one value for each parameter, sound by its description
template <class Made>
struct KindOf : KindText {
  std::shared_ptr<const Made> (*make)(const ParameterValues&);
  std::vector<Remark> (*remarks)(const ParameterValues&) = nullptr;
};

/// A row of a table of kinds: declares the constant NAME, which a file of its own defines in the namespace of
/// the table, and points to it.
#define UNHEDGED_ROW(TYPE, NAME) \
  [] {                           \
    extern const TYPE NAME;      \
    return &(NAME);              \
  }()

}  // namespace unhedged
