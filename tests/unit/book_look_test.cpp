#include <cmath>

#include "engine/simulation/book_look.hpp"
#include "tests/support/catch.hpp"

// What an account is told of the book, number by number.

using namespace unhedged;
using namespace unhedged::simulation;

TEST_CASE("A look at a book in two assets adds what both have earned, now and in money of the horizon") {
  Lanes cash[2], value[2], spot[2];
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    for (std::size_t a = 0; a < 2; ++a) {
      const auto x = static_cast<double>(lane + 10 * a);
      cash[a][lane] = 3 + x;
      value[a][lane] = -7 + 2 * x;
      spot[a][lane] = 100 + x;
    }
  BookLook book;
  book.begin();
  book.add({&cash[0], &value[0], &spot[0], 1.25, 40});
  book.add({&cash[1], &value[1], &spot[1], 1.5, 2});
  for (std::size_t lane = 0; lane < kLanes; lane += 51) {
    const double earned = cash[0][lane] / 1.25 + value[0][lane] + cash[1][lane] / 1.5 + value[1][lane];
    const double later = cash[0][lane] + 1.25 * value[0][lane] + cash[1][lane] + 1.5 * value[1][lane];
    CHECK(std::abs(book.earned()[lane] - earned) <= 1e-12 * std::abs(earned));
    CHECK(std::abs(book.earned_at_horizon()[lane] - later) <= 1e-12 * std::abs(later));
    CHECK(book.marks()[lane] == value[0][lane] + value[1][lane]);
    CHECK(book.gross()[lane] == 40 * spot[0][lane] + 2 * spot[1][lane]);
  }
}

TEST_CASE("The next look forgets the one before, asked for or not") {
  const Lanes one = filled_with(1), two = filled_with(2);
  BookLook book;
  book.begin();
  book.add({&one, &one, &one, 1, 1});
  CHECK(book.marks()[7] == 1);
  book.begin();
  book.add({&two, &two, &two, 1, 3});
  CHECK(book.earned()[7] == 4);
  CHECK(book.marks()[7] == 2);
  CHECK(book.gross()[7] == 6);
  book.begin();
  CHECK(book.earned()[7] == 0);
  CHECK(book.earned_at_horizon()[7] == 0);
}
