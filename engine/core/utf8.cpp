#include "engine/core/utf8.hpp"

namespace unhedged {
namespace {

/// Bytes of a character by its first byte, and the range its second byte must lie in; 0: no first byte.
struct SequenceForm {
  std::size_t size = 0;
  unsigned low = 0x80, high = 0xBF;
};

SequenceForm form_of(unsigned lead) {
  if (lead >= 0x01 && lead <= 0x7F) return {1};
  if (lead >= 0xC2 && lead <= 0xDF) return {2};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF) return {3};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead >= 0xF1 && lead <= 0xF3) return {4};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {};
}

unsigned byte_at(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

/// Bytes of the character at `i`; 0 if there is none.
std::size_t character_at(std::string_view text, std::size_t i) {
  const SequenceForm form = form_of(byte_at(text, i));
  if (form.size == 0 || i + form.size > text.size()) return 0;
  for (std::size_t k = 1; k < form.size; ++k) {
    const unsigned byte = byte_at(text, i + k);
    if (byte < (k == 1 ? form.low : 0x80) || byte > (k == 1 ? form.high : 0xBF)) return 0;
  }
  return form.size;
}

std::string hexadecimal(unsigned byte) {
  constexpr const char* digits = "0123456789abcdef";
  return {digits[byte >> 4], digits[byte & 15]};
}

}  // namespace

std::size_t first_foreign_byte(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t size = character_at(text, i);
    if (size == 0) return i;
    i += size;
  }
  return kAllText;
}

std::string describe_foreign_byte(std::string_view text, std::size_t position) {
  if (text[position] == '\0') return "a NUL byte";
  return "byte 0x" + hexadecimal(byte_at(text, position)) + ", which is not UTF-8";
}

std::string shown_as_utf8(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t foreign = first_foreign_byte(text);
    shown += text.substr(0, foreign);
    if (foreign == kAllText) break;
    shown += "\\x" + hexadecimal(byte_at(text, foreign));
    text.remove_prefix(foreign + 1);
  }
  return shown;
}

std::string excerpt(std::string_view text, std::size_t most) {
  std::string out;
  for (std::size_t count = 0; !text.empty(); ++count) {
    if (count == most) return out + "...";
    const std::size_t size = character_at(text, 0);
    const unsigned first = byte_at(text, 0);
    const bool plain = size > 0 && first >= 0x20 && first != 0x7F;
    out += plain ? std::string(text.substr(0, size)) : "\\x" + hexadecimal(first);
    text.remove_prefix(plain ? size : 1);
  }
  return out;
}

std::string in_quotes(std::string_view text) { return '"' + excerpt(text) + '"'; }

}  // namespace unhedged
