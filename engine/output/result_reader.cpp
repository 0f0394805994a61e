#include "engine/output/result_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <sstream>

#include "engine/core/errors.hpp"
#include "engine/core/utf8.hpp"
#include "engine/output/result_writer.hpp"
#include "engine/output/sha256.hpp"

namespace unhedged::output {
namespace {

constexpr std::uint64_t kEstimate = 4;  // value, lower, upper, standard_error

/// "1.4" in two; none if it is no such text.
std::optional<std::pair<unsigned, unsigned>> version_of(const std::string& text) {
  std::pair<unsigned, unsigned> out;
  const char *const begin = text.data(), *const end = begin + text.size();
  const auto [dot, error] = std::from_chars(begin, end, out.first);
  if (error != std::errc() || dot == end || *dot != '.') return {};
  const auto [rest, second] = std::from_chars(dot + 1, end, out.second);
  if (second != std::errc() || rest != end) return {};
  return out;
}

/// "0-19999" of path_numbers; none if it is no such text.
std::optional<simulation::PathSpan> span_of(const std::string& text) {
  std::uint64_t first = 0, last = 0;
  const char *const begin = text.data(), *const end = begin + text.size();
  const auto [dash, error] = std::from_chars(begin, end, first);
  if (error != std::errc() || dash == end || *dash != '-') return {};
  const auto [rest, second] = std::from_chars(dash + 1, end, last);
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  if (second != std::errc() || rest != end || last < first || last == most) return {};
  return simulation::PathSpan{first, last - first + 1};
}

risk::Estimate estimate_of(const double* numbers) {
  risk::Estimate out{numbers[0], numbers[1], numbers[2], numbers[3]};
  if (std::isnan(out.value)) out.known = risk::Known::nothing;
  else if (std::isnan(out.lower)) out.known = risk::Known::value;
  return out;
}

std::optional<double> level_of(const std::string& metric) {
  const std::string prefix = "es_";
  double percent = 0;
  if (!metric.starts_with(prefix)) return {};
  const char *const begin = metric.data() + prefix.size(), *const end = metric.data() + metric.size();
  const auto [rest, error] = std::from_chars(begin, end, percent);
  if (error != std::errc() || rest != end) return {};
  return percent / 100;
}

}  // namespace

ResultFile::ResultFile(const std::string& path) : file_(path) {
  require_format();
  require_parts();
  read_names();
  read_spans();
  require_sizes("/pnl", {scenarios_.size(), hedgers_.size(), paths_});
  require_sizes("/summary", {scenarios_.size(), hedgers_.size(), metrics_.size(), kEstimate});
  require_sizes("/hedges", {hedgers_.size()});
  require_sizes("/scenario_weight", {scenarios_.size()});
  hedges_ = file_.bytes("/hedges");
  weights_ = file_.numbers("/scenario_weight");
  states_weights_ = file_.whole_attribute("/scenario_weight", "stated").value_or(0) != 0;
  for (const std::string& metric : metrics_)
    if (const auto level = level_of(metric)) levels_.push_back(*level);
  std::ranges::sort(levels_);
  if (levels_.empty()) throw IoError(path, "is damaged: it has no expected shortfall in /metric");
}

void ResultFile::require_format() const {
  const std::string ours = kFormatVersion;
  const auto format = file_.text_attribute("/", "format"),
             version = file_.text_attribute("/", "format_version");
  if (format == "unhedged sweep")
    throw IoError(path(), "is a sweep, and no result of a run: its numbers are in /points and /summary");
  if (!format || *format != "unhedged results" || !version)
    throw IoError(path(), "is no result file: it is HDF5, but not of unhedged");
  const auto theirs = version_of(*version), known = version_of(ours), oldest = version_of(kOldestFormat);
  if (!theirs) throw IoError(path(), "is damaged: its format version is " + in_quotes(*version));
  const std::string told = "is of format " + *version + ", and this program reads " + ours;
  if (theirs->first != known->first)
    throw IoError(path(), told + ": another major version means other things");
  if (*theirs < *oldest)
    throw IoError(path(), told + ": what was added since is needed here; run its configuration again");
  if (file_.whole_attribute("/", "complete").value_or(0) != 1)
    throw IoError(path(), "is not marked complete: whoever wrote it did not finish");
}

void ResultFile::require_parts() const {
  std::string missing;
  for (const char* part : {"/scenario", "/hedger", "/metric", "/estimate", "/path", "/pnl", "/summary",
                           "/hedges", "/scenario_weight", "/inputs", "/positions"})
    if (!file_.has(part)) missing += (missing.empty() ? "" : ", ") + std::string(part);
  if (!missing.empty()) throw IoError(path(), "has no " + missing + ", which every result has");
}

void ResultFile::read_names() {
  scenarios_ = file_.texts("/scenario");
  hedgers_ = file_.texts("/hedger");
  metrics_ = file_.texts("/metric");
  if (scenarios_.empty() || hedgers_.empty())
    throw IoError(path(), "is damaged: it has no scenarios or hedgers");
}

void ResultFile::read_spans() {
  paths_ = whole("paths");
  std::istringstream words(text("path_numbers"));
  std::uint64_t count = 0;
  for (std::string word; words >> word;) {
    const auto span = span_of(word);
    if (!span || span->count > paths_ - count)
      throw IoError(path(), "is damaged: @path_numbers does not fit @paths");
    spans_.push_back(*span);
    count += span->count;
  }
  if (count != paths_ || paths_ == 0) throw IoError(path(), "is damaged: @path_numbers does not fit @paths");
}

void ResultFile::require_sizes(const std::string& dataset, const std::vector<std::uint64_t>& sizes) const {
  if (file_.sizes(dataset) != sizes)
    throw IoError(path(), "is damaged: " + dataset + " is not of the size that the rest of the file says");
}

std::vector<double> ResultFile::pnl(std::size_t scenario, std::size_t hedger) const {
  return file_.numbers("/pnl", {scenario, hedger});
}

bool ResultFile::has_metric(const std::string& metric) const {
  return std::ranges::find(metrics_, metric) != metrics_.end();
}

risk::Estimate ResultFile::summary(std::size_t scenario, std::size_t hedger,
                                   const std::string& metric) const {
  const auto found = std::ranges::find(metrics_, metric);
  if (found == metrics_.end()) throw IoError(path(), "has no " + metric + " in /summary");
  const auto index = static_cast<std::uint64_t>(found - metrics_.begin());
  return estimate_of(file_.numbers("/summary", {scenario, hedger, index}).data());
}

std::string ResultFile::text(const std::string& attribute) const {
  if (auto value = file_.text_attribute("/", attribute)) return *value;
  throw IoError(path(), "has no attribute " + attribute + ", which every result has");
}

std::uint64_t ResultFile::whole(const std::string& attribute) const {
  if (const auto value = file_.whole_attribute("/", attribute)) return *value;
  throw IoError(path(), "has no attribute " + attribute + ", which every result has");
}

double ResultFile::number(const std::string& attribute) const {
  if (const auto value = file_.number_attribute("/", attribute)) return *value;
  throw IoError(path(), "has no attribute " + attribute + ", which every result has");
}

std::vector<std::pair<std::string, std::string>> ResultFile::inputs() const {
  if (!file_.has("/inputs/input"))
    throw IoError(path(), "does not hold the files it was made from (/inputs is empty)");
  const std::vector<std::string> names = file_.texts("/inputs/input"), texts = file_.texts("/inputs/text"),
                                 sums = file_.texts("/inputs/sha256");
  if (names.empty() || texts.size() != names.size() || sums.size() != names.size())
    throw IoError(path(), "is damaged: /inputs has files without a text or a sum");
  std::vector<std::pair<std::string, std::string>> out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (sha256(texts[i]) != sums[i])
      throw IoError(path(), "is damaged: its copy of " + excerpt(names[i]) + " is not what was read");
    out.emplace_back(names[i], texts[i]);
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> ResultFile::overrides() const {
  std::vector<std::pair<std::string, std::string>> out;
  if (!file_.has("/inputs/override")) return out;
  for (const std::string& pair : file_.texts("/inputs/override")) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos) throw IoError(path(), "is damaged: /inputs/override holds no KEY=VALUE");
    out.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return out;
}

}  // namespace unhedged::output
