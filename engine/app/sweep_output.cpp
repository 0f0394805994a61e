#include "engine/app/sweep_output.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/app/commands.hpp"
#include "engine/app/csv_text.hpp"
#include "engine/app/text_table.hpp"
#include "engine/core/utf8.hpp"

namespace unhedged::app {
namespace {

using output::SweepResult;

constexpr const char* kParts[] = {"value", "lower", "upper", "standard_error"};

/// Where the four numbers of an estimate begin in the summary of a point.
std::size_t place_of(const SweepResult& result, std::size_t scenario, std::size_t hedger,
                     std::size_t metric) {
  return ((scenario * result.hedgers.size() + hedger) * result.metrics.size() + metric) * std::size(kParts);
}

std::size_t index_of(const SweepResult& result, const std::string& metric) {
  const auto found = std::ranges::find(result.metrics, metric, &risk::MetricInfo::name);
  return static_cast<std::size_t>(found - result.metrics.begin());
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

/// What is not known is null.
nlohmann::ordered_json number(double x) {
  return std::isfinite(x) ? nlohmann::ordered_json(x) : nlohmann::ordered_json();
}

nlohmann::ordered_json cell_of(const SweepResult& result, std::size_t p, std::size_t s, std::size_t h) {
  nlohmann::ordered_json cell{{"scenario", result.scenarios[s]}, {"hedger", result.hedgers[h]}};
  for (std::size_t m = 0; m < result.metrics.size(); ++m) {
    nlohmann::ordered_json& of = cell["summary"][result.metrics[m].name];
    for (std::size_t k = 0; k < std::size(kParts); ++k)
      of[kParts[k]] = number(result.summary[p][place_of(result, s, h, m) + k]);
  }
  return cell;
}

}  // namespace

void require_metric(const SweepResult& result, const std::string& metric) {
  if (index_of(result, metric) < result.metrics.size()) return;
  std::string there;
  for (const risk::MetricInfo& one : result.metrics) there += (there.empty() ? "" : ", ") + one.name;
  throw UsageError("--metric: there is no " + in_quotes(metric) + "; there are " + there);
}

std::string sweep_table(const SweepResult& result, const std::string& metric, std::size_t width) {
  const std::size_t m = index_of(result, metric);
  const std::vector<std::string> keys = short_names(result.keys);
  std::string out;
  for (std::size_t s = 0; s < result.scenarios.size(); ++s) {
    std::vector<std::string> header{"point"};
    header.insert(header.end(), keys.begin(), keys.end());
    header.insert(header.end(), result.hedgers.begin(), result.hedgers.end());
    TextTable table(header);
    for (std::size_t p = 0; p < result.texts.size(); ++p) {
      std::vector<std::string> row{fmt::format("{}", p)};
      for (const std::string& text : result.texts[p]) row.push_back(shortened(text, 24));
      for (std::size_t h = 0; h < result.hedgers.size(); ++h)
        row.push_back(estimate_text(result.summary[p].data() + place_of(result, s, h, m)));
      table.add(row);
    }
    out +=
        (s > 0 ? "\n" : "") + result.scenarios[s] + ": " + metric + "\n" + table.text(width, 1 + keys.size());
  }
  return out;
}

std::string sweep_csv(const SweepResult& result) {
  std::string out = "point";
  for (const std::string& key : result.keys) out += "," + csv_field(key);
  out += ",scenario,hedger,metric,value,lower,upper,standard_error\n";
  const auto field = [](double x) { return std::isfinite(x) ? fmt::format(",{}", x) : std::string(","); };
  for (std::size_t p = 0; p < result.texts.size(); ++p) {
    std::string set = fmt::format("{}", p);
    for (const std::string& text : result.texts[p]) set += "," + csv_field(text);
    for (std::size_t s = 0; s < result.scenarios.size(); ++s)
      for (std::size_t h = 0; h < result.hedgers.size(); ++h)
        for (std::size_t m = 0; m < result.metrics.size(); ++m) {
          out += set + "," + csv_field(result.scenarios[s]) + "," + csv_field(result.hedgers[h]) + "," +
                 result.metrics[m].name;
          for (std::size_t k = 0; k < std::size(kParts); ++k)
            out += field(result.summary[p][place_of(result, s, h, m) + k]);
          out += "\n";
        }
  }
  return out;
}

std::string sweep_json(const SweepResult& result, const std::string& file) {
  nlohmann::ordered_json out{{"name", result.name},
                             {"file", file},
                             {"currency", result.currency},
                             {"numeraire", result.unit},
                             {"confidence", result.confidence}};
  for (std::size_t p = 0; p < result.texts.size(); ++p) {
    nlohmann::ordered_json point{{"point", p}};
    for (std::size_t k = 0; k < result.keys.size(); ++k) point["set"][result.keys[k]] = result.texts[p][k];
    point["paths"] = result.paths[p];
    for (std::size_t s = 0; s < result.scenarios.size(); ++s)
      for (std::size_t h = 0; h < result.hedgers.size(); ++h)
        point["cells"].push_back(cell_of(result, p, s, h));
    out["points"].push_back(point);
  }
  return out.dump(2) + "\n";
}

}  // namespace unhedged::app
