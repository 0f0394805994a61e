#include "engine/output/journal_layout.hpp"

#include "engine/output/checksum.hpp"
#include "engine/output/sha256.hpp"

namespace unhedged::output {
namespace {

using Texts = std::vector<std::pair<std::string, std::string>>;
constexpr std::size_t kNumberBytes = 8;

void append_text(const std::string& text, std::string& out) {
  append_number(text.size(), out);
  out += text;
}

void append_texts(const Texts& texts, std::string& out) {
  append_number(texts.size(), out);
  for (const auto& [name, text] : texts) {
    append_text(name, out);
    append_text(text, out);
  }
}

/// Takes parts off the front of bytes, as long as they have them.
class Taker {
 public:
  explicit Taker(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t number() {
    if (bytes_.size() < kNumberBytes) return fail();
    const std::uint64_t out = number_at(bytes_, 0);
    bytes_.remove_prefix(kNumberBytes);
    return out;
  }
  std::string text() {
    const std::uint64_t size = number();
    if (size > bytes_.size()) return fail(), "";
    std::string out(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return out;
  }
  Texts texts() {
    Texts out;
    for (std::uint64_t left = number(); left > 0 && sound_; --left) {
      std::string name = text(), content = text();
      out.emplace_back(std::move(name), std::move(content));
    }
    return out;
  }
  bool ended() const { return sound_ && bytes_.empty(); }

 private:
  std::uint64_t fail() {
    sound_ = false;
    return 0;
  }

  std::string_view bytes_;
  bool sound_ = true;
};

}  // namespace

std::string_view journal_magic() { return "unhedged batch 1"; }

std::string_view word_of(JournalState state) {
  if (state == JournalState::running) return "running ";
  return state == JournalState::reported ? "reported" : "complete";
}

std::optional<JournalState> state_of(std::string_view word) {
  for (const auto state : {JournalState::running, JournalState::reported, JournalState::complete})
    if (word == word_of(state)) return state;
  return {};
}

void append_number(std::uint64_t number, std::string& out) {
  for (std::size_t byte = 0; byte < kNumberBytes; ++byte)
    out += static_cast<char>(number >> (8 * byte) & 0xff);
}

std::uint64_t number_at(std::string_view bytes, std::size_t at) {
  std::uint64_t number = 0;
  for (std::size_t byte = 0; byte < kNumberBytes; ++byte)
    number |= std::uint64_t{static_cast<unsigned char>(bytes[at + byte])} << (8 * byte);
  return number;
}

std::string packed(const JournalHead& head) {
  std::string out;
  append_text(head.engine_version, out);
  append_text(head.engine_revision, out);
  append_texts(head.inputs, out);
  append_texts(head.overrides, out);
  for (const std::uint64_t number :
       {head.paths, head.batches.first, head.batches.end, head.shard, head.shards})
    append_number(number, out);
  append_text(head.started, out);
  return out;
}

std::optional<JournalHead> unpacked(std::string_view bytes) {
  Taker taker(bytes);
  JournalHead head;
  head.engine_version = taker.text();
  head.engine_revision = taker.text();
  head.inputs = taker.texts();
  head.overrides = taker.texts();
  for (std::uint64_t* number :
       {&head.paths, &head.batches.first, &head.batches.end, &head.shard, &head.shards})
    *number = taker.number();
  head.started = taker.text();
  const bool sound = taker.ended() && !head.inputs.empty() && head.batches.first <= head.batches.end &&
                     head.batches.end <= simulation::batches_of(head.paths);
  return sound ? std::optional(head) : std::nullopt;
}

std::string JournalHead::identity() const {
  std::string text;
  append_text(engine_version, text);
  append_text(engine_revision, text);
  for (const auto& [name, content] : inputs) append_text(content, text);
  append_texts(overrides, text);
  append_number(paths, text);
  return sha256(text);
}

std::uint64_t seed_of(const JournalHead& head) { return checksum(head.identity()); }

double journal_bytes(double bytes_of_batches, std::uint64_t batches) {
  return bytes_of_batches + static_cast<double>(batches) * (kRecordHead + kChecksumBytes);
}

}  // namespace unhedged::output
