#include <atomic>
#include <sstream>
#include <string>

#include "engine/simulation/schedule.hpp"
#include "tests/support/catch.hpp"

// The order of events, as participants come to see it.

using namespace unhedged;

namespace {

/// Writes down what it is called for: its own letter, then the phase.
class Witness {
 public:
  Witness(char letter, std::string& log) : letter_(letter), log_(log) {}

  void start() { note("start"); }
  void enter(std::uint32_t t) { note("enter", t); }
  void evaluate(std::size_t asset, std::uint32_t t) { note("evaluate." + std::to_string(asset), t); }
  void settle(std::uint32_t t) { note("settle", t); }
  void accrue(std::uint32_t t) { note("accrue", t); }
  void trade(std::uint32_t t) { note("trade", t); }
  void record(std::uint32_t t) { note("record", t); }
  void carry(std::uint32_t t) { note("carry", t); }
  void impact(std::uint32_t t) { note("impact", t); }
  void move(std::uint32_t t) { note("move", t); }
  void finish(std::uint32_t t) { note("finish", t); }

 private:
  void note(const std::string& phase) { log_ += std::string(1, letter_) + "." + phase + " "; }
  void note(const std::string& phase, std::uint32_t t) { note(phase + "@" + std::to_string(t)); }

  char letter_;
  std::string& log_;
};

}  // namespace

TEST_CASE("A step: all see the market asset by asset, the last just before they act, one after the other") {
  std::string log;
  Witness a('a', log), b('b', log);
  Witness* const all[] = {&a, &b};
  simulation::step(std::span<Witness* const>(all), 2, 7);
  CHECK(log ==
        "a.enter@7 b.enter@7 a.evaluate.0@7 b.evaluate.0@7 "
        "a.evaluate.1@7 a.settle@7 a.accrue@7 a.trade@7 a.record@7 a.carry@7 a.impact@7 a.move@7 "
        "b.evaluate.1@7 b.settle@7 b.accrue@7 b.trade@7 b.record@7 b.carry@7 b.impact@7 b.move@7 ");
}

TEST_CASE("A walk starts once, takes every step to the horizon and finishes there") {
  std::string log, expected = "a.start ";
  Witness a('a', log);
  Witness* const all[] = {&a};
  simulation::walk(std::span<Witness* const>(all), 1, {3, 0.01, {}}, {});
  for (const char* t : {"0", "1", "2"})
    for (const char* phase :
         {"enter", "evaluate.0", "settle", "accrue", "trade", "record", "carry", "impact", "move"})
      expected += std::string("a.") + phase + "@" + t + " ";
  CHECK(log == expected + "a.finish@3 ");
}

TEST_CASE("Groups take the steps in turn, as many at a time as have their random numbers together") {
  std::string log, order;
  Witness a('a', log), b('b', log);
  Witness *const one[] = {&a}, *const other[] = {&b};
  const std::span<Witness* const> groups[] = {one, other};
  const std::uint32_t turn = simulation::kStepsTogether, horizon = turn + 2;
  simulation::walk(std::span<const std::span<Witness* const>>(groups), 1, {horizon, 0.01, {}}, {});
  const auto steps = [&](const char* who, std::uint32_t from, std::uint32_t to) {
    for (; from < to; ++from) order += who + (".enter@" + std::to_string(from)) + " ";
  };
  steps("a", 0, turn), steps("b", 0, turn), steps("a", turn, horizon), steps("b", turn, horizon);
  std::istringstream words(log);
  std::string entered;
  for (std::string word; words >> word;)
    if (word.find(".enter@") != std::string::npos) entered += word + " ";
  CHECK(entered == order);
  CHECK(log.starts_with("a.start b.start a.enter@0 "));
  const std::string end =
      " a.finish@" + std::to_string(horizon) + " b.finish@" + std::to_string(horizon) + " ";
  CHECK(log.ends_with(end));
}

TEST_CASE("A walk that is to stop takes no further step") {
  std::string log;
  Witness a('a', log);
  Witness* const all[] = {&a};
  const std::atomic<bool> flag{true};
  CHECK_THROWS_AS(simulation::walk(std::span<Witness* const>(all), 1, {3, 0.01, {}}, Stop(&flag)),
                  Interrupted);
  CHECK(log == "a.start ");
}
