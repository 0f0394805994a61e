#include "engine/cluster/transport.hpp"
#include "engine/core/errors.hpp"

/// In place of mpi_transport.cpp where MPI was not there when the program was built.
namespace unhedged::cluster {

std::unique_ptr<Transport> connect() {
  throw IoError("mpirun",
                "this program is built without MPI, so its processes know nothing of each other: "
                "build it where MPI is installed, or run shards and merge them");
}

std::string about_mpi() { return ""; }

}  // namespace unhedged::cluster
