#pragma once
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/simulation/batch.hpp"

/// Finished batches on disk: what a run that was cut short goes on from, and what a shard is.
/// docs/formats/journal.md has the layout.
namespace unhedged::output {

/// How far the run of a journal has come.
enum class JournalState { running, reported, complete };

/// What a journal is of.
struct JournalHead {
  std::string engine_version, engine_revision;
  std::vector<std::pair<std::string, std::string>> inputs;     ///< path and text; the configuration first
  std::vector<std::pair<std::string, std::string>> overrides;  ///< keys and values set on the command line
  std::uint64_t paths = 0;                                     ///< of the whole run
  simulation::BatchRange batches;  ///< of this store: all of the run, or of a shard
  std::uint64_t shard = 1, shards = 1;
  std::string started;  ///< UTC

  /// What two stores of one run have in common, in 64 hexadecimal digits: the engine, the texts of all
  /// inputs, the overrides and the number of paths; neither the names of files nor the shard.
  std::string identity() const;
};

/// The head as bytes, and back; none if they are no head.
std::string packed(const JournalHead& head);
std::optional<JournalHead> unpacked(std::string_view bytes);

/// What is in a journal, as far as it is sound.
struct JournalContents {
  JournalHead head;
  JournalState state = JournalState::running;
  std::uint64_t good_bytes = 0, all_bytes = 0;  ///< up to the first record that is damaged; of the file
  std::uint64_t batches = 0;                    ///< records that are sound
  bool damaged() const { return good_bytes != all_bytes; }
};

/// Only the head. errors  IoError if it cannot be read, is of another format or damaged
JournalContents read_head(const std::string& path);

/// The head, and every sound record up to the first that is not. `take` says whether a record fits.
/// errors  IoError as read_head
JournalContents read_journal(const std::string& path,
                             const std::function<bool(std::uint64_t batch, std::string_view outcome)>& take);

/// A journal that is written to. Records are appended as batches finish and flushed to the disk now and
/// then; whatever ends the process, those before the last flush are sound, and so is usually the rest.
class Journal final : public simulation::BatchStore {
 public:
  /// A new one in place of what is there. `every`: the time between flushes. errors  IoError
  Journal(std::string path, const JournalHead& head, std::chrono::duration<double> every);
  /// One that is there, to be gone on with; what follows its good bytes is cut off. errors  IoError
  Journal(std::string path, const JournalContents& contents, std::chrono::duration<double> every);
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal() override;

  const std::string& path() const { return path_; }

  /// errors  IoError; the journal then ends with the record before
  void keep(std::uint64_t batch, std::string_view outcome) override;
  /// errors  IoError
  void flush();
  void mark(JournalState state);
  /// Gives the file another name, where nothing may stand unless it is to be replaced. errors  IoError
  void move_to(const std::string& target, bool replace);
  void remove();

 private:
  using Clock = std::chrono::steady_clock;
  void open(int flags);
  void write_at(std::uint64_t at, std::string_view bytes);
  void flush_file();

  std::string path_;
  std::uint64_t seed_;
  std::chrono::duration<double> every_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  Clock::time_point flushed_ = Clock::now();
  std::mutex gate_;
};

/// Bytes of a journal of so many of the plan's batches, but for its head.
double journal_bytes(double bytes_of_batches, std::uint64_t batches);

}  // namespace unhedged::output
