#include "engine/app/metrics.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <system_error>

#include "engine/core/errors.hpp"

namespace unhedged::app {
namespace {

constexpr std::chrono::seconds kEvery{2};

/// As Prometheus wants the value of a label.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

constexpr const char* kHelp = "# HELP unhedged_";

/// Of every hedger under test in every scenario.
std::string tail_text(const TailSoFar& tail, const std::string& run) {
  std::string out;
  const auto add = [&](const char* name, const char* help, auto value) {
    out += kHelp + fmt::format("{0} {1}\n# TYPE unhedged_{0} gauge\n", name, help);
    for (const TailSoFar::HedgerTail& cell : tail.cells)
      out +=
          fmt::format("unhedged_{}{{run=\"{}\",scenario=\"{}\",hedger=\"{}\",metric=\"{}\"}} {}\n", name, run,
                      escaped(cell.scenario), escaped(cell.hedger), tail.metric, value(cell.shortfall));
  };
  const auto number = [](double x) { return std::isfinite(x) ? fmt::format("{}", x) : std::string("NaN"); };
  if (tail.cells.empty()) return out;
  add("expected_shortfall", "Expected shortfall so far, in the money of the run.",
      [&](const risk::Estimate& e) { return number(e.value); });
  add("expected_shortfall_lower", "Lower end of its interval; NaN: too few paths for one.",
      [&](const risk::Estimate& e) { return number(e.lower); });
  add("expected_shortfall_upper", "Upper end of its interval; NaN: too few paths for one.",
      [&](const risk::Estimate& e) { return number(e.upper); });
  out += kHelp + fmt::format(
                     "expected_shortfall_paths Paths that it is of.\n# TYPE "
                     "unhedged_expected_shortfall_paths gauge\n"
                     "unhedged_expected_shortfall_paths{{run=\"{}\"}} {}\n",
                     run, tail.paths);
  return out;
}

/// What stands there must have been written here. errors  IoError
void refuse_other_files(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return;
  std::string begin(std::strlen(kHelp), ' ');
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  if (file.gcount() > 0 && begin != kHelp)
    throw IoError(path, "holds something else than the metrics of a run, and is not replaced");
}

}  // namespace

MetricsFile::MetricsFile(std::string path, const std::string& run, std::uint64_t total_paths,
                         const Progress& progress, TailWatch& tail)
    : path_(std::move(path)), run_(escaped(run)), total_(total_paths), progress_(progress), tail_(tail) {
  if (path_.empty()) return;
  refuse_other_files(path_);
  if (const std::string why = write(); !why.empty()) throw IoError(path_, "cannot be written: " + why);
  try {
    thread_ = std::thread([this] { watch(); });
  } catch (const std::system_error&) {  // then it is written at the end alone
  }
}

MetricsFile::~MetricsFile() {
  if (path_.empty()) return;
  {
    const std::scoped_lock lock(mutex_);
    ends_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  write();
}

void MetricsFile::watch() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kEvery, [this] { return ends_; })) write();
}

std::string MetricsFile::text() const {
  std::string out;
  const auto add = [&](const char* name, const char* help, double value) {
    out += kHelp + fmt::format("{0} {1}\n# TYPE unhedged_{0} gauge\nunhedged_{0}{{run=\"{2}\"}} {3}\n", name,
                               help, run_, value);
  };
  const double rate = progress_.rate(), done = static_cast<double>(progress_.done()),
               all = static_cast<double>(total_);
  add("paths_done", "Paths that are simulated, or were there from a journal.", done);
  add("paths_total", "Paths that are asked for.", all);
  add("paths_per_second", "Paths simulated a second since the simulation began.", rate);
  add("seconds_left", "Expected time until all paths are simulated; -1: not known.",
      rate > 0 ? (all - done) / rate : -1);
  add("seconds_elapsed", "Time since the run began.", progress_.elapsed());
  add("finished", "1 when the result is in place.", finished_ ? 1 : 0);
  return out + tail_text(tail_.now(), run_);
}

std::string MetricsFile::write() const {
  const std::string temporary = path_ + ".tmp";
  std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
  file << text();
  file.close();
  if (file && std::rename(temporary.c_str(), path_.c_str()) == 0) return "";
  std::string why = std::strerror(errno);
  std::remove(temporary.c_str());
  return why;
}

}  // namespace unhedged::app
