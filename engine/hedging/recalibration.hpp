#pragma once
#include "engine/hedging/own_quotes.hpp"

namespace unhedged::hedging {

/// Null: the belief is not recalibrated.
std::unique_ptr<OwnQuotes> make_recalibrated(const pricing::Belief& belief, const OwnQuotesTerms& terms);

}  // namespace unhedged::hedging
