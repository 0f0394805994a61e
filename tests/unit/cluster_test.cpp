#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "engine/cluster/helper.hpp"
#include "engine/cluster/launch.hpp"
#include "engine/cluster/leader.hpp"
#include "engine/cluster/numbers.hpp"
#include "engine/core/errors.hpp"
#include "tests/support/catch.hpp"

using namespace unhedged;
using namespace unhedged::cluster;
using simulation::BatchRange;

namespace {

/// Messages between threads of one process.
class Mail {
 public:
  explicit Mail(int size) : boxes_(static_cast<std::size_t>(size)) {}

  void put(int to, Message message) {
    const std::scoped_lock lock(gate_);
    boxes_[static_cast<std::size_t>(to)].push_back(std::move(message));
  }
  std::optional<Message> take(int of) {
    const std::scoped_lock lock(gate_);
    std::deque<Message>& box = boxes_[static_cast<std::size_t>(of)];
    if (box.empty()) return {};
    Message message = std::move(box.front());
    box.pop_front();
    return message;
  }
  int size() const { return static_cast<int>(boxes_.size()); }
  std::atomic<int> closed{0};

 private:
  std::mutex gate_;
  std::vector<std::deque<Message>> boxes_;
};

class ThreadTransport final : public Transport {
 public:
  ThreadTransport(Mail& mail, int rank) : mail_(mail), rank_(rank) {}
  int rank() const override { return rank_; }
  int size() const override { return mail_.size(); }
  int size_here() const override { return mail_.size(); }
  std::string name() const override { return "machine " + std::to_string(rank_); }
  void send(int to, MessageKind kind, std::string bytes) override {
    mail_.put(to, {rank_, kind, std::move(bytes)});
  }
  std::optional<Message> receive() override { return mail_.take(rank_); }
  std::size_t unsent_bytes() override { return 0; }
  void close() override { ++mail_.closed; }

 private:
  Mail& mail_;
  int rank_;
};

/// Batches that are numbers; what one comes to is its number in words.
class Numbers final : public simulation::SharedRun {
 public:
  explicit Numbers(std::uint64_t count) : left_{0, count} {}

  BatchRange next() override {
    const std::scoped_lock lock(gate_);
    if (ending_) return {};
    const BatchRange unit{left_.first, std::min(left_.first + 3, left_.end)};
    left_.first = unit.end;
    return unit;
  }
  bool has_next() override {
    const std::scoped_lock lock(gate_);
    return !ending_ && left_.count() > 0;
  }
  void take(std::uint64_t batch, std::string_view outcome) override {
    const std::scoped_lock lock(gate_);
    CHECK(outcome == std::to_string(batch));
    CHECK(back_.insert(batch).second);
  }
  bool is_abandoned() const override { return abandoned_; }
  bool is_ending() const override { return ending_ || abandoned_; }
  void end() override { ending_ = true; }

  std::set<std::uint64_t> back() {
    const std::scoped_lock lock(gate_);
    return back_;
  }
  std::atomic<bool> ending_{false}, abandoned_{false};

