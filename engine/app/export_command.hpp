#pragma once
#include <string>

namespace unhedged::app {

struct ExportArguments {
  std::string result, format, output;  ///< output: a folder for CSV, a file for JSON; empty: stdout
  bool force = false, quiet = false;
};

int export_command(const ExportArguments& arguments);

}  // namespace unhedged::app
