#include "engine/cluster/helper.hpp"

#include <chrono>
#include <future>
#include <thread>
#include <utility>

#include "engine/cluster/numbers.hpp"
#include "engine/core/errors.hpp"

namespace unhedged::cluster {
namespace {

constexpr auto kPause = std::chrono::milliseconds(1);
/// No more work is asked for while so much of what is done waits to be sent.
constexpr std::size_t kMostUnsent = std::size_t{64} << 20;

}  // namespace

Helper::Helper(Transport& transport, int threads, Stop finish, Stop abandon)
    : transport_(transport),
      threads_(static_cast<std::size_t>(threads)),
      finish_asked_(finish),
      abandon_asked_(abandon) {
  std::string bytes;
  append_whole(threads_, bytes);
  transport_.send(0, MessageKind::hello, std::move(bytes));
}

std::optional<std::string> Helper::orders() {
  while (!finish_asked_.requested()) {
    const std::optional<Message> message = transport_.receive();
    if (!message) {
      std::this_thread::sleep_for(kPause);
      continue;
    }
    if (message->kind != MessageKind::orders) return {};
    for (int child = 2 * transport_.rank() + 1; child <= 2 * transport_.rank() + 2; ++child)
      if (child < transport_.size()) transport_.send(child, MessageKind::orders, message->bytes);
    return message->bytes;
  }
  return {};
}

void Helper::run(const Work& work) {
  auto working = std::async(std::launch::async, [&] { work(&finish_, &abandon_); });
  try {
    while (working.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
      pass_messages();
      std::unique_lock lock(gate_);
      if (outcomes_.empty()) wake_.wait_for(lock, kPause);
    }
    send_outcomes();
  } catch (...) {
    end(true);
    working.wait();
    throw;
  }
  try {
    working.get();
  } catch (const Interrupted&) {
    // asked for
  } catch (const std::exception& error) {
    transport_.send(0, MessageKind::failure, transport_.name() + ": " + error.what());
    throw;
  }
}

void Helper::leave() {
  transport_.send(0, MessageKind::left, "");
  transport_.close();
}

void Helper::pass_messages() {
  if (abandon_asked_.requested()) end(true);
  else if (finish_asked_.requested()) end(false);
  hear();
  send_outcomes();
  ask();
}

void Helper::hear() {
  while (const std::optional<Message> message = transport_.receive()) {
    if (message->kind == MessageKind::finish) end(false);
    if (message->kind == MessageKind::leave) end(true);
    if (message->kind != MessageKind::hand_out) continue;
    const std::scoped_lock lock(gate_);
    --asked_for_;
    units_.push_back({whole_at(message->bytes, 0), whole_at(message->bytes, 1)});
    work_there_.notify_one();
  }
}

/// A unit for each thread beside the one it has in hand, so that none waits for an answer.
void Helper::ask() {
  const std::scoped_lock lock(gate_);
  const std::size_t there = units_.size() + asked_for_;
  if (finish_ || there >= threads_ || transport_.unsent_bytes() > kMostUnsent) return;
  std::string bytes;
  append_whole(threads_ - there, bytes);
  asked_for_ = threads_ - units_.size();
  transport_.send(0, MessageKind::ask, std::move(bytes));
}

void Helper::send_outcomes() {
  std::deque<std::string> outcomes;
  {
    const std::scoped_lock lock(gate_);
    outcomes.swap(outcomes_);
  }
  for (std::string& outcome : outcomes) transport_.send(0, MessageKind::outcome, std::move(outcome));
}

void Helper::end(bool at_once) {
  const std::scoped_lock lock(gate_);
  finish_ = true;
  if (at_once) abandon_ = true;
  work_there_.notify_all();
}

simulation::BatchRange Helper::next() {
  std::unique_lock lock(gate_);
  work_there_.wait(lock, [this] { return finish_ || !units_.empty(); });
  if (finish_) return {};
  const simulation::BatchRange unit = units_.front();
  units_.pop_front();
  wake_.notify_one();
  return unit;
}

void Helper::keep(std::uint64_t batch, std::string_view outcome) {
  std::string bytes;
  bytes.reserve(kWholeBytes + outcome.size());
  append_whole(batch, bytes);
  bytes += outcome;
  const std::scoped_lock lock(gate_);
  outcomes_.push_back(std::move(bytes));
  wake_.notify_one();
}

}  // namespace unhedged::cluster
