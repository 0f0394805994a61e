#pragma once
#include <string>
#include <utility>
#include <vector>

namespace unhedged::config {

/// What the text of a configuration says of its market, and of its hedgers and scenarios by their names, with
/// what overrides say, each in one way of writing it: of maps the keys in their order. Files that it names
/// are not read, nothing is checked.
struct Said {
  using Things = std::vector<std::pair<std::string, std::string>>;  ///< name, what is said of it

  std::string market;
  Things hedgers, scenarios;

  /// Of a thing; empty: nothing.
  static std::string of(const Things& things, const std::string& name);
};

/// `path`: for messages. errors  ConfigError if it is no YAML, or an override leads nowhere
Said said_in(const std::string& text, const std::string& path,
             const std::vector<std::pair<std::string, std::string>>& overrides);

}  // namespace unhedged::config
