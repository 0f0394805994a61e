#include "engine/simulation/buckets.hpp"

#include <iterator>

namespace unhedged::simulation {
namespace {

constexpr BucketInfo kBucketInfos[] = {
    {Bucket::theta, "theta", "time passes at the spot and quotes of before"},
    {Bucket::gamma, "gamma", "bend of the book's value in moves of the spot, where there was no jump"},
    {Bucket::vega, "vega", "quoted volatilities move within a regime"},
    {Bucket::cross, "cross", "spot and quotes, or several assets, move at once"},
    {Bucket::unhedged_delta, "unhedged_delta",
     "moves of the spot times the delta that the hedger sees and leaves open: band, interval, ratio"},
    {Bucket::belief_delta, "belief_delta",
     "moves of the spot times what the delta of the hedger's belief differs by from the market's mark"},
    {Bucket::unfilled_delta, "unfilled_delta",
     "moves of the spot times what is ordered and not filled: latency, halts, caps"},
    {Bucket::jump, "jump", "bend of the book's value in steps with a jump"},
    {Bucket::regime, "regime", "bend and change of quotes in the step in which a regime is entered"},
    {Bucket::basis, "basis", "moves of futures and perpetuals against the spot, carry included"},
    {Bucket::hedge_options, "hedge_options", "options hedged with, beyond their delta"},
    {Bucket::spread, "spread", "bid-ask spread paid"},
    {Bucket::impact, "impact", "market impact paid"},
    {Bucket::fees, "fees", "fees paid"},
    {Bucket::financing, "financing", "interest on what is paid for and yield of what is held"},
    {Bucket::funding, "funding", "funding of perpetuals"},
    {Bucket::exercise, "exercise", "options exercised early, against their mark"},
    {Bucket::liquidation, "liquidation",
     "what closing the book by force costs, and what it would have made later, with its sign turned"},
    {Bucket::deleveraging, "deleveraging", "hedges taken away at other prices than the market's"},
    {Bucket::inception, "inception", "today's mark of the book above what was paid for it"},
    {Bucket::self_inflicted, "self_inflicted", "what the hedger's own moves of the price take or bring"},
    {Bucket::remainder, "remainder", "what the others leave of the P&L"}};
static_assert(std::size(kBucketInfos) == kBuckets);

}  // namespace

std::span<const BucketInfo> buckets() { return kBucketInfos; }

}  // namespace unhedged::simulation
