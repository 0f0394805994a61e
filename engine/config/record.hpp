#pragma once
#include <string>
#include <utility>
#include <vector>

#include "engine/core/errors.hpp"

namespace unhedged::config {

/// A text as a tree, each node with its place: what YAML and CSV files become before anyone asks what
/// they mean.
struct Record {
  enum class Kind { null, scalar, list, map };
  struct Entry;

  Kind kind = Kind::null;
  Mark mark;
  std::string text;  ///< of a scalar
  std::vector<Record> list;
  std::vector<Entry> map;  ///< in the order of the file; keys are unique

  bool is_map() const { return kind == Kind::map; }
  bool is_list() const { return kind == Kind::list; }
  bool is_scalar() const { return kind == Kind::scalar; }

  Record* find(std::string_view key);
  const Record* find(std::string_view key) const;
};

struct Record::Entry {
  std::string key;
  Mark mark;
  Record value;
};

/// "a map", "a list", ... for messages.
std::string name_of(Record::Kind kind);

Record scalar_record(std::string text, Mark mark);

/// Sets the value at a dotted path such as simulation.paths or portfolio[0].strike, making maps on the
/// way. errors  ConfigError where the path runs through a scalar or beyond a list.
void set_value(Record& root, const std::string& path, Record value);

}  // namespace unhedged::config
