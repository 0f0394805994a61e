// The bindings to C, not those to C++ that MPI once had.
#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>

#include <climits>
#include <list>
#include <thread>

#include "engine/cluster/launch.hpp"
#include "engine/cluster/transport.hpp"
#include "engine/core/errors.hpp"

namespace unhedged::cluster {
namespace {

void require(int code, const char* what) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = "";
  int length = 0;
  MPI_Error_string(code, text, &length);
  throw IoError("MPI", std::string(what) + ": " + text);
}

class MpiTransport final : public Transport {
 public:
  MpiTransport() {
    int provided = 0, length = 0;
    char machine[MPI_MAX_PROCESSOR_NAME] = "";
    require(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided), "cannot be started");
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
    MPI_Get_processor_name(machine, &length);
    name_ = machine;
    MPI_Comm here = MPI_COMM_NULL;
    require(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here),
            "cannot tell who is on this machine");
    MPI_Comm_size(here, &size_here_);
    MPI_Comm_free(&here);
  }

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  int size_here() const override { return size_here_; }
  std::string name() const override { return name_; }

  void send(int to, MessageKind kind, std::string bytes) override {
    if (bytes.size() > INT_MAX) throw IoError("MPI", "a message of more than 2 GiB cannot be sent");
    Sent& sent = sent_.emplace_back();
    sent.bytes = std::move(bytes);
    unsent_ += sent.bytes.size();
    require(MPI_Isend(sent.bytes.data(), static_cast<int>(sent.bytes.size()), MPI_BYTE, to,
                      static_cast<int>(kind), MPI_COMM_WORLD, &sent.request),
            "cannot send");
  }

  std::optional<Message> receive() override {
    forget_sent();
    int there = 0;
    MPI_Message handle = MPI_MESSAGE_NULL;
    MPI_Status status;
    require(MPI_Improbe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &handle, &status),
            "cannot receive");
    if (there == 0) return {};
    int bytes = 0;
    MPI_Get_count(&status, MPI_BYTE, &bytes);
    Message message{status.MPI_SOURCE, static_cast<MessageKind>(status.MPI_TAG),
                    std::string(static_cast<std::size_t>(bytes), '\0')};
    require(MPI_Mrecv(message.bytes.data(), bytes, MPI_BYTE, &handle, &status), "cannot receive");
    return message;
  }

  std::size_t unsent_bytes() override {
    forget_sent();
    return unsent_;
  }

  void close() override {
    while (!sent_.empty()) {
      forget_sent();
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    MPI_Finalize();
  }

 private:
  struct Sent {
    MPI_Request request = MPI_REQUEST_NULL;
    std::string bytes;
  };

  void forget_sent() {
    for (auto sent = sent_.begin(); sent != sent_.end();) {
      int done = 0;
      require(MPI_Test(&sent->request, &done, MPI_STATUS_IGNORE), "cannot send");
      if (done == 0) {
        ++sent;
        continue;
      }
      unsent_ -= sent->bytes.size();
      sent = sent_.erase(sent);
    }
  }

  int rank_ = 0, size_ = 1, size_here_ = 1;
  std::string name_;
  std::list<Sent> sent_;  // a list: buffers must not move
  std::size_t unsent_ = 0;
};

}  // namespace

std::unique_ptr<Transport> connect() {
  auto transport = std::make_unique<MpiTransport>();
  const int launched = launch().size;
  if (transport->size() == launched) return transport;
  transport->close();
  throw IoError("mpirun", "has started " + std::to_string(launched) + " processes, of which MPI finds " +
                              std::to_string(transport->size()) + ": it is not that of " + about_mpi() +
                              ", which this program is built with");
}

std::string about_mpi() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING] = "";
  int length = 0;
  if (MPI_Get_library_version(text, &length) != MPI_SUCCESS) return "MPI";
  const std::string all(text, static_cast<std::size_t>(length));
  return all.substr(0, all.find_first_of(",\n"));
}

}  // namespace unhedged::cluster
