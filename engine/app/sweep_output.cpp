#include "engine/app/sweep_output.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/app/commands.hpp"
#include "engine/app/csv_text.hpp"
#include "engine/app/json_numbers.hpp"
#include "engine/app/text_table.hpp"
#include "engine/core/utf8.hpp"

namespace unhedged::app {
namespace {

using output::SweepResult;

/// Of an estimate: value, lower, upper, standard error.
constexpr std::size_t kParts = 4;

/// Estimates of all points, metric by metric: the summary, or the differences from the reference point.
struct Numbers {
  const SweepResult& result;
  const std::vector<risk::MetricInfo>& metrics;
  const std::vector<std::vector<double>>& of;  // [point] of [scenario][hedger][metric][estimate]

  const double* at(std::size_t p, std::size_t s, std::size_t h, std::size_t m) const {
    return of[p].data() + ((s * result.hedgers.size() + h) * metrics.size() + m) * kParts;
  }
  risk::Estimate estimate(std::size_t p, std::size_t s, std::size_t h, std::size_t m) const {
    const double* const parts = at(p, s, h, m);
    return {parts[0], parts[1], parts[2], parts[3]};
  }
  /// Their number where there is none of the name.
  std::size_t index_of(const std::string& metric) const {
    const auto found = std::ranges::find(metrics, metric, &risk::MetricInfo::name);
    return static_cast<std::size_t>(found - metrics.begin());
  }
};

Numbers summary_of(const SweepResult& result) { return {result, result.metrics, result.summary}; }

Numbers differences_of(const SweepResult& result) {
  return {result, result.paired_metrics, result.difference};
}

std::string estimate_text(const double* estimate) {
  std::string value = short_number(estimate[0]);
  if (!std::isfinite(estimate[1]) || estimate[1] == estimate[2]) return value;
  return value + " [" + short_number(estimate[1], 3) + ", " + short_number(estimate[2], 3) + "]";
}

/// The ends of the keys, as long as they must be to differ.
std::vector<std::string> short_names(const std::vector<std::string>& keys) {
  std::vector<std::string> out;
  for (const std::string& key : keys) {
    std::size_t begin = key.size();
    const auto is_shared = [&](const std::string& end) {
      return std::ranges::count_if(keys, [&](const std::string& other) {
               return other == end || other.ends_with("." + end);
             }) > 1;
    };
    do {
      begin = begin == 0 ? std::string::npos : key.rfind('.', begin - 1);
    } while (begin != std::string::npos && is_shared(key.substr(begin + 1)));
    out.push_back(begin == std::string::npos ? key : key.substr(begin + 1));
  }
  return out;
}

nlohmann::ordered_json estimates_json(const Numbers& numbers, std::size_t p, std::size_t s, std::size_t h) {
  nlohmann::ordered_json out;
  for (std::size_t m = 0; m < numbers.metrics.size(); ++m)
    out[numbers.metrics[m].name] = json_of(numbers.estimate(p, s, h, m));
  return out;
}

/// The value of a key as the table shows it: long numbers are rounded.
std::string shown_value(const SweepResult& result, std::size_t point, std::size_t key) {
  constexpr std::size_t longest = 10;
  const std::string& text = result.texts[point][key];
  const double value = result.numbers[point * result.keys.size() + key];
  if (text.size() <= longest || std::isnan(value)) return shortened(text, 24);
  const std::string& unit = result.key_units[key];
  return fmt::format("{:.5g}{}{}", value, unit.empty() ? "" : " ", unit);
}

std::string table_of(const Numbers& numbers, std::size_t s, std::size_t m, std::size_t width) {
  const SweepResult& result = numbers.result;
  const std::vector<std::string> keys = short_names(result.keys);
  std::vector<std::string> header{"point"};
  header.insert(header.end(), keys.begin(), keys.end());
  header.insert(header.end(), result.hedgers.begin(), result.hedgers.end());
  TextTable table(header);
  for (std::size_t p = 0; p < result.texts.size(); ++p) {
    std::vector<std::string> row{fmt::format("{}", p)};
    for (std::size_t k = 0; k < keys.size(); ++k) row.push_back(shown_value(result, p, k));
    for (std::size_t h = 0; h < result.hedgers.size(); ++h)
      row.push_back(estimate_text(numbers.at(p, s, h, m)));
    table.add(row);
  }
  return table.text(width, 1 + keys.size());
}

}  // namespace

void require_metric(const SweepResult& result, const std::string& metric) {
  if (summary_of(result).index_of(metric) < result.metrics.size()) return;
  std::string there;
  for (const risk::MetricInfo& one : result.metrics) there += (there.empty() ? "" : ", ") + one.name;
  throw UsageError("--metric: there is no " + in_quotes(metric) + "; there are " + there);
}

std::string sweep_table(const SweepResult& result, const std::string& metric, std::size_t width) {
  const Numbers summary = summary_of(result), differences = differences_of(result);
  const std::size_t m = summary.index_of(metric), paired = differences.index_of(metric);
  std::string out;
  for (std::size_t s = 0; s < result.scenarios.size(); ++s) {
    out += (s > 0 ? "\n" : "") + result.scenarios[s] + ": " + metric + "\n" + table_of(summary, s, m, width);
    if (paired < result.paired_metrics.size() && result.texts.size() > 1)
      out += fmt::format("\n{}: {} less that of point {}, on the same paths\n", result.scenarios[s], metric,
                         result.reference) +
             table_of(differences, s, paired, width);
  }
  return out;
}

std::string sweep_csv(const SweepResult& result) {
  std::string out = "point";
  for (const std::string& key : result.keys) out += "," + csv_field(key);
  out += ",scenario,hedger,reference,metric,value,lower,upper,standard_error\n";
  const auto field = [](double x) { return std::isfinite(x) ? fmt::format(",{}", x) : std::string(","); };
  const auto add = [&](const Numbers& numbers, const std::string& reference, std::size_t p, std::size_t s) {
    std::string set = fmt::format("{}", p);
    for (const std::string& text : result.texts[p]) set += "," + csv_field(text);
    for (std::size_t h = 0; h < result.hedgers.size(); ++h)
      for (std::size_t m = 0; m < numbers.metrics.size(); ++m) {
        out += set + "," + csv_field(result.scenarios[s]) + "," + csv_field(result.hedgers[h]) + "," +
               reference + "," + numbers.metrics[m].name;
        for (std::size_t k = 0; k < kParts; ++k) out += field(numbers.at(p, s, h, m)[k]);
        out += "\n";
      }
  };
  for (std::size_t p = 0; p < result.texts.size(); ++p)
    for (std::size_t s = 0; s < result.scenarios.size(); ++s) {
      add(summary_of(result), "", p, s);
      add(differences_of(result), fmt::format("{}", result.reference), p, s);
    }
  return out;
}

std::string sweep_json(const SweepResult& result, const std::string& file) {
  nlohmann::ordered_json out{{"name", result.name},
                             {"file", file},
                             {"currency", result.currency},
                             {"numeraire", result.unit},
                             {"confidence", result.confidence},
                             {"reference_point", result.reference}};
  for (std::size_t p = 0; p < result.texts.size(); ++p) {
    nlohmann::ordered_json point{{"point", p}};
    for (std::size_t k = 0; k < result.keys.size(); ++k) point["set"][result.keys[k]] = result.texts[p][k];
    point["paths"] = result.paths[p];
    for (std::size_t s = 0; s < result.scenarios.size(); ++s)
      for (std::size_t h = 0; h < result.hedgers.size(); ++h)
        point["cells"].push_back({{"scenario", result.scenarios[s]},
                                  {"hedger", result.hedgers[h]},
                                  {"summary", estimates_json(summary_of(result), p, s, h)},
                                  {"difference", estimates_json(differences_of(result), p, s, h)}});
    out["points"].push_back(point);
  }
  return out.dump(2) + "\n";
}

}  // namespace unhedged::app
