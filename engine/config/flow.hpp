#pragma once
#include <memory>
#include <optional>
#include <string>

#include "engine/config/record.hpp"

namespace unhedged::config {

/// The tree of a text that is one map in braces and simple all through: JSON without escapes or what is
/// beyond ASCII, or YAML in flow style whose words are letters, digits and a few signs. That is what programs
/// write, with books of thousands of positions, and reading it takes a tenth of what all of YAML does.
/// Nothing is refused here. returns  nothing if there is more to the text than that, or something is wrong
/// with it
std::optional<Record> read_flow(const std::string& text, const std::shared_ptr<const std::string>& file,
                                std::size_t deepest);

}  // namespace unhedged::config
