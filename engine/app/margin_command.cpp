#include <fmt/core.h>

#include <chrono>

#include "engine/app/commands.hpp"
#include "engine/app/loading.hpp"
#include "engine/app/margin_table.hpp"
#include "engine/app/signals.hpp"
#include "engine/config/margin/defaults.hpp"
#include "engine/core/utf8.hpp"

namespace unhedged::app {
namespace {

/// Years from today. errors  UsageError
double years_from_today(const std::string& at, const simulation::Plan& plan) {
  if (at.empty()) return 0;
  std::string why;
  const auto time = config::parse_duration(at, why);
  if (!time) throw UsageError("--at: " + why);
  if (time->amount < 0) throw UsageError("--at: " + in_quotes(at) + " lies in the past");
  const double years = time->years(plan.calendar);
  return plan.grid.closes() ? plan.grid.time_after(years * plan.calendar.days_per_year) : years;
}

std::chrono::sys_days today_of(const simulation::Plan& plan) {
  return plan.date ? *plan.date : std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
}

}  // namespace

int margin_command(const MarginArguments& arguments) {
  const config::LoadOptions options = load_options(arguments.shared);
  config::Configuration configuration = config::load(arguments.config, options);
  std::vector<margin::Yardstick> yardsticks = configuration.yardsticks;
  if (!configuration.names_yardsticks)
    yardsticks = config::default_yardsticks(configuration, options, configuration.warnings);
  if (!arguments.quiet) print_warnings(configuration.warnings);
  if (yardsticks.empty())
    throw single_problem(
        arguments.config, "yardsticks",
        "is missing: no margin model is meant for this market; unhedged describe margin_models "
        "lists those that there are");
  const simulation::Plan& plan = configuration.plan;
  const double later = years_from_today(arguments.at, plan);
  OrderlyStop orderly;
  const auto books = simulation::measured_books(plan, later, orderly.stop());
  MarginReport report{plan, today_of(plan), arguments.at, {}, std::move(yardsticks), {}};
  for (const simulation::MeasuredBook& book : books) report.books.push_back(book.name);
  for (const margin::Yardstick& one : report.yardsticks) {
    auto& row = report.required.emplace_back();
    for (const simulation::MeasuredBook& book : books) {
      orderly.stop().check();
      row.push_back(simulation::required(one, plan, book.held));
    }
  }
  fmt::print("{}", arguments.json ? margin_json(report) : margin_text(report));
  return kDone;
}

}  // namespace unhedged::app
