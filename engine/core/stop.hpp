#pragma once
#include <atomic>

#include "engine/core/errors.hpp"

namespace unhedged {

/// What long work asks now and then: whether it is to stop. Without a flag it never is.
class Stop {
 public:
  Stop() = default;
  /// The flag may be set by a signal or another thread and must outlive the work.
  Stop(const std::atomic<bool>* flag) : flag_(flag) {}

  bool requested() const { return flag_ != nullptr && flag_->load(std::memory_order_relaxed); }

  /// errors  Interrupted if it is
  void check() const {
    if (requested()) throw Interrupted();
  }

 private:
  const std::atomic<bool>* flag_ = nullptr;
};

}  // namespace unhedged
