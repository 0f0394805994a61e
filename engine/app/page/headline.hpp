#pragma once
#include <string>
#include <vector>

#include "engine/app/page/tail_numbers.hpp"

namespace unhedged::app {

/// What a hedge does to the tail of a scenario, as far as the interval of its effectiveness says so.
enum class Verdict {
  makes_worse,       ///< all of the interval is below 0
  no_help,           ///< it holds 0
  fails,             ///< all of it is below one half
  undecided,         ///< it holds one half
  holds,             ///< all of it is above one half
  not_known,         ///< there is no interval
  nothing_at_stake,  ///< the unhedged book does not lose there
};

Verdict verdict_of(const TailNumbers& numbers, std::size_t scenario, std::size_t hedger);

/// "fails", "holds" and so on: a cell of a table.
std::string verdict_text(Verdict verdict);

/// What the numbers say, in words.
struct Headline {
  std::string lead;                 ///< which hedge fails where, by how much, and how sure that is
  std::vector<std::string> points;  ///< a scenario each, the largest hedged loss first
  std::string terms;                ///< what "fails" and "told apart" mean
};

Headline headline_of(const TailNumbers& numbers);

}  // namespace unhedged::app
