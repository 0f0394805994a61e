#include "engine/config/choice.hpp"

#include <algorithm>

#include "engine/core/utf8.hpp"

namespace unhedged::config {

bool is_known(const Record& word, const std::vector<std::string>& words, const std::string& path,
              Findings& findings) {
  if (std::ranges::find(words, word.text) != words.end()) return true;
  findings.add(word.mark, path, in_quotes(word.text) + " is not known" + suggestion(word.text, words));
  return false;
}

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
  return is_known(*tag, names, join(path, key), findings) ? tag : nullptr;
}

}  // namespace unhedged::config
