#include "engine/config/reader.hpp"

#include <algorithm>

#include "engine/core/utf8.hpp"

namespace unhedged::config {
namespace {

/// Reads a scalar with one of the parsers of scalar.hpp; the parser's message goes to the findings.
template <class T, class Parse>
bool scalar(const Record& record, const std::string& path, Findings& findings, Parse parse, T& out) {
  if (!expect_kind(record, Record::Kind::scalar, path, findings)) return false;
  std::string why;
  const std::optional<T> value = parse(record.text, why);
  if (!value) {
    findings.add(record.mark, path, why);
    return false;
  }
  out = *value;
  return true;
}

/// "; did you mean 42 %?" where the value is one in percent without the sign.
std::string percent_meant(double value, const Record& record, const Field& field) {
  std::string why;
  if (field.unit != Unit::ratio || !parse_number(record.text, why)) return "";
  return field.usual.holds(value / 100) && value / 100 >= 0.001
             ? "; did you mean " + excerpt(record.text) + " %?"
             : "";
}

void check_usual(double value, const Record& record, const Field& field, const std::string& path,
                 Findings& findings) {
  if (!field.usual.holds(value))
    findings.add(
        record.mark, path,
        "is " + in_words(value, field) + ", " + usual_range(field) + percent_meant(value, record, field),
        Severity::warning);
}

bool within_bounds(double value, const Record& record, const Bounds& bounds, const std::string& path,
                   Findings& findings) {
  if (bounds.hold(value)) return true;
  const std::string wanted = to_string(bounds);
  findings.add(record.mark, path,
               "is " + excerpt(record.text) + ", must be " +
                   (wanted.front() == '[' || wanted.front() == '(' ? "in " : "") + wanted);
  return false;
}

void check_value(double value, const Record& record, const Field& field, const std::string& path,
                 Findings& findings) {
  if (within_bounds(value, record, field.bounds, path, findings))
    check_usual(value, record, field, path, findings);
}

/// Bounds are of the amount; what is usual is in years.
void check_time(const Duration& time, const Record& record, const Field& field, const std::string& path,
                Findings& findings) {
  if (!within_bounds(time.amount, record, field.bounds, path, findings)) return;
  if (!field.usual.holds(time.years(kContinuous)))
    findings.add(record.mark, path, "is " + excerpt(record.text) + ", " + usual_range(field),
                 Severity::warning);
}

}  // namespace

std::string join(const std::string& path, std::string_view key) {
  std::string out = path.empty() ? "" : path + ".";
  return out.append(key);
}

std::string element(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

bool expect_kind(const Record& record, Record::Kind kind, const std::string& path, Findings& findings,
                 const std::string& of) {
  if (record.kind == kind) return true;
  findings.add(record.mark, path,
               name_of(record.kind) + " stands where " + name_of(kind) + (of.empty() ? "" : " " + of) +
                   " is expected");
  return false;
}

std::string in_words(const std::vector<std::string>& keys) {
  if (keys.empty()) return "";
  std::string text = keys.size() == 1 ? "with the key " : "with the keys ";
  for (std::size_t i = 0; i < keys.size(); ++i)
    text += (i == 0 ? "" : i + 1 == keys.size() ? " and " : ", ") + keys[i];
  return text;
}

void refuse_unknown(const Record& record, const std::vector<std::string>& allowed, const std::string& path,
                    Findings& findings) {
  for (const Record::Entry& entry : record.map)
    if (std::ranges::find(allowed, entry.key) == allowed.end())
      findings.add(entry.mark, join(path, entry.key),
                   findings.full() ? "unknown key" : "unknown key" + suggestion(entry.key, allowed));
}

void Reader::read_value(const Record& record, const Field& field, const std::string& path, double& out) {
  const auto parse = [&](const std::string& text, std::string& why) {
    return parse_quantity(text, field.unit, why);
  };
  if (scalar(record, path, findings_, parse, out)) check_value(out, record, field, path, findings_);
}

void Reader::read_value(const Record& record, const Field& field, const std::string& path,
                        std::uint64_t& out) {
  if (scalar(record, path, findings_, parse_integer, out))
    within_bounds(static_cast<double>(out), record, field.bounds, path, findings_);
}

void Reader::read_value(const Record& record, const Field& field, const std::string& path, std::string& out) {
  const auto copy = [](const std::string& text, std::string&) { return std::optional(text); };
  if (scalar(record, path, findings_, copy, out) && out.empty() && field.need == Need::required)
    findings_.add(record.mark, path, "is empty");
}

void Reader::read_value(const Record& record, const Field& field, const std::string& path, Level& out) {
  const auto parse = [&](const std::string& text, std::string& why) {
    return parse_level(text, field.unit, why);
  };
  if (!scalar(record, path, findings_, parse, out)) return;
  if (out.is_multiple) within_bounds(out.value, record, kNotNegative, path, findings_);
  else check_value(out.value, record, field, path, findings_);
}

void Reader::read_value(const Record& record, const Field&, const std::string& path, Strike& out) {
  if (scalar(record, path, findings_, parse_strike, out) && out.value <= 0)
    findings_.add(record.mark, path, "is " + excerpt(record.text) + ", must be > 0");
}

void Reader::read_value(const Record& record, const Field& field, const std::string& path, Duration& out) {
  if (scalar(record, path, findings_, parse_duration, out)) check_time(out, record, field, path, findings_);
}

void Reader::read_value(const Record& record, const Field&, const std::string& path, Date& out) {
  scalar(record, path, findings_, parse_date, out);
}

void Reader::read_value(const Record& record, const Field& field, const std::string& path, Expiry& out) {
  if (!scalar(record, path, findings_, parse_expiry, out)) return;
  if (const auto* duration = std::get_if<Duration>(&out))
    check_time(*duration, record, field, path, findings_);
}

}  // namespace unhedged::config
