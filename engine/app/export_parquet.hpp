#pragma once
#include "engine/app/export_command.hpp"

namespace unhedged::app {

/// Writes a folder of Parquet files through the Python package `unhedged`, which has Arrow: that beside this
/// program, or the one that is installed. The interpreter is that of UNHEDGED_PYTHON, that of a build's
/// environment for tests, or python3.
/// errors  IoError with what the package says; or with how to get it
void export_parquet(const ExportArguments& arguments);

}  // namespace unhedged::app
