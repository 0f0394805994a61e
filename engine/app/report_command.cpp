#include <fmt/core.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "engine/app/commands.hpp"
#include "engine/app/messages.hpp"
#include "engine/app/page/page.hpp"
#include "engine/app/result_set.hpp"
#include "engine/app/signals.hpp"
#include "engine/config/load.hpp"
#include "engine/core/errors.hpp"
#include "engine/output/safe_file.hpp"

namespace unhedged::app {
namespace {

/// results/run.html for results/run.h5.
std::string page_beside(const std::string& result) {
  return std::filesystem::path(result).replace_extension(".html").string();
}

void write_page(const std::string& path, const std::string& shown, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) throw IoError(shown, std::string("cannot be written: ") + std::strerror(errno));
}

/// Which differences are any, as `compare` says of this result alone.
risk::Scoreboard judged(const std::string& path, Stop stop) {
  const ResultSet results({path});
  risk::Contest contest = results.contest();
  contest.pnl = [&](std::size_t s, std::size_t h) {
    stop.check();
    return results.pnl(s, h);
  };
  return risk::make_scoreboard(contest);
}

}  // namespace

int report_command(const ReportArguments& arguments) {
  const std::string target =
      config::without_dots(arguments.output.empty() ? page_beside(arguments.result) : arguments.output);
  const auto existing = arguments.force ? output::Existing::replace : output::Existing::refuse;
  output::require_free({target, existing, {arguments.result}});
  const output::ReportSource source(arguments.result);
  OrderlyStop orderly;
  output::SafeFile file({target, existing, {arguments.result}});
  orderly.guard(file.temporary(), file.made_folders());
  const std::string page =
      report_page(source, judged(arguments.result, orderly.stop()), {arguments.paths}, orderly.stop());
  write_page(file.temporary(), target, page);
  file.flush();
  orderly.begin_commit();
  file.commit();
  orderly.end_commit();
  if (!arguments.quiet) note(fmt::format("{}: {:.2f} MB", target, static_cast<double>(page.size()) / 1e6));
  return kDone;
}

}  // namespace unhedged::app
