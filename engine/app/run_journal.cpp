#include "engine/app/run_journal.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "engine/app/cost.hpp"
#include "engine/app/messages.hpp"
#include "engine/app/version.hpp"
#include "engine/config/scalar.hpp"
#include "engine/core/utf8.hpp"

namespace unhedged::app {
namespace {

namespace fs = std::filesystem;

std::optional<std::uint64_t> whole(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

}  // namespace

Shard parse_shard(const std::string& text) {
  if (text.empty()) return {};
  const std::size_t slash = text.find('/');
  const auto index = whole(std::string_view(text).substr(0, slash));
  const auto of = slash == std::string::npos ? std::nullopt : whole(std::string_view(text).substr(slash + 1));
  if (!index || !of || *index < 1 || *index > *of)
    throw UsageError("--shard: " + in_quotes(text) +
                     " is not i/N with i from 1 to N, as in 2/5: the second of five");
  return {*index, *of};
}

std::optional<double> parse_time_limit(const std::string& text) {
  if (text.empty()) return {};
  std::string why;
  const auto time = config::parse_duration(text, why);
  if (!time) throw UsageError("--time-limit: " + in_quotes(text) + ": " + why);
  const double seconds = config::wall_seconds(*time);
  if (!(seconds > 0)) throw UsageError("--time-limit: " + in_quotes(text) + " is no positive time");
  return seconds;
}

output::JournalHead journal_head(const config::Configuration& configuration, const Shard& shard,
                                 const std::string& started) {
  output::JournalHead head;
  head.engine_version = engine_version();
  head.engine_revision = engine_revision();
  head.inputs = configuration.inputs;
  head.overrides = configuration.overrides;
  head.paths = configuration.plan.paths;
  const std::uint64_t batches = simulation::batches_of(head.paths);
  if (shard.of > batches)
    throw UsageError(fmt::format("--shard: {} shards of a run of {} batches ({} paths): at most as many",
                                 shard.of, batches, head.paths));
  head.batches = simulation::shard_of(batches, shard.index, shard.of);
  head.shard = shard.index;
  head.shards = shard.of;
  head.started = started;
  return head;
}

config::Configuration configuration_of(const output::JournalHead& head, const std::string& name) {
  config::LoadOptions options;
  options.files = head.inputs;
  options.overrides = head.overrides;
  config::Configuration configuration =
      config::load_text(head.inputs.front().second, head.inputs.front().first, options);
  if (journal_head(configuration, {}, "").identity() != head.identity())
    throw IoError(name, "its configuration cannot be made again from its texts");
  return configuration;
}

std::string journal_path(const std::string& target) {
  const fs::path path(target);
  return (path.parent_path() / ("." + path.filename().string() + ".journal")).string();
}

std::string difference(const output::JournalHead& there, const output::JournalHead& here) {
  if (there.engine_version != here.engine_version || there.engine_revision != here.engine_revision)
    return fmt::format("it was made by unhedged {} ({}), this is {} ({})", there.engine_version,
                       there.engine_revision, here.engine_version, here.engine_revision);
  if (there.overrides != here.overrides) {
    const auto text = [](const auto& pairs) {
      std::string out;
      for (const auto& [key, value] : pairs) out += (out.empty() ? "" : ", ") + key + "=" + value;
      return out.empty() ? "nothing" : out;
    };
    return "it has set " + excerpt(text(there.overrides), 200) + ", this run " +
           excerpt(text(here.overrides), 200);
  }
  for (std::size_t k = 0; k < std::min(there.inputs.size(), here.inputs.size()); ++k)
    if (there.inputs[k].second != here.inputs[k].second)
      return "the text of " + excerpt(here.inputs[k].first, 200) + " is another than it was";
  if (there.identity() != here.identity()) return "the files it has read are others";
  if (there.shard != here.shard || there.shards != here.shards)
    return fmt::format("it is shard {}/{}, this run {}/{}", there.shard, there.shards, here.shard,
                       here.shards);
  return "";
}

RunJournal::RunJournal(const config::Configuration& configuration, const RunArguments& arguments,
                       const std::string& target)
    : arguments_(arguments), path_(journal_path(target)) {
  const std::optional<double> every = configuration.checkpoint_seconds;
  if (every) every_ = std::chrono::duration<double>(*every);
  const bool limited = !arguments.time_limit.empty();
  if (!every && (arguments.resume || limited))
    throw UsageError(std::string(arguments.resume ? "--resume" : "--time-limit") +
                     ": needs a journal, and output.checkpoint is none");
  wanted_ = arguments.resume || limited || !arguments.shard.empty() ||
            (every && arguments.helper_threads > 0) ||
            (every && foretold_seconds(configuration, arguments) > *every);
  std::error_code error;
  exists_ = fs::symlink_status(path_, error).type() != fs::file_type::not_found;
  if (!exists_ || !arguments.resume) return;
  try {
    reported_ = output::read_head(path_).state == output::JournalState::reported;
  } catch (const IoError&) {
    reported_ = false;  // claim() says what is wrong
  }
}

bool claim_journal(const JournalClaim& claim, const output::JournalHead& head) {
  std::error_code error;
  if (fs::symlink_status(claim.path, error).type() == fs::file_type::not_found) return false;
  if (!claim.resume && !claim.force)
    throw IoError(claim.path, "a " + claim.what +
                                  " of this result was cut short and has left its journal: --resume goes on "
                                  "from it, --force begins anew");
  if (!claim.resume) {
    fs::remove(claim.path);
    if (!claim.quiet) note("removed the journal of a " + claim.what + " that was cut short: " + claim.path);
    return false;
  }
  const std::string differs = difference(output::read_head(claim.path).head, head);
  if (!differs.empty())
    throw IoError(claim.path,
                  "is of another " + claim.what + ": " + differs + "; --force without --resume begins anew");
  return true;
}

void RunJournal::claim(const output::JournalHead& head) {
  exists_ = claim_journal({path_, "run", arguments_.resume, arguments_.force, arguments_.quiet}, head);
}

void RunJournal::open(const output::JournalHead& head, simulation::Simulation& simulation) {
  if (!wanted_) return;
  if (exists_) return restore(simulation);
  if (arguments_.resume && !arguments_.quiet) note("no journal is there: the run begins anew");
  journal_.emplace(path_, head, every_);
}

void RunJournal::restore(simulation::Simulation& simulation) {
  const output::JournalContents contents = output::read_journal(
      path_,
      [&](std::uint64_t batch, std::string_view outcome) { return simulation.restore(batch, outcome); });
  if (contents.damaged())
    warn(fmt::format("{} is damaged at byte {} of {}: what is before it is used, {} bytes are dropped", path_,
                     contents.good_bytes, contents.all_bytes, contents.all_bytes - contents.good_bytes));
  if (!arguments_.quiet) note("going on: " + kept_text(simulation));
  journal_.emplace(path_, contents, every_);
}

double RunJournal::bytes(const simulation::Plan& plan) const {
  if (!wanted_) return 0;
  double batch = 0, all = 0;
  for (const double bytes : simulation::path_bytes(plan)) all += bytes;
  for (const simulation::Column& column : plan.columns)
    for (std::size_t s = 0; s < plan.scenarios.size() && column.keep == simulation::Keep::mean; ++s)
      batch += static_cast<double>(width(column, plan, s) * sizeof(simulation::Tally));
  const std::uint64_t batches = simulation::batches_of(plan.paths);
  std::error_code error;
  const std::uintmax_t there = exists_ ? fs::file_size(path_, error) : 0;
  const double whole = output::journal_bytes(all + batch * static_cast<double>(batches), batches);
  return std::max(0.0, whole - (error ? 0 : static_cast<double>(there)));
}

std::string RunJournal::kept_text(const simulation::Simulation& simulation) const {
  return fmt::format("{} of {} paths are kept in {}", simulation.paths_done(), simulation.outcome().room(),
                     path_);
}

}  // namespace unhedged::app
