#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

/// Messages between the processes of a run. MPI carries them where the program is built with it
/// (mpi_transport.cpp); what is said with them (leader.hpp, helper.hpp) knows nothing of it.
namespace unhedged::cluster {

enum class MessageKind {
  hello,     ///< to the leader: threads
  orders,    ///< to a helper: what to simulate, as the leader says it; passed on along a tree
  ask,       ///< to the leader: how many units of work are wanted
  hand_out,  ///< to a helper: a unit, its first batch and the one after its last
  outcome,   ///< to the leader: a batch and what it comes to
  finish,    ///< to a helper: begin no batch, finish those in hand, leave
  leave,     ///< to a helper: give up those in hand, leave
  failure,   ///< to the leader: what a helper failed at, in words
  left,      ///< to the leader: nothing follows any more
};

struct Message {
  int from = 0;
  MessageKind kind = MessageKind::hello;
  std::string bytes;
};

/// Messages of one sender to one receiver arrive in their order. Used by one thread.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual int rank() const = 0;  ///< of this process; 0 leads
  virtual int size() const = 0;
  virtual int size_here() const = 0;     ///< processes on this machine
  virtual std::string name() const = 0;  ///< of this machine
  /// Does not wait. errors  IoError
  virtual void send(int to, MessageKind kind, std::string bytes) = 0;
  /// One that has arrived. Does not wait. errors  IoError
  virtual std::optional<Message> receive() = 0;
  /// What is sent and has not left yet.
  virtual std::size_t unsent_bytes() = 0;
  /// Waits until every process has closed.
  virtual void close() = 0;
};

/// The processes that were started together with this one.
/// errors  IoError if the program is built without MPI, MPI cannot be started or is not that of the launcher
std::unique_ptr<Transport> connect();

/// "Open MPI v4.1.4"; empty: built without.
std::string about_mpi();

}  // namespace unhedged::cluster
