#include "engine/cluster/leader.hpp"

#include <algorithm>
#include <string_view>
#include <thread>

#include "engine/cluster/numbers.hpp"
#include "engine/core/errors.hpp"

namespace unhedged::cluster {
namespace {

using Clock = std::chrono::steady_clock;

/// Between two looks for messages: receiving is asked for, so that no processor is spent on waiting.
constexpr auto kPause = std::chrono::microseconds(300);

}  // namespace

Leader::Leader(Transport& transport)
    : transport_(transport), members_(static_cast<std::size_t>(transport.size() - 1)) {
  for (std::size_t heard = 0; heard < members_.size();) {
    const std::optional<Message> message = transport_.receive();
    if (!message) {
      std::this_thread::sleep_for(kPause);
      continue;
    }
    if (message->kind != MessageKind::hello) throw IoError("MPI", "a process says something before hello");
    threads_ += static_cast<int>(whole_at(message->bytes, 0));
    ++heard;
  }
}

Leader::~Leader() { dismiss(); }

void Leader::give_orders(const std::string& orders) {
  for (int child = 1; child <= 2 && child < transport_.size(); ++child)
    transport_.send(child, MessageKind::orders, orders);
}

void Leader::tell(MessageKind kind) {
  for (std::size_t k = 0; k < members_.size(); ++k)
    if (members_[k].present) transport_.send(static_cast<int>(k) + 1, kind, "");
}

bool Leader::all_have_left() const {
  return std::ranges::none_of(members_, [](const Member& member) { return member.present; });
}

/// One message, if there is one. `run`: none once nothing is asked of the others any more.
bool Leader::hear(simulation::SharedRun* run) {
  const std::optional<Message> message = transport_.receive();
  if (!message) return false;
  Member& from = members_.at(static_cast<std::size_t>(message->from - 1));
  if (message->kind == MessageKind::left) {
    from.present = false;
    handed_out_ -= from.batches;
    from.batches = 0;
    if (run != nullptr && !run->is_ending()) {
      deserted_ = true;
      run->end();
    }
  }
  if (run == nullptr) return true;
  if (message->kind == MessageKind::ask)
    asking_.insert(asking_.end(), whole_at(message->bytes, 0), message->from);
  if (message->kind == MessageKind::failure)
    throw IoError("process " + std::to_string(message->from) + " of the run", message->bytes);
  if (message->kind == MessageKind::outcome) {
    run->take(whole_at(message->bytes, 0), std::string_view(message->bytes).substr(kWholeBytes));
    --from.batches;
    --handed_out_;
  }
  return true;
}

void Leader::hand_out(simulation::SharedRun& run) {
  while (!asking_.empty()) {
    const simulation::BatchRange unit = run.next();
    if (unit.count() == 0) return;
    const int to = asking_.front();
    asking_.pop_front();
    std::string bytes;
    append_whole(unit.first, bytes);
    append_whole(unit.end, bytes);
    transport_.send(to, MessageKind::hand_out, std::move(bytes));
    members_[static_cast<std::size_t>(to - 1)].batches += unit.count();
    handed_out_ += unit.count();
  }
}

void Leader::serve(simulation::SharedRun& run) {
  while (!run.is_abandoned()) {
    hand_out(run);
    if (run.is_ending() && !told_to_finish_) {
      tell(MessageKind::finish);
      told_to_finish_ = true;
    }
    const bool heard = hear(&run);
    if (handed_out_ == 0 && !run.has_next()) break;
    if (!heard) std::this_thread::sleep_for(kPause);
  }
  given_up_ = run.is_abandoned();
  if (deserted_) throw Interrupted();
}

void Leader::dismiss() noexcept {
  if (dismissed_) return;
  dismissed_ = true;
  // Who simulates gives up within a step; who makes tables may need longer.
  const auto patience = given_up_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(5000);
  try {
    tell(MessageKind::leave);
    for (const Clock::time_point begin = Clock::now(); !all_have_left() && Clock::now() - begin < patience;)
      if (!hear(nullptr)) std::this_thread::sleep_for(kPause);
    if (all_have_left()) transport_.close();
  } catch (const std::exception&) {
    // Nobody is left to talk to.
  }
}

}  // namespace unhedged::cluster
