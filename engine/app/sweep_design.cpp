#include "engine/app/sweep_design.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <boost/random/sobol.hpp>
#include <charconv>
#include <cmath>
#include <random>
#include <set>

#include "engine/app/csv_text.hpp"
#include "engine/config/csv.hpp"
#include "engine/config/scalar.hpp"
#include "engine/config/text_file.hpp"
#include "engine/core/utf8.hpp"

namespace unhedged::app {
namespace {

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

/// At the commas that stand in no brackets and no quotes.
std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> out(1);
  int depth = 0;
  char quote = 0;
  for (const char c : text) {
    if (quote != 0) quote = c == quote ? '\0' : quote;
    else if (c == '"' || c == '\'') quote = c;
    else if (c == '[' || c == '{') ++depth;
    else if (c == ']' || c == '}') --depth;
    if (c == ',' && depth <= 0 && quote == 0) out.emplace_back();
    else out.back() += c;
  }
  for (std::string& one : out) one = trimmed(one);
  return out;
}

/// A number and the unit behind it.
struct Amount {
  double number = 0;
  std::string unit;
};

std::optional<Amount> amount_of(const std::string& text) {
  const std::string whole = trimmed(text);
  Amount out;
  const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), out.number);
  if (error != std::errc() || !std::isfinite(out.number)) return {};
  out.unit = trimmed(std::string(end, whole.data() + whole.size()));
  const auto is_letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '%'; };
  if (!std::ranges::all_of(out.unit, is_letter)) return {};
  return out;
}

/// low..high; the unit may stand behind either or both.
bool parse_range(const std::string& text, SweepAxis& axis) {
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) return false;
  const auto low = amount_of(text.substr(0, dots)), high = amount_of(text.substr(dots + 2));
  if (!low || !high) return false;
  if (!low->unit.empty() && !high->unit.empty() && low->unit != high->unit)
    throw UsageError("--vary: the ends of " + in_quotes(text) + " are in two units: " + in_quotes(low->unit) +
                     " and " + in_quotes(high->unit));
  axis.low = low->number;
  axis.high = high->number;
  axis.unit = low->unit.empty() ? high->unit : low->unit;
  return true;
}

std::vector<SweepAxis> axes_of(const SweepArguments& arguments) {
  std::vector<SweepAxis> axes;
  std::set<std::string> keys;
  for (const std::string& text : arguments.vary) {
    axes.push_back(parse_axis(text));
    if (!keys.insert(axes.back().key).second)
      throw UsageError("--vary: " + in_quotes(axes.back().key) + " is varied twice");
  }
  if (axes.empty())
    throw UsageError(
        "nothing is varied: --vary KEY=a,b,c or KEY=low..high, or --points FILE.csv with a column for each "
        "key");
  return axes;
}

void require_few(double points) {
  if (points > static_cast<double>(kMostPoints))
    throw UsageError(fmt::format("{:g} points: at most {} can be run", points, kMostPoints));
}

std::vector<std::string> keys_of(const std::vector<SweepAxis>& axes) {
  std::vector<std::string> keys;
  for (const SweepAxis& axis : axes) keys.push_back(axis.key);
  return keys;
}

/// A number as short as it can be written and read back.
std::string with_unit(double number, const std::string& unit) {
  return fmt::format("{}", number) + (unit.empty() ? "" : " " + unit);
}

std::vector<std::string> grid_values(const SweepAxis& axis, std::uint64_t points) {
  if (!axis.is_range()) return axis.values;
  if (points < 2)
    throw UsageError(
        fmt::format("--points: a grid over the range of {} needs how many values it has, at least 2",
                    in_quotes(axis.key)));
  require_few(static_cast<double>(points));
  std::vector<std::string> out;
  for (std::uint64_t k = 0; k < points; ++k) {
    const double share = static_cast<double>(k) / static_cast<double>(points - 1);
    out.push_back(
        with_unit(k + 1 == points ? axis.high : axis.low + share * (axis.high - axis.low), axis.unit));
  }
  return out;
}

