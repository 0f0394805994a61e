#include "engine/output/stored_pnl.hpp"

#include <algorithm>

namespace unhedged::output {
namespace {

/// Whole chunks of the file.
constexpr std::uint64_t kPiece = std::uint64_t{1} << 19;

}  // namespace

void StoredPnl::read(const Take& take) const {
  for (std::uint64_t first = 0; first < size(); first += kPiece)
    take(result_.file().numbers("/pnl", {scenario_, hedger_}, first, std::min(kPiece, size() - first)));
}

}  // namespace unhedged::output
