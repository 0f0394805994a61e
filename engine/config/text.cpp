#include "engine/config/text.hpp"

#include "engine/core/utf8.hpp"

namespace unhedged::config {
namespace {

/// Columns count characters: bytes that only continue one do not count.
Mark place_of(const std::string& text, std::size_t position, const Mark& start) {
  Mark mark = start;
  if (mark.line == 0) return mark;
  for (std::size_t i = 0; i < position; ++i) {
    const bool continues = (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
    mark.column += continues ? 0 : 1;
    if (text[i] != '\n') continue;
    ++mark.line;
    mark.column = 1;
  }
  return mark;
}

}  // namespace

void require_text(const std::string& text, const Mark& place, const std::string& key) {
  const std::size_t foreign = first_foreign_byte(text);
  if (foreign == kAllText) return;
  throw ConfigError(
      {Problem{place_of(text, foreign, place), key,
               describe_foreign_byte(text, foreign) + "; text must be UTF-8 without NUL", Severity::error}});
}

}  // namespace unhedged::config
