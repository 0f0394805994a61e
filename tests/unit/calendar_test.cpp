#include <cmath>

#include "engine/core/calendar.hpp"
#include "tests/support/catch.hpp"

using namespace unhedged;

TEST_CASE("A grid of sessions and nights: kinds, times and places agree") {
  const double day = 1.0 / 252, share = 0.3, weekend = 2;
  const double night = 5 * share * day / (4 + weekend);
  for (const std::size_t weekday : {0u, 3u}) {
    TimeGrid grid{10 * 4 - 1, (1 - share) * day / 3, {3, night, weekend * night, weekday}};
    double time = 0;
    std::size_t nights = 0;
    for (std::size_t step = 0; step < grid.steps; ++step) {
      CHECK(std::abs(grid.time(step) - time) < 1e-15);
      const bool closed = step % 4 == 3;
      CHECK((grid.kind(step) == StepKind::session) == !closed);
      if (closed) CHECK((grid.kind(step) == StepKind::weekend) == ((nights++ + weekday) % 5 == 4));
      CHECK(locate(grid, time).step == step);
      CHECK(locate(grid, time).error_steps < 1e-9);
      CHECK(locate(grid, time + 0.4 * grid.dt(step)).step == step);
      CHECK(locate(grid, time + 0.6 * grid.dt(step)).step == step + 1);
      time += grid.dt(step);
    }
    CHECK(grid.place_after(2) == 7);            // the second close
    CHECK(grid.place_after(2 + 1.0 / 3) == 9);  // an hour's worth into the third session
    CHECK(std::abs(grid.time_after(2) - grid.time(7)) < 1e-15);
    CHECK(std::abs(grid.time_after(2 + 1.0 / 3) - grid.time(9)) < 1e-15);
    CHECK(std::abs(grid.time(20) - 5 * day) < 1e-15);  // a week has five days of variance
    CHECK(std::abs(grid.time_after(252 + 8) - grid.time_after(8) - 1) < 1e-2);
  }
}

TEST_CASE("A time half way between two grid times is at the later one, however it is rounded") {
  const auto check_ties = [](const TimeGrid& grid) {
    for (std::size_t step = 0; step < grid.steps; ++step) {
      const double length = grid.dt(step), tie = grid.time(step) + 0.5 * length;
      for (const double noise : {-1e-9, -1e-14, 0.0, 1e-14, 1e-9})
        CHECK(locate(grid, tie + noise * length).step == step + 1);
      CHECK(locate(grid, tie - 1e-4 * length).step == step);
    }
  };
  const double hour = 1.0 / 8760;
  for (std::size_t i = 0; i < 40; ++i)  // as they are read: (i + 1/2) steps of 1.5 h
    CHECK(locate({40, 60 * hour / 40, {}}, (1.5 * static_cast<double>(i) + 0.75) * hour).step == i + 1);
  for (const double hours : {1.5, 0.7, 24.0, 1.0 / 60}) check_ties({200, hours * hour, {}});
  check_ties({10 * 4 - 1, 0.7 / 252 / 3, {3, 0.3 / 252, 0.3 / 252, 0}});
}

TEST_CASE("Times beyond any grid are located at once") {
  for (const TimeGrid& grid :
       {TimeGrid{30, 1.0 / 365, {}}, TimeGrid{39, 1.0 / 1000, {3, 1.0 / 2000, 1.0 / 1000, 0}}})
    for (const double far : {1e6, 1e15, 1e300}) {
      CHECK(locate(grid, far).step > grid.steps);
      if (!grid.closes()) continue;
      CHECK(grid.place_after(far) > static_cast<double>(grid.steps));
      CHECK(grid.time_after(far) > grid.horizon_years());
      CHECK(grid.span(far) > grid.horizon_years());
      CHECK(grid.after(5, static_cast<std::size_t>(std::min(far, kFarthest))) > grid.steps);
    }
}

TEST_CASE(
    "Time in steps of sessions: nights take none, and a stay ends at the first grid time that has passed "
    "it") {
  const TimeGrid grid{6 * 4 - 1, 1.0 / 252 / 4, {3, 1.0 / 252 / 4, 1.0 / 252 / 4, 0}}, always{20, 0.01};
  std::size_t open = 0;
  for (std::size_t step = 0; step < grid.steps; ++step) {
    CHECK(grid.open_steps(step) == open);
    CHECK(always.open_steps(step) == step);
    open += grid.kind(step) == StepKind::session ? 1 : 0;
  }
  for (std::size_t from = 0; from < 12; ++from)
    for (std::size_t count = 0; count < 9; ++count) {
      std::size_t first = from;
      while (grid.open_steps(first) < grid.open_steps(from) + count) ++first;
      CHECK(grid.after(from, count) == first);
      CHECK(always.after(from, count) == from + count);
    }
  CHECK(std::abs(grid.span(2.0 / 3) - 2 * grid.dt_years) < 1e-15);  // hours of a session
  CHECK(std::abs(grid.span(2 + 2.0 / 3) - 2.0 / 252 - 2 * grid.dt_years) <
        1e-15);  // whole days with their nights
  CHECK(grid.day_share(252) == 1.0 / 3);
  CHECK(std::abs(always.day_share(25) - 0.25) < 1e-15);
}
