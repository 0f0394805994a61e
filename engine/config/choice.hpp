#pragma once
#include <array>
#include <variant>

#include "engine/config/reader.hpp"

/// Building blocks for values that may be written in several ways.
namespace unhedged::config {

/// Whether a scalar is one of the words; a problem if not.
bool is_known(const Record& word, const std::vector<std::string>& words, const std::string& path,
              Findings& findings);

/// The words of E and what they stand for.
template <class E>
decltype(auto) words_of() {
  if constexpr (requires { E::table(); }) return E::table();
  else return std::to_array(E::table);
}

/// One of a list of words. `E` needs pairs of a word and a Value: a `static constexpr table[]` of them, or a
/// function `table()`.
template <class E>
struct Word {
  typename E::Value value{};

  static std::vector<std::string> names() {
    std::vector<std::string> out;
    for (const auto& [name, entry] : words_of<E>()) out.emplace_back(name);
    return out;
  }

  static void read(const Record& record, const Field&, const std::string& path, Findings& findings,
                   Word& out) {
    if (!expect_kind(record, Record::Kind::scalar, path, findings)) return;
    for (const auto& [name, entry] : words_of<E>())
      if (record.text == name) {
        out.value = entry;
        return;
      }
    is_known(record, names(), path, findings);
  }
};

/// Either the word E::word, or a T.
template <class E, class T>
struct WordOr {
  std::optional<T> other;  ///< absent: the word was written

  static void read(const Record& record, const Field& field, const std::string& path, Findings& findings,
                   WordOr& out) {
    if (record.is_scalar() && record.text == E::word) {
      out.other.reset();
      return;
    }
    Reader(findings).read(record, field, path, out.other.emplace());
  }
};

/// The word under `key` of a map, if it is one of `names`; else null, with a problem.
const Record* find_tag(const Record& record, const char* key, const std::vector<std::string>& names,
                       const std::string& path, Findings& findings);

/// A struct picked by the word under `key_name` from a list of alternatives, each with
/// `static constexpr const char* name` and `help`.
template <class KeyName, class... Alternatives>
struct Tagged {
  std::variant<Alternatives...> value;

  static std::vector<std::string> names() { return {Alternatives::name...}; }

  static void read(const Record& record, const Field&, const std::string& path, Findings& findings,
                   Tagged& out) {
    const Record* tag = find_tag(record, KeyName::key, names(), path, findings);
    if (tag != nullptr) (void)(try_one<Alternatives>(*tag, record, path, findings, out) || ...);
  }

 private:
  template <class A>
  static bool try_one(const Record& tag, const Record& record, const std::string& path, Findings& findings,
                      Tagged& out) {
    if (tag.text != A::name) return false;
    Reader(findings).read_struct(record, path, out.value.template emplace<A>(), {KeyName::key});
    return true;
  }
};

}  // namespace unhedged::config
