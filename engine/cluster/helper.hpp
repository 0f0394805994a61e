#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

#include "engine/cluster/transport.hpp"
#include "engine/core/stop.hpp"
#include "engine/simulation/crew.hpp"

namespace unhedged::cluster {

/// A process that simulates for the leader, and keeps nothing. The thread of the transport passes messages,
/// others simulate.
class Helper final : public simulation::BatchSource, public simulation::BatchStore {
 public:
  /// `finish` and `abandon`: asked of this process by a signal. The transport outlives it.
  Helper(Transport& transport, int threads, Stop finish, Stop abandon);

  /// What to simulate; passes it on to others. none: there is nothing to do.
  std::optional<std::string> orders();

  /// What to do: with a stop that asks for no new batches, and one that asks to give up those in hand.
  using Work = std::function<void(Stop finish, Stop abandon)>;
  /// Does it in another thread until the leader has no more use of it.
  /// errors  those of `work`, of which the leader has been told
  void run(const Work& work);

  /// Tells the leader that nothing follows, and waits until all are so far.
  void leave();

  simulation::BatchRange next() override;
  void keep(std::uint64_t batch, std::string_view outcome) override;

 private:
  void pass_messages();
  void hear();
  void ask();
  void send_outcomes();
  void end(bool at_once);

  Transport& transport_;
  std::size_t threads_;
  Stop finish_asked_, abandon_asked_;
  std::atomic<bool> finish_{false}, abandon_{false};
  std::mutex gate_;
  std::condition_variable wake_, work_there_;
  std::deque<simulation::BatchRange> units_;
  std::size_t asked_for_ = 0;
  std::deque<std::string> outcomes_;
};

}  // namespace unhedged::cluster
