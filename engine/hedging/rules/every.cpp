#include "engine/hedging/rules/clock.hpp"

namespace unhedged::hedging {
namespace {

constexpr Parameter kParameters[] = {
    {.name = "every",
     .help = "time between looks: `step` or a multiple of it",
     .bounds = kPositive,
     .need = Need::defaulted,
     .word = "step",
     .form = ParameterForm::interval},
};

}  // namespace

extern constinit const RuleKind kEvery{
    {"every", "time between looks: `step` or a multiple of it", kParameters},
    [](const RuleValues& values, const RuleTerms&) -> std::shared_ptr<const Rule> {
      return std::make_shared<Clock>(values[0].steps);
    }};

}  // namespace unhedged::hedging
