#include "engine/app/export_parquet.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "engine/app/commands.hpp"
#include "engine/core/errors.hpp"

namespace unhedged::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWithout = "Parquet is written by the Python package: pip install unhedged[parquet]";

/// What runs the package; its arguments are a folder to look for it in, the result, the target, and 1 to
/// replace.
constexpr const char* kScript =
    "import sys\n"
    "sys.path[:0] = [sys.argv[1]] if sys.argv[1] else []\n"
    "try:\n"
    "    from unhedged.parquet import main\n"
    "except ImportError as error:\n"
    "    print(error, file=sys.stderr)\n"
    "    sys.exit(3)\n"
    "sys.exit(main(*sys.argv[2:4], force=sys.argv[4] == '1'))\n";

fs::path program_folder() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path();
}

std::string interpreter() {
  if (const char* chosen = std::getenv("UNHEDGED_PYTHON"); chosen != nullptr && *chosen != '\0')
    return chosen;
  const fs::path of_build = program_folder() / "../venv/bin/python";
  return ::access(of_build.c_str(), X_OK) == 0 ? of_build.lexically_normal().string() : "python3";
}

/// Of a tree of sources, or of a wheel; empty: the interpreter knows.
std::string package_folder() {
  for (const char* way : {"../../python", "../.."}) {
    const fs::path folder = (program_folder() / way).lexically_normal();
    std::error_code error;
    if (fs::is_regular_file(folder / "unhedged/parquet.py", error)) return folder.string();
  }
  return "";
}

/// returns  how it ended, as of waitpid
int run_to_the_end(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, arguments.front(), nullptr, nullptr, arguments.data(), environ);
  if (error != 0)
    throw IoError(words.front(), "cannot be run: " + std::string(std::strerror(error)) + "; " + kWithout);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) throw IoError(words.front(), std::string("is lost: ") + std::strerror(errno));
  return status;
}

}  // namespace

void export_parquet(const ExportArguments& arguments) {
  if (arguments.output.empty())
    throw UsageError("-o is needed: Parquet is a folder of tables, as in -o results/quickstart");
  const std::string python = interpreter();
  const int status = run_to_the_end({python, "-P", "-c", kScript, package_folder(), arguments.result,
                                     arguments.output, arguments.force ? "1" : "0"});
  if (WIFSIGNALED(status)) throw Interrupted();
  const int code = WEXITSTATUS(status);
  if (code == kDone) return;
  if (code == kInputOutput) throw IoError(arguments.output, "nothing was written");
  throw IoError(python, std::string("has no package that does it: ") + kWithout);
}

}  // namespace unhedged::app
