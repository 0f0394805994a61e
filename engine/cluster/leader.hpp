#pragma once
#include <chrono>
#include <cstdint>
#include <deque>
#include <vector>

#include "engine/cluster/transport.hpp"
#include "engine/simulation/crew.hpp"

namespace unhedged::cluster {

/// Gives other processes work, and sees to it that they leave. Used by one thread, that of the transport.
class Leader final : public simulation::Crew {
 public:
  /// Waits until all have said how many threads they have. The transport outlives it.
  explicit Leader(Transport& transport);
  Leader(const Leader&) = delete;
  Leader& operator=(const Leader&) = delete;
  /// Dismisses those that are left.
  ~Leader() override;

  int threads() const override { return threads_; }

  /// Tells all what to simulate; they prepare for it at once.
  void give_orders(const std::string& orders);

  void serve(simulation::SharedRun& run) override;

  /// Everybody leaves, and the transport is closed. Where one does not answer - it may be dead - nobody waits
  /// for it: its launcher ends what is left.
  void dismiss() noexcept;

 private:
  struct Member {
    std::uint64_t batches = 0;  ///< that were handed out and are not back
    bool present = true;
  };

  bool hear(simulation::SharedRun* run);
  void hand_out(simulation::SharedRun& run);
  void tell(MessageKind kind);
  bool all_have_left() const;

  Transport& transport_;
  std::vector<Member> members_;  // [rank - 1]
  std::deque<int> asking_;       // ranks, once for each unit that is wanted
  std::uint64_t handed_out_ = 0;
  int threads_ = 0;
  bool told_to_finish_ = false, deserted_ = false, given_up_ = false, dismissed_ = false;
};

}  // namespace unhedged::cluster