 private:
  std::mutex gate_;
  BatchRange left_;
  std::set<std::uint64_t> back_;
};

/// What helpers do: name the batches they are given. `most`: after so many it fails.
void name_batches(Helper& helper, int most = 1 << 30) {
  for (BatchRange unit = helper.next(); unit.count() > 0; unit = helper.next())
    for (; unit.first < unit.end; ++unit.first) {
      if (most-- == 0) throw IoError("disk", "is full");
      helper.keep(unit.first, std::to_string(unit.first));
    }
}

std::vector<std::thread> helpers(Mail& mail, const std::function<void(Helper&)>& work, Stop stop = {}) {
  std::vector<std::thread> out;
  for (int rank = 1; rank < mail.size(); ++rank)
    out.emplace_back([&mail, work, stop, rank] {
      ThreadTransport transport(mail, rank);
      Helper helper(transport, rank, stop, {});
      if (const auto orders = helper.orders()) {
        if (*orders != "the orders") return;
        try {
          helper.run([&](Stop, Stop) { work(helper); });
        } catch (const IoError&) {
        }
      }
      helper.leave();
    });
  return out;
}

void join(std::vector<std::thread>& threads) {
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

TEST_CASE("Whatever the number of helpers, every batch comes back once") {
  for (const int size : {2, 3, 8})
    for (const std::uint64_t batches : {0, 1, 7, 400}) {
      Mail mail(size);
      auto threads = helpers(mail, [](Helper& helper) { name_batches(helper); });
      ThreadTransport transport(mail, 0);
      Numbers run(batches);
      {
        Leader leader(transport);
        CHECK(leader.threads() == size * (size - 1) / 2);
        leader.give_orders("the orders");
        leader.serve(run);
        CHECK(run.back().size() == batches);
        Numbers more(10);  // they wait for more
        leader.serve(more);
        CHECK(more.back().size() == 10);
      }
      join(threads);
      CHECK(mail.closed == size);
    }
}

TEST_CASE("Helpers leave when there is nothing to do") {
  Mail mail(4);
  auto threads = helpers(mail, [](Helper&) { FAIL("there are no orders"); });
  ThreadTransport transport(mail, 0);
  { Leader leader(transport); }
  join(threads);
  CHECK(mail.closed == 4);
}

TEST_CASE("What a helper fails at is the error of the run") {
  Mail mail(3);
  auto threads = helpers(mail, [](Helper& helper) { name_batches(helper, 5); });
  ThreadTransport transport(mail, 0);
  Numbers run(1000);
  {
    Leader leader(transport);
    leader.give_orders("the orders");
    std::string said;
    try {
      leader.serve(run);
    } catch (const IoError& error) {
      said = error.what();
    }
    CHECK(said.find("of the run") != std::string::npos);
    CHECK(said.find("disk: is full") != std::string::npos);
  }
  join(threads);
}

TEST_CASE("No batch is begun any more once a run ends, and what is in hand comes back") {
  Mail mail(3);
  std::atomic<int> kept{0};
  auto threads = helpers(mail, [&](Helper& helper) {
    for (BatchRange unit = helper.next(); unit.count() > 0; unit = helper.next())
      for (; unit.first < unit.end; ++unit.first) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        helper.keep(unit.first, std::to_string(unit.first));
        ++kept;
      }
  });
  ThreadTransport transport(mail, 0);
  Numbers run(100000);
  {
    Leader leader(transport);
    leader.give_orders("the orders");
    std::thread ends([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      run.end();
    });
    leader.serve(run);
    ends.join();
  }
  join(threads);
  CHECK(run.back().size() == static_cast<std::size_t>(kept));
  CHECK(kept > 0);
  CHECK(kept < 100000);
}

TEST_CASE("A run that is abandoned waits for nobody") {
  Mail mail(2);
  ThreadTransport transport(mail, 0), dead(mail, 1);  // says hello, and no more
  std::string one;
  append_whole(1, one);
  dead.send(0, MessageKind::hello, one);
  dead.send(0, MessageKind::ask, one);
  Numbers run(10);
  Leader leader(transport);
  std::thread ends([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    run.abandoned_ = true;
  });
  const auto begin = std::chrono::steady_clock::now();
  leader.serve(run);
  leader.dismiss();
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
  ends.join();
  CHECK(mail.closed == 0);
}

TEST_CASE("A helper that leaves by itself ends the run when all is back") {
  Mail mail(3);
  std::atomic<bool> asked{false};
  auto threads = helpers(
      mail, [](Helper& helper) { name_batches(helper); }, &asked);
  ThreadTransport transport(mail, 0);
  Numbers run(std::uint64_t{1} << 40);
  {
    Leader leader(transport);
    leader.give_orders("the orders");
    std::thread asks([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      asked = true;
    });
    CHECK_THROWS_AS(leader.serve(run), Interrupted);
    asks.join();
  }
  join(threads);
  CHECK(!run.back().empty());
}

TEST_CASE("Numbers in messages come back, and short messages are refused") {
  std::string bytes;
  for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{258}, ~std::uint64_t{0}})
    append_whole(number, bytes);
  CHECK(whole_at(bytes, 0) == 0);
  CHECK(whole_at(bytes, 1) == 258);
  CHECK(whole_at(bytes, 2) == ~std::uint64_t{0});
  CHECK_THROWS_AS(whole_at(bytes, 3), IoError);
}

TEST_CASE("A launcher is known by its variables") {
  const auto with = [](const char* rank_name, const char* rank, const char* size_name, const char* size) {
    ::setenv(rank_name, rank, 1);
    ::setenv(size_name, size, 1);
    const Launch found = launch();
    ::unsetenv(rank_name);
    ::unsetenv(size_name);
    return found;
  };
  CHECK(!launch().is_shared());
  const Launch open = with("OMPI_COMM_WORLD_RANK", "2", "OMPI_COMM_WORLD_SIZE", "5");
  CHECK((open.rank == 2 && open.size == 5 && open.is_helper()));
  CHECK(with("PMI_RANK", "0", "PMI_SIZE", "2").is_shared());
  CHECK(with("PMIX_RANK", "1", "SLURM_STEP_NUM_TASKS", "4").is_helper());
  CHECK(!with("OMPI_COMM_WORLD_RANK", "0", "OMPI_COMM_WORLD_SIZE", "1").is_shared());
  CHECK(!with("OMPI_COMM_WORLD_RANK", "x", "OMPI_COMM_WORLD_SIZE", "5").is_shared());
  CHECK(!with("OMPI_COMM_WORLD_RANK", "5", "OMPI_COMM_WORLD_SIZE", "5").is_shared());
  CHECK(processors_of_each(1) >= processors_of_each(2));
  CHECK(processors_of_each(100000) == 1);
}
