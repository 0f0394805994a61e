#include <map>
#include <set>

#include "engine/random/noise.hpp"
#include "engine/world/factor.hpp"
#include "tests/support/catch.hpp"

using namespace unhedged;
using random::Purpose;
using world::Factor;

namespace {

constexpr unsigned kEdges[] = {0, 1, 2, 2046, 2047};  // events that stay within a factor

/// Every user of the random numbers of a purpose, as the parts of the world draw them.
std::vector<Factor> users(Purpose purpose) {
  std::vector<Factor> out;
  const auto assets = [&](auto of) {
    for (std::size_t a = 0; a < world::kMostAssets; ++a) out.push_back(of(a));
  };
  const auto streams = [&](auto of) {
    for (std::size_t s = 0; s < world::kMostStreams; ++s) out.push_back(of(s));
  };
  switch (purpose) {
    case Purpose::arrival:
    case Purpose::entry_state:
      assets(Factor::asset);
      assets(Factor::order_flow);
      streams(Factor::common_jumps);
      break;
    case Purpose::common_count: streams(Factor::common_count); break;
    case Purpose::common_size: streams(Factor::common_jumps); break;
    case Purpose::latency: out.push_back(Factor::whole_path()); break;
    case Purpose::entry_sign: assets(Factor::order_flow); break;
    case Purpose::transition:
      for (std::size_t t = 0; t < 5000; ++t) out.push_back(Factor::transition(t));
      break;
    case Purpose::outage:
      for (const std::size_t venue : {0, 1, 2, 30, 31, 1023})
        assets([&](std::size_t a) { return Factor::venue(a, venue); });
      break;
    case Purpose::variance: out.push_back(Factor::common_variance()); [[fallthrough]];
    default: assets(Factor::asset);
  }
  return out;
}

/// Purposes of which a user draws one number for each event of a step.
bool has_events(Purpose purpose) {
  switch (purpose) {
    case Purpose::arrival:
    case Purpose::entry_state:
    case Purpose::entry_sign:
    case Purpose::more_counts:
    case Purpose::jump_uniform:
    case Purpose::size_sum:
    case Purpose::crash:
    case Purpose::crash_size:
    case Purpose::jump_time: return true;
    default: return false;
  }
}

}  // namespace

TEST_CASE("No two users of random numbers share any") {
  for (unsigned code = 1; code <= 26; ++code) {
    const auto purpose = static_cast<Purpose>(code);
    std::set<std::uint32_t> seen;
    std::size_t drawn = 0;
    for (const Factor user : users(purpose))
      for (const unsigned event : kEdges) {
        if (event > 0 && !has_events(purpose)) continue;
        const std::uint32_t number = user.of_event(event).number();
        CHECK(number < 1u << 23);
        seen.insert(number);
        ++drawn;
      }
    INFO("purpose " << code);
    CHECK(seen.size() == drawn);
  }
}

TEST_CASE("Orders of a flow and its arrivals are told apart from how many come") {
  // Signs are drawn under the purpose of the count: one for each asset and order, from the first on.
  std::set<std::uint32_t> seen;
  for (std::size_t a = 0; a < world::kMostAssets; ++a) {
    seen.insert(Factor::asset(a).number());
    for (const unsigned order : kEdges) seen.insert(Factor::order_flow(a).of_event(order).number());
  }
  CHECK(seen.size() == world::kMostAssets * 6);
}

TEST_CASE("Events beyond those of a factor go to paths that nobody has") {
  std::set<std::pair<std::uint32_t, std::uint64_t>> seen;
  std::size_t drawn = 0;
  for (const std::uint64_t path : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{999'999'999'999}})
    for (const unsigned event : {0u, 1u, 2047u, 2048u, 2049u, 4096u, 1'000'000u, 0xffffffffu}) {
      seen.insert({Factor::asset(3).of_event(event).number(), Factor::path_of_event(path, event)});
      ++drawn;
    }
  CHECK(seen.size() == drawn);
}

TEST_CASE("Numbers of users stay what they were: seeds keep their meaning") {
  CHECK(Factor::asset(7).number() == 7);
  CHECK(Factor::order_flow(7).number() == 1031);
  CHECK(Factor::common_jumps(7).number() == 2055);
  CHECK(Factor::common_count(7).number() == 7);
  CHECK(Factor::venue(7, 2).number() == 8199);
  CHECK(Factor::transition(7).number() == 7);
  CHECK(Factor::common_variance().number() == 4194304);
  CHECK(Factor::asset(7).of_event(3).number() == 12295);
  CHECK(Factor::path_of_event(5, 2048) == 1099511627781);
}