SweepPoints grid(const std::vector<SweepAxis>& axes, std::uint64_t points) {
  std::vector<std::vector<std::string>> values;
  double count = 1;
  for (const SweepAxis& axis : axes) {
    values.push_back(grid_values(axis, points));
    require_few(count *= static_cast<double>(values.back().size()));
  }
  const bool any_range = std::ranges::any_of(axes, &SweepAxis::is_range);
  if (points > 0 && !any_range)
    throw UsageError("--points: a grid of lists has as many points as their product; ranges are low..high");
  SweepPoints out{keys_of(axes), {}};
  for (std::uint64_t k = 0; k < static_cast<std::uint64_t>(count); ++k) {
    std::vector<std::string> row(axes.size());
    std::uint64_t rest = k;
    for (std::size_t a = axes.size(); a-- > 0; rest /= values[a].size())
      row[a] = values[a][rest % values[a].size()];
    out.values.push_back(std::move(row));
  }
  return out;
}

/// A double in [0, 1) from the highest 53 bits.
double unit_of(std::uint64_t word) { return static_cast<double>(word >> 11) * 0x1p-53; }

template <class Next>
SweepPoints drawn(const std::vector<SweepAxis>& axes, std::uint64_t points, const Next& next) {
  SweepPoints out{keys_of(axes), {}};
  for (std::uint64_t k = 0; k < points; ++k) {
    std::vector<std::string>& row = out.values.emplace_back();
    for (std::size_t a = 0; a < axes.size(); ++a) row.push_back(axes[a].at(unit_of(next(a))));
  }
  return out;
}

SweepPoints random_points(const std::vector<SweepAxis>& axes, std::uint64_t points, std::uint64_t seed) {
  std::mt19937_64 engine(seed);
  return drawn(axes, points, [&](std::size_t) { return engine(); });
}

SweepPoints sobol_points(const std::vector<SweepAxis>& axes, std::uint64_t points, std::uint64_t seed) {
  constexpr std::size_t most = boost::random::default_sobol_table::max_dimension;
  if (axes.size() > most) throw UsageError(fmt::format("--design sobol: at most {} keys", most));
  boost::random::sobol sequence(axes.size());
  std::mt19937_64 engine(seed);
  std::vector<std::uint64_t> shift(axes.size());
  for (std::uint64_t& one : shift) one = engine();
  // the library leaves out the first point of the sequence, zero, without which the first 2^k are no net
  std::size_t zeros = axes.size();
  return drawn(axes, points, [&](std::size_t a) {
    if (zeros == 0) return sequence() ^ shift[a];
    --zeros;
    return shift[a];
  });
}

SweepPoints from_csv(const std::string& path) {
  const std::string text = config::read_text(path);
  config::CsvTable table(text, path);
  SweepPoints out;
  for (const auto& item : table.header()) out.keys.push_back(item.text);
  while (const auto row = table.next()) {
    std::vector<std::string>& values = out.values.emplace_back();
    for (const std::string& key : out.keys) {
      const config::Record* cell = row->find(key);
      if (cell == nullptr)
        throw single_problem(path, key, fmt::format("point {} has no value", out.values.size()));
      values.push_back(cell->text);
    }
    require_few(static_cast<double>(out.size()));
  }
  if (out.values.empty()) throw single_problem(path, "", "there is no point beneath the header");
  return out;
}

/// What is no number is the name of a file.
std::optional<std::uint64_t> whole(const std::string& text) {
  std::string why;
  const auto number = config::parse_integer(text, why);
  const auto amount = amount_of(text);
  if ((number && *number == 0) || (!number && amount && amount->unit.empty()))
    throw UsageError("--points: " + in_quotes(text) + " is no whole number from 1, and no CSV file");
  return number;
}

