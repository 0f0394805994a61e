#pragma once
#include <string>
#include <vector>

#include "engine/core/stop.hpp"

/// How the program ends when it is told to, or can no longer write.
namespace unhedged::app {

/// First thing in main. The three standard streams are open afterwards (files would take their place else);
/// SIGPIPE and SIGXFSZ become errors of the write that met them; SIGINT, SIGTERM, SIGHUP and SIGXCPU end the
/// program at once with kInterrupted, unless they are ignored already (nohup), and so does SIGUSR1; an
/// exception that nobody can catch any more ends it with a message.
void prepare_ends();

/// While one exists, a first signal only asks for a stop, so that the run can end in good order; a second
/// one, or kPatienceSeconds without an end, removes the partial file and ends the program. Where finished
/// batches are kept, the second asks for those in hand to be given up, and the third ends the program.
class OrderlyStop {
 public:
  static constexpr unsigned kPatienceSeconds = 1;

  OrderlyStop();
  OrderlyStop(const OrderlyStop&) = delete;
  OrderlyStop& operator=(const OrderlyStop&) = delete;
  ~OrderlyStop();

  /// The file and the folders, outermost first, that must not be left behind.
  void guard(const std::string& partial_file, const std::vector<std::string>& made_folders);

  Stop stop() const;
  /// Asked of those who do not stop at the first signal, because it is worth while to finish.
  Stop abandon() const;

  /// Finished batches are kept on disk from here on.
  void keep_batches();
  /// One of several processes: what has started them gives a second to those that it asks to end by SIGTERM,
  /// because one of them has died or it was told to end itself. What is in hand is given up at once then.
  void share_run();
  /// Says nothing of how the program ends: another process does.
  void say_nothing();
  /// Asks for a stop after so many seconds, as a signal does. Only where batches are kept.
  void limit_time(double seconds);
  /// Whether it was the limit that asked for the stop.
  bool limit_reached() const;
  /// The limit is over, whether it was reached or not, and so is the stop that it asked for.
  void end_limit();

  /// From here on signals wait: the result is about to get its name.
  /// errors  Interrupted if a stop was asked for before
  void begin_commit();

  /// The result stands; signals end the program at once again.
  void end_commit();
};

}  // namespace unhedged::app
