#include "engine/app/export_command.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "engine/app/commands.hpp"
#include "engine/app/export_parquet.hpp"
#include "engine/app/export_tables.hpp"
#include "engine/app/messages.hpp"
#include "engine/app/signals.hpp"
#include "engine/config/load.hpp"
#include "engine/core/errors.hpp"
#include "engine/output/safe_file.hpp"

namespace unhedged::app {
namespace {

namespace fs = std::filesystem;

/// A file that is written to its end, or an error.
class WholeFile {
 public:
  explicit WholeFile(std::string path) : path_(std::move(path)), file_(path_, std::ios::binary) {}

  void add(const std::string& text) {
    file_ << text;
    if (!file_) throw IoError(path_, std::string("cannot be written: ") + std::strerror(errno));
  }
  void close() {
    file_.close();
    if (!file_) throw IoError(path_, std::string("cannot be written: ") + std::strerror(errno));
  }

 private:
  std::string path_;
  std::ofstream file_;
};

/// A folder that appears with all of its files or not at all.
class WholeFolder {
 public:
  explicit WholeFolder(const std::string& path) : target_(fs::path(path).lexically_normal()) {
    if (!target_.has_filename()) target_ = target_.parent_path();
    std::error_code error;
    if (fs::symlink_status(target_, error).type() != fs::file_type::not_found)
      throw IoError(path, "exists already: a folder is only made, never replaced");
    partial_ = target_.parent_path() / ("." + target_.filename().string() + ".partial");
    if (!fs::create_directory(partial_, error))
      throw IoError(partial_.string(), error ? "cannot be made: " + error.message()
                                             : "exists already: another export is under way, or was killed");
  }
  WholeFolder(const WholeFolder&) = delete;
  WholeFolder& operator=(const WholeFolder&) = delete;
  ~WholeFolder() {
    std::error_code error;
    if (!done_) fs::remove_all(partial_, error);
  }

  std::string at(const std::string& name) const { return (partial_ / name).string(); }

  void commit() {
    const int error = output::rename_file(partial_.string(), target_.string(), false);
    if (error != 0) throw IoError(target_.string(), std::string("cannot be made: ") + std::strerror(error));
    done_ = true;
  }

 private:
  fs::path target_, partial_;
  bool done_ = false;
};

void write_small(const std::string& path, const std::string& text) {
  WholeFile file(path);
  file.add(text);
  file.close();
}

void export_csv(const output::ResultFile& result, const ExportArguments& arguments,
                const OrderlyStop& orderly) {
  if (arguments.output.empty())
    throw UsageError("-o is needed: CSV is a folder of tables, as in -o results/quickstart");
  WholeFolder folder(arguments.output);
  for (const ExportTable& table : tables_of(result)) {
    WholeFile file(folder.at(table.name + ".csv"));
    write_csv(
        result, table, [&](const std::string& text) { file.add(text); }, orderly.stop());
    file.close();
  }
  write_small(folder.at("columns.csv"), columns_csv(result));
  write_small(folder.at("attributes.csv"), attributes_csv(result));
  folder.commit();
}

void print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size())
    throw IoError("standard output", std::string("cannot be written: ") + std::strerror(errno));
}

void export_json(const output::ResultFile& result, const ExportArguments& arguments, OrderlyStop& orderly) {
  if (arguments.output.empty()) return write_json(result, print, orderly.stop());
  const std::string target = config::without_dots(arguments.output);
  output::SafeFile file(
      {target, arguments.force ? output::Existing::replace : output::Existing::refuse, {arguments.result}});
  orderly.guard(file.temporary(), file.made_folders());
  WholeFile whole(file.temporary());
  write_json(
      result, [&](const std::string& text) { whole.add(text); }, orderly.stop());
  whole.close();
  file.flush();
  orderly.begin_commit();
  file.commit();
  orderly.end_commit();
}

}  // namespace

int export_command(const ExportArguments& arguments) {
  const output::ResultFile result(arguments.result);
  if (arguments.format == "parquet") {
    export_parquet(arguments);  // a process of its own, which signals reach
  } else {
    OrderlyStop orderly;
    if (arguments.format == "csv") export_csv(result, arguments, orderly);
    else export_json(result, arguments, orderly);
  }
  if (!arguments.output.empty() && !arguments.quiet)
    note(arguments.result + " is exported to " + arguments.output);
  return kDone;
}

}  // namespace unhedged::app
