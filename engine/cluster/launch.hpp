#pragma once

namespace unhedged::cluster {

/// How a launcher of MPI has started this process; by itself where none did.
struct Launch {
  int rank = 0, size = 1;

  bool is_shared() const { return size > 1; }
  bool is_helper() const { return rank > 0; }
};

/// From the environment that mpirun of Open MPI, Hydra or srun with PMIx sets: MPI is not started for it.
Launch launch();

/// Processors for each of `processes` on this machine: those it may run on, or its share of all, whichever is
/// less; at least 1.
int processors_of_each(int processes);

}  // namespace unhedged::cluster
