#include "engine/output/result_parts.hpp"

namespace unhedged::output {

/// How often they do not cover the loss stands with the other probabilities, in /summary.
void write_yardsticks(const ResultParts& parts) {
  const std::vector<simulation::YardstickPlan>& all = parts.plan().yardsticks;
  if (all.empty()) return;
  const std::string root = "/yardsticks";
  parts.file.group(root);
  Dimensions group(parts, root);
  std::vector<std::string> names, shown;
  for (const simulation::YardstickPlan& one : all) {
    names.push_back(one.name);
    shown.push_back(one.yardstick.shown);
  }
  const Dimension yardstick = group.text("yardstick", names, "as in the names of metrics");
  parts.file.create(
      {root + "/model", ElementType::text, {yardstick}, "", "the model, and what was set of it"});
  parts.file.write_text(root + "/model", shown);
  const auto number = [&](const std::string& name, const std::string& units, const std::string& meaning,
                          auto of) {
    std::vector<double> values;
    for (const simulation::YardstickPlan& one : all) values.push_back(of(one));
    parts.file.create({root + "/" + name, ElementType::float64, {yardstick}, units, meaning});
    parts.file.write(root + "/" + name, {}, values.data());
  };
  using Row = const simulation::YardstickPlan&;
  number("horizon", "years", "its own horizon", [](Row one) { return one.horizon_years; });
  number("time", "years", "the grid time at which losses are held against it",
         [&](Row one) { return parts.plan().grid.time(one.step); });
  number("nominal", "1", "how often losses are to be larger", [](Row one) { return one.nominal; });
  parts.file.create({root + "/required",
                     ElementType::float64,
                     {yardstick, group.hedger()},
                     risk::kMoney,
                     "what it requires today of the book with the first hedge"});
  for (std::size_t y = 0; y < all.size(); ++y)
    parts.file.write(root + "/required", {y}, parts.report.required[y].data());
}

}  // namespace unhedged::output
