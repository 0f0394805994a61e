#pragma once
#include <string>
#include <utility>
#include <vector>

namespace unhedged::config {

/// What the text of a configuration says of its market and of its hedgers by their names, with what overrides
/// say, each in one way of writing it: of maps the keys in their order. Files that it names are not read,
/// nothing is checked.
struct Said {
  std::string market;
  std::vector<std::pair<std::string, std::string>> hedgers;

  /// Of a hedger; empty: nothing.
  std::string hedger(const std::string& name) const;
};

/// `path`: for messages. errors  ConfigError if it is no YAML, or an override leads nowhere
Said said_in(const std::string& text, const std::string& path,
             const std::vector<std::pair<std::string, std::string>>& overrides);

}  // namespace unhedged::config
