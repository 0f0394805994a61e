#include "engine/app/validators.hpp"

#include <fmt/core.h>

#include <cmath>

#include "engine/config/scalar.hpp"
#include "engine/core/utf8.hpp"

namespace unhedged::app {

CLI::Validator key_and_value() {
  return CLI::Validator(
      [](std::string& text) {
        const std::size_t equals = text.find('=');
        const bool sound = equals != std::string::npos && equals > 0;
        return sound ? "" : in_quotes(text) + " is not KEY=VALUE, as in --set simulation.step=30min";
      },
      "");
}

CLI::Validator whole_number(double least, double most) {
  return CLI::Validator(
      [least, most](std::string& text) {
        std::string why;
        const auto value = config::parse_integer(text, why);
        const auto number = static_cast<double>(value.value_or(0));
        if (value && number >= least && number <= most) return std::string();
        return in_quotes(text) +
               fmt::format(" is not a whole number from {:g} to {:g}, as in 100000 or 1e5", least, most);
      },
      "");
}

CLI::Validator not_empty(const std::string& expected) {
  const auto check = [expected](std::string& text) {
    return text.empty() ? "is empty; expected is " + expected : std::string();
  };
  return CLI::Validator(check, "");
}

CLI::Validator positive_number() {
  return CLI::Validator(
      [](std::string& text) {
        double value = 0;
        const bool sound = CLI::detail::lexical_cast(text, value) && std::isfinite(value) && value > 0;
        return sound ? "" : "\"" + text + "\" is not a positive finite number";
      },
      "");
}

void add_shared(CLI::App& command, ConfigArguments& shared) {
  command.add_option("--set", shared.set, "replace a value: --set simulation.step=30min")
      ->type_name("KEY=VALUE")
      ->check(key_and_value());
  command.add_flag("--strict", shared.strict, "refuse what is otherwise only warned of");
  command.add_flag(
      "--allow-paths", shared.allow_paths,
      "read scenarios, books and margin models that are named outside the configuration's folder");
}

}  // namespace unhedged::app
