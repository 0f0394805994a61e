#pragma once
#include <string>
#include <vector>

#include "engine/config/load.hpp"
#include "engine/output/result_reader.hpp"

/// Runs that are looked at again.
namespace unhedged::app {

/// The names of things that have one.
template <class Things>
std::vector<std::string> names_in(const Things& things) {
  std::vector<std::string> names;
  for (const auto& thing : things) names.push_back(thing.name);
  return names;
}

/// The configuration a result was made from, of the texts in the file alone: nothing else is read.
/// errors  IoError if this program refuses it, or makes another run of it
config::Configuration configuration_of(const output::ResultFile& result);

/// What made a result beside what runs now, for a message: "unhedged 1.2.3 (abc)".
std::string maker_of(const output::ResultFile& result);
std::string this_program();

/// The index of a name; of the only one, if none is wanted.
/// errors  UsageError that says what there is; `option` is what the user would write: --scenario
std::size_t choose(const std::string& option, const std::string& wanted,
                   const std::vector<std::string>& names);

}  // namespace unhedged::app
