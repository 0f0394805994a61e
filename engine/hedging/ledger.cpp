#include "engine/hedging/ledger.hpp"

namespace unhedged::hedging {

void Ledger::clear() {
  for (Holding& p : positions_)
    for (Lanes* lanes : {&p.units, &p.pending, &p.cash, &p.turnover, &p.spread_cost, &p.impact_cost, &p.fees})
      lanes->fill(0.0);
}

}  // namespace unhedged::hedging
