#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/parameter.hpp"

namespace unhedged::config {

/// The one description of a key: reading, bounds, `describe`, the JSON Schema and the tests use it. Texts
/// belong to who describes: every row of a book goes through the descriptions of its keys.
struct Field {
  std::string_view name;
  std::string_view help;
  Unit unit = Unit::none;
  Bounds bounds = kAny;
  Need need = Need::required;
  Usual usual = kAnything;
  std::string_view word = "";  ///< of a parameter of a kind: what may stand instead of the number
  std::span<const char* const> choices = {};   ///< of such a parameter: it is one of these words
  ParameterForm form = ParameterForm::number;  ///< of such a parameter
};

std::string to_string(const Bounds& bounds);

/// A value in words: 42 of a ratio is "4 200 %", 5000 per year "5 000 a year".
std::string in_words(double value, const Field& field);

/// "usually 0.5 % to 300 % a year"; empty if anything is usual.
std::string usual_range(const Field& field);

/// What may be written, e.g. "a number, 5 % or 12 bp".
std::string spelling(Unit unit);

/// The word that may have been meant; empty: none is like it.
std::string meant(const std::string& word, const std::vector<std::string>& allowed);

/// "; did you mean "every"? (allowed: a, b, c)" or just the list: of more than five words the five that are
/// most like it; all, if the word is empty because none was given.
std::string suggestion(const std::string& word, const std::vector<std::string>& allowed);

}  // namespace unhedged::config
