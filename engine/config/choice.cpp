#include "engine/config/choice.hpp"

#include <algorithm>

namespace unhedged::config {

const Record* find_tag(const Record& record, const char* key, const std::vector<std::string>& names,
                       const std::string& path, Findings& findings) {
  if (!expect_kind(record, Record::Kind::map, path, findings)) return nullptr;
  const Record* tag = record.find(key);
  if (tag == nullptr) {
    findings.add(record.mark, join(path, key), "is missing" + suggestion("", names));
    return nullptr;
  }
  if (!expect_kind(*tag, Record::Kind::scalar, join(path, key), findings)) return nullptr;
  findings.place(join(path, key), tag->mark);
  if (std::ranges::find(names, tag->text) != names.end()) return tag;
  findings.add(tag->mark, join(path, key),
               in_quotes(tag->text) + " is not known" + suggestion(tag->text, names));
  return nullptr;
}

}  // namespace unhedged::config
