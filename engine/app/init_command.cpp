#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "engine/app/messages.hpp"
#include "engine/app/reference_cli.hpp"
#include "engine/core/errors.hpp"

namespace unhedged::app {
namespace {

namespace fs = std::filesystem;

struct StarterFile {
  const char *name, *text;
};

constexpr StarterFile kStarter[] = {
#include "starter_texts.inc"
};

[[noreturn]] void refuse(const fs::path& place, int reason) {
  throw IoError(place.string(), std::string("cannot be written: ") + std::strerror(reason));
}

/// A file that must not be there yet.
void write_new(const fs::path& file, const std::string& text) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(std::fopen(file.c_str(), "wx"), &std::fclose);
  if (!stream) refuse(file, errno);
  if (std::fwrite(text.data(), 1, text.size(), stream.get()) != text.size() || std::fflush(stream.get()) != 0)
    refuse(file, errno);
}

/// Makes a folder and those above it. returns  the topmost one that was made; empty: all were there
fs::path make_folders(const fs::path& folder) {
  fs::path made;
  for (fs::path each = fs::absolute(folder); !fs::exists(each); each = each.parent_path()) made = each;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) refuse(folder, error.value());
  return made;
}

void require_absent(const fs::path& folder) {
  for (const StarterFile& file : kStarter)
    if (fs::exists(fs::symlink_status(folder / file.name)))
      throw IoError((folder / file.name).string(), "exists, and init replaces nothing");
}

}  // namespace

int init_command(const std::string& folder) {
  if (folder.empty()) throw UsageError("init: the name of the folder is empty");
  const fs::path root(folder);
  require_absent(root);
  std::vector<fs::path> written;
  const fs::path made = make_folders(root);
  fs::path made_inside;
  try {
    made_inside = make_folders(root / "scenarios");
    for (const StarterFile& file : kStarter) {
      write_new(root / file.name, file.text);
      written.push_back(root / file.name);
    }
  } catch (...) {
    std::error_code ignored;
    for (const fs::path& file : written) fs::remove(file, ignored);
    for (const fs::path& place : {made_inside, made})
      if (!place.empty()) fs::remove_all(place, ignored);
    throw;
  }
  for (const fs::path& file : written) std::printf("%s\n", file.c_str());
  note("next: cd " + folder + " && unhedged run run.yaml");
  return kDone;
}

}  // namespace unhedged::app
