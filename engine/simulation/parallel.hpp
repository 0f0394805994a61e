#pragma once
#include <tbb/global_control.h>
#include <tbb/task_arena.h>

namespace unhedged::simulation {

/// Threads for one piece of work. Only sources of this module include it.
class Parallel {
 public:
  /// `threads`: 0 for one per processor.
  /// errors  IoError if the system does not let that many start
  explicit Parallel(int threads);

  int threads() const { return threads_; }

  template <class Work>
  void execute(const Work& work) {
    arena_.execute(work);
  }

 private:
  int threads_;
  tbb::global_control limit_;
  tbb::task_arena arena_;
};

}  // namespace unhedged::simulation
