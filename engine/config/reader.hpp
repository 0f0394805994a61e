#pragma once
#include <concepts>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/config/field.hpp"
#include "engine/config/findings.hpp"
#include "engine/config/record.hpp"
#include "engine/config/scalar.hpp"

/// From records to specs. A spec is a struct with a static template `describe(visit, self)` that calls
/// `visit(Field, member)` for every key; everything else about the key follows from that call. What a plan
/// holds as the user wrote it needs no spec: a specialisation of Keys describes it.
namespace unhedged::config {

/// A list of named things, in the order of the file.
template <class T>
using Named = std::vector<std::pair<std::string, T>>;

struct AnyVisitor {
  template <class T>
  void operator()(const Field&, T&) {}
};

/// The keys of a type: those it describes itself, or those of a specialisation, for types of other modules.
template <class T>
struct Keys {
  static void describe(auto& visit, auto& s) requires requires { T::describe(visit, s); }
  { T::describe(visit, s); }
};

template <class T>
concept Described = requires(T& t, AnyVisitor& visit) {
  Keys<T>::describe(visit, t);
};

/// A type that reads itself: a choice between several spellings or several structs.
template <class T>
concept ReadsItself = requires(T& t, const Record& record, const Field& field, const std::string& path,
                               Findings& findings) {
  T::read(record, field, path, findings, t);
};

class Reader {
 public:
  explicit Reader(Findings& findings) : findings_(findings) {}

  /// Reads one value of any supported type; problems go to the findings.
  template <class T>
  void read(const Record& record, const Field& field, const std::string& path, T& out) {
    findings_.place(path, record.mark);
    if constexpr (ReadsItself<T>) T::read(record, field, path, findings_, out);
    else if constexpr (Described<T>) read_struct(record, path, out);
    else read_value(record, field, path, out);
  }

  /// Reads a map into a struct; keys nobody asked for are problems. `also` are keys read elsewhere.
  template <class T>
  void read_struct(const Record& record, const std::string& path, T& out,
                   const std::set<std::string>& also = {});

 private:
  template <class T>
  void read_value(const Record& record, const Field& field, const std::string& path, std::optional<T>& out) {
    read(record, field, path, out.emplace());
  }
  template <class T>
  void read_value(const Record& record, const Field& field, const std::string& path, std::vector<T>& out);
  template <class T>
  void read_value(const Record& record, const Field& field, const std::string& path, Named<T>& out);
  void read_value(const Record&, const Field&, const std::string& path, double& out);
  void read_value(const Record&, const Field&, const std::string& path, std::uint64_t& out);
  void read_value(const Record&, const Field&, const std::string& path, std::string& out);
  void read_value(const Record&, const Field&, const std::string& path, Level& out);
  void read_value(const Record&, const Field&, const std::string& path, Strike& out);
  void read_value(const Record&, const Field&, const std::string& path, Duration& out);
  void read_value(const Record&, const Field&, const std::string& path, Date& out);
  void read_value(const Record&, const Field&, const std::string& path, Expiry& out);

  Findings& findings_;
};

std::string join(const std::string& path, std::string_view key);
std::string element(const std::string& path, std::size_t index);

/// Adds a problem and returns false unless the record is of the kind. `of`: what is more to be said of what
/// is expected.
bool expect_kind(const Record& record, Record::Kind kind, const std::string& path, Findings& findings,
                 const std::string& of = "");

/// "with the keys what and where".
std::string in_words(const std::vector<std::string>& keys);

/// Problems for the keys of `record` that are not in `allowed`.
void refuse_unknown(const Record& record, const std::vector<std::string>& allowed, const std::string& path,
                    Findings& findings);

// ------------------------------------------------------------------ templates

/// The keys of a struct, as a message has them.
template <class T>
std::string keys_in_words(T& sample) {
  std::vector<std::string> keys;
  const auto visit = [&keys](const Field& field, auto&) { keys.emplace_back(field.name); };
  Keys<T>::describe(visit, sample);
  return in_words(keys);
}

template <class T>
void Reader::read_struct(const Record& record, const std::string& path, T& out,
                         const std::set<std::string>& also) {
  if (!record.is_map()) {
    expect_kind(record, Record::Kind::map, path, findings_, keys_in_words(out));
    return;
  }
  std::size_t known = 0;
  const auto visit = [&]<class M>(const Field& field, M& member) {
    if (const Record* found = record.find(field.name)) {
      known += 1;
      read(*found, field, join(path, field.name), member);
    } else if (field.need == Need::required)
      findings_.add(record.mark, join(path, field.name), "is missing: " + std::string(field.help));
  };
  Keys<T>::describe(visit, out);
  if (known == record.map.size()) return;
  std::vector<std::string> allowed(also.begin(), also.end());
  const auto list = [&](const Field& field, auto&) { allowed.emplace_back(field.name); };
  Keys<T>::describe(list, out);
  refuse_unknown(record, allowed, path, findings_);
}

template <class T>
void Reader::read_value(const Record& record, const Field& field, const std::string& path,
                        std::vector<T>& out) {
  if (!record.is_list()) {
    std::string of;
    if constexpr (Described<T> && !ReadsItself<T>) {
      T sample{};
      of = "of maps " + keys_in_words(sample);
    }
    expect_kind(record, Record::Kind::list, path, findings_, of);
    return;
  }
  out.clear();
  for (std::size_t i = 0; i < record.list.size(); ++i)
    read(record.list[i], field, element(path, i), out.emplace_back());
}

template <class T>
void Reader::read_value(const Record& record, const Field& field, const std::string& path, Named<T>& out) {
  if (!expect_kind(record, Record::Kind::map, path, findings_)) return;
  out.clear();
  for (const Record::Entry& entry : record.map) {
    out.emplace_back().first = entry.key;
    read(entry.value, field, join(path, entry.key), out.back().second);
  }
}

}  // namespace unhedged::config
