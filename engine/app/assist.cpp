#include "engine/app/assist.hpp"

#include "engine/app/cost.hpp"
#include "engine/app/run_journal.hpp"
#include "engine/app/signals.hpp"
#include "engine/app/version.hpp"
#include "engine/cluster/helper.hpp"
#include "engine/simulation/crew.hpp"

namespace unhedged::app {
namespace {

/// Both of this program. errors  IoError if one is not
void require_this_program(const output::JournalHead& head) {
  output::JournalHead here = head;
  here.engine_version = engine_version();
  here.engine_revision = engine_revision();
  const std::string differs = difference(head, here);
  if (!differs.empty()) throw IoError("the orders", differs);
}

/// Neither P&L nor worst paths are kept here.
void require_memory_to_assist(const config::Configuration& configuration, const RunArguments& arguments) {
  simulation::Workload work = simulation::workload(configuration.plan, arguments.threads);
  work.pnl_bytes = work.records_bytes = 0;
  require_memory(configuration, arguments, work);
}

void simulate_ordered(const std::string& orders, const RunArguments& arguments, cluster::Helper& helper,
                      Stop finish, Stop abandon) {
  const std::optional<output::JournalHead> head = output::unpacked(orders);
  if (!head) throw IoError("the orders", "cannot be read");
  require_this_program(*head);
  const config::Configuration configuration = configuration_of(*head, "the orders");
  require_memory_to_assist(configuration, arguments);
  simulation::RunOptions options;
  options.threads = arguments.threads;
  options.finish = finish;
  options.stop = abandon;
  options.store = &helper;
  const simulation::PreparedRun prepared(configuration.plan, options.threads, abandon);
  simulation::simulate_for(prepared, options, helper);
}

}  // namespace

std::string orders_of(const output::JournalHead& head) { return output::packed(head); }

int assist(cluster::Transport& transport, const RunArguments& arguments) {
  OrderlyStop orderly;
  orderly.keep_batches();
  orderly.share_run();
  orderly.say_nothing();
  cluster::Helper helper(transport, arguments.threads, orderly.stop(), orderly.abandon());
  if (const std::optional<std::string> orders = helper.orders()) {
    try {
      helper.run(
          [&](Stop finish, Stop abandon) { simulate_ordered(*orders, arguments, helper, finish, abandon); });
    } catch (const std::exception&) {
      // The process that leads has been told, and says it.
    }
  }
  helper.leave();
  return kDone;
}

}  // namespace unhedged::app
