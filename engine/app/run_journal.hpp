#pragma once
#include <optional>

#include "engine/app/commands.hpp"
#include "engine/config/load.hpp"
#include "engine/output/journal.hpp"
#include "engine/simulation/run.hpp"

namespace unhedged::app {

/// A shard as the command line says it. errors  UsageError if it is not i/N with 1 <= i <= N
struct Shard {
  std::uint64_t index = 1, of = 1;
};
Shard parse_shard(const std::string& text);

/// Seconds of a time on the command line, as 6h or 90 min; none for an empty text. errors  UsageError
std::optional<double> parse_time_limit(const std::string& text);

/// What the journal of this run begins with.
output::JournalHead journal_head(const config::Configuration& configuration, const Shard& shard,
                                 const std::string& started);

/// The configuration of a journal's run, from the texts in its head: nothing else is read.
/// errors  IoError, of `name`, if it does not come out as it was
config::Configuration configuration_of(const output::JournalHead& head, const std::string& name);

/// Where a result's journal stands.
std::string journal_path(const std::string& target);

/// What stands where a journal is to be: of a run, or of a sweep.
struct JournalClaim {
  std::string path, what;  ///< what: "run" or "sweep", for messages
  bool resume = false, force = false, quiet = false;
};

/// Looks at it, once nobody else writes the same result; removes it where it is to be replaced.
/// returns  whether there is one to go on from
/// errors   IoError if one is there that is neither to be gone on with nor to be replaced, or is of something
///          else, with what differs
bool claim_journal(const JournalClaim& claim, const output::JournalHead& head);

/// The journal of a run, where it keeps one: if it is expected to take longer than `output.checkpoint`, is to
/// go on, has a time limit, or is a shard.
class RunJournal {
 public:
  /// errors  UsageError where what is asked for needs a journal and the configuration wants none
  RunJournal(const config::Configuration& configuration, const RunArguments& arguments,
             const std::string& target);

  bool wanted() const { return wanted_; }
  const std::string& path() const { return path_; }
  /// Whether a run that goes on may replace the result that its own time limit left.
  bool replaces_result() const { return reported_; }

  /// errors  IoError as claim_journal
  void claim(const output::JournalHead& head);
  /// Opens or makes it, and restores what it has. errors  IoError
  void open(const output::JournalHead& head, simulation::Simulation& simulation);

  /// Bytes that the journal will take beyond those it takes already; 0 where none is kept.
  double bytes(const simulation::Plan& plan) const;

  output::Journal* file() { return journal_ ? &*journal_ : nullptr; }
  /// "5120 of 20000 paths are kept in .x.h5.journal"
  std::string kept_text(const simulation::Simulation& simulation) const;

 private:
  void restore(simulation::Simulation& simulation);

  const RunArguments& arguments_;
  std::string path_;
  bool wanted_ = false, exists_ = false, reported_ = false;
  std::chrono::duration<double> every_{600};
  std::optional<output::Journal> journal_;
};

/// What two runs differ in, in words; empty: nothing that their batches depend on.
std::string difference(const output::JournalHead& there, const output::JournalHead& here);

}  // namespace unhedged::app
