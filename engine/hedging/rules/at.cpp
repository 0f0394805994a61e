#include "engine/hedging/rules/clock.hpp"

namespace unhedged::hedging {
namespace {

constexpr Parameter kParameters[] = {
    {.name = "at",
     .help = "a list of times from today, or dates",
     .bounds = kNotNegative,
     .form = ParameterForm::times},
};

}  // namespace

extern constinit const RuleKind kAt{
    {"at", "at stated times: a list of times from today, or dates", kParameters},
    [](const RuleValues& values, const RuleTerms&) -> std::shared_ptr<const Rule> {
      return std::make_shared<Clock>(values[0].steps);
    }};

}  // namespace unhedged::hedging
