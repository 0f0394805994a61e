#include "engine/config/named_files.hpp"

#include <algorithm>
#include <filesystem>

namespace unhedged::config {
namespace {

namespace fs = std::filesystem;

/// In the order of the search.
std::vector<std::string> searched_folders(const std::string& what, const std::string& folder,
                                          const std::vector<std::string>& more) {
  std::vector<std::string> folders{folder + "/" + what, folder + "/../" + what, what};
  folders.insert(folders.end(), more.begin(), more.end());
  return folders;
}

/// Without the dots, unless those lead through a symbolic link to somewhere else.
std::string shown_path(const fs::path& path) {
  const fs::path normal = path.lexically_normal();
  std::error_code error;
  return fs::equivalent(normal, path, error) ? normal.string() : path.string();
}

/// The first file of a name counts; it hides the others, unless they are the same file.
void add_file(const fs::path& path, std::vector<NamedFile>& files) {
  const std::string name = path.stem().string(), shown = shown_path(path);
  const auto known = std::ranges::find(files, name, &NamedFile::name);
  std::error_code error;
  if (known == files.end()) files.push_back({name, shown, ""});
  else if (known->hides.empty() && !fs::equivalent(known->path, path, error)) known->hides = shown;
}

}  // namespace

std::string unreadable_folders(const char* what, const std::string& folder,
                               const std::vector<std::string>& more) {
  std::string text;
  for (const std::string& place : searched_folders(what, folder, more)) {
    std::error_code error;
    const fs::directory_iterator entry(place, error);
    if (error && error != std::errc::no_such_file_or_directory)
      text += "; " + fs::path(place).lexically_normal().string() + " cannot be searched: " + error.message();
  }
  return text;
}

std::vector<NamedFile> named_files(const char* what, const std::string& folder,
                                   const std::vector<std::string>& more) {
  std::vector<NamedFile> files;
  for (const std::string& place : searched_folders(what, folder, more)) {
    std::error_code error;
    for (fs::directory_iterator entry(place, error), end; !error && entry != end; entry.increment(error))
      if (entry->path().extension() == ".yaml") add_file(entry->path(), files);
  }
  std::ranges::sort(files, {}, &NamedFile::name);
  return files;
}

bool is_path(const std::string& name) {
  return name.find('/') != std::string::npos || name.ends_with(".yaml");
}

}  // namespace unhedged::config
