#pragma once
#include <span>

namespace unhedged::pricing {

/// Places under one of the quotes and at one level of the market. shapes  log_spot, spot: [count], any count
struct QuotedLine {
  std::size_t curve;
  double quote_level;
  std::span<const double> log_spot, spot;
};

}  // namespace unhedged::pricing
