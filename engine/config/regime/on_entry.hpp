#pragma once
#include "engine/config/choice.hpp"

/// What entering a regime does, as its parts say it.
namespace unhedged::config {

/// What entering a regime does to a state that is there; docs/methods/regimes.md.
struct CarryWords {
  enum class Value { automatic, carry, reset };
  static constexpr std::pair<const char*, Value> table[] = {{"carry", Value::carry}, {"reset", Value::reset}};
};

struct OnEntryKey {
  Word<CarryWords> on_entry;

  bool restarts() const { return on_entry.value == CarryWords::Value::reset; }
  bool states_entry() const { return on_entry.value != CarryWords::Value::automatic; }
  static void describe(auto& visit, auto& s, const char* help) {
    visit(Field{"on_entry", help, Unit::none, kAny, Need::defaulted}, s.on_entry);
  }
};

struct StartWords {
  enum class Value { automatic, stationary, quiet };
  static constexpr std::pair<const char*, Value> table[] = {{"stationary", Value::stationary},
                                                            {"quiet", Value::quiet}};
};

}  // namespace unhedged::config
