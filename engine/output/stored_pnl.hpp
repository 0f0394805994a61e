#pragma once
#include "engine/output/result_reader.hpp"
#include "engine/risk/streamed_tail.hpp"

namespace unhedged::output {

/// The P&L of a hedger in a scenario, read from a result in pieces of a few MiB. Checksums are tested.
class StoredPnl final : public risk::PnlSource {
 public:
  /// The result outlives it.
  StoredPnl(const ResultFile& result, std::size_t scenario, std::size_t hedger)
      : result_(result), scenario_(scenario), hedger_(hedger) {}

  std::uint64_t size() const override { return result_.paths(); }
  /// errors  IoError
  void read(const Take& take) const override;

 private:
  const ResultFile& result_;
  std::size_t scenario_, hedger_;
};

}  // namespace unhedged::output
