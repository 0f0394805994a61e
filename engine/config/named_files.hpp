#pragma once
#include <string>
#include <vector>

/// Files that configurations name without their folder.
namespace unhedged::config {

/// What is looked for: the folder of that name beside a configuration, beside its folder, where the program
/// was started, and where it was installed.
inline constexpr const char *kScenarioFolder = "scenarios", *kMarginFolder = "margin_models";

struct NamedFile {
  std::string name;
  std::string path;
  std::string hides = {};  ///< another file of that name, in a folder that is searched later; often none
};

/// Files that a configuration in `folder` can name, without duplicates. `more`: folders besides.
std::vector<NamedFile> named_files(const char* what, const std::string& folder,
                                   const std::vector<std::string>& more);

/// For a message: the folders that stand there but cannot be searched, and why.
std::string unreadable_folders(const char* what, const std::string& folder,
                               const std::vector<std::string>& more);

/// Whether a name of a file is a path rather than a name to be looked for.
bool is_path(const std::string& name);

}  // namespace unhedged::config