SweepPoints made(const SweepArguments& arguments, const std::string& design, std::uint64_t points) {
  const std::vector<SweepAxis> axes = axes_of(arguments);
  if (design == "grid") return grid(axes, points);
  if (points == 0) throw UsageError("--design " + design + ": --points N says how many");
  require_few(static_cast<double>(points));
  return design == "sobol" ? sobol_points(axes, points, arguments.design_seed)
                           : random_points(axes, points, arguments.design_seed);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> SweepPoints::of(std::size_t point) const {
  std::vector<std::pair<std::string, std::string>> out;
  for (std::size_t k = 0; k < keys.size(); ++k) out.emplace_back(keys[k], values[point][k]);
  return out;
}

std::string SweepPoints::csv() const {
  std::string out;
  const auto add = [&out](const std::vector<std::string>& row) {
    for (std::size_t k = 0; k < row.size(); ++k) out += (k > 0 ? "," : "") + csv_field(row[k]);
    out += "\n";
  };
  add(keys);
  for (const auto& row : values) add(row);
  return out;
}

std::string SweepPoints::words(std::size_t point) const {
  std::string out;
  for (const auto& [key, value] : of(point)) out += (out.empty() ? "" : ", ") + key + "=" + value;
  return out;
}

SweepNumbers numbers_of(const SweepPoints& points) {
  SweepNumbers out;
  const std::size_t keys = points.keys.size();
  out.values.resize(points.size() * keys, NAN);
  for (std::size_t k = 0; k < keys; ++k) {
    std::vector<Amount> amounts;
    for (const auto& row : points.values)
      if (const auto amount = amount_of(row[k])) amounts.push_back(*amount);
    const bool one_unit =
        amounts.size() == points.size() &&
        std::ranges::all_of(amounts, [&](const Amount& one) { return one.unit == amounts.front().unit; });
    out.units.push_back(one_unit ? amounts.front().unit : "");
    for (std::size_t p = 0; p < points.size() && one_unit; ++p) out.values[p * keys + k] = amounts[p].number;
  }
  return out;
}

std::string SweepAxis::at(double u) const {
  if (is_range()) return with_unit(low + u * (high - low), unit);
  const double place = std::floor(u * static_cast<double>(values.size()));
  return values[static_cast<std::size_t>(place)];
}

SweepAxis parse_axis(const std::string& text) {
  const std::size_t equals = text.find('=');
  SweepAxis axis;
  axis.key = trimmed(text.substr(0, equals));
  const std::string what = equals == std::string::npos ? "" : trimmed(text.substr(equals + 1));
  if (axis.key.empty() || what.empty())
    throw UsageError("--vary: " + in_quotes(text) + " is neither KEY=a,b,c nor KEY=low..high");
  if (parse_range(what, axis)) {
    if (!(axis.low < axis.high))
      throw UsageError("--vary: the range of " + in_quotes(text) + " is empty: the lower end comes first");
    return axis;
  }
  axis.values = parts_of(what);
  if (std::ranges::any_of(axis.values, &std::string::empty))
    throw UsageError("--vary: " + in_quotes(text) + " has an empty value");
  return axis;
}

SweepPoints sweep_points(const SweepArguments& arguments) {
  const std::optional<std::uint64_t> count = arguments.points.empty() ? 0 : whole(arguments.points);
  const bool from_file = !count;
  const std::string design = !arguments.design.empty() ? arguments.design : from_file ? "csv" : "grid";
  if (from_file != (design == "csv"))
    throw UsageError(from_file ? "--points: " + in_quotes(arguments.points) + " is no number, and --design " +
                                     design + " takes one"
                               : "--design csv: --points FILE.csv says where the points are");
  if (!from_file) return made(arguments, design, *count);
  if (!arguments.vary.empty())
    throw UsageError("--vary: what is varied stands in " + in_quotes(arguments.points) + " already");
  return from_csv(arguments.points);
}

}  // namespace unhedged::app
