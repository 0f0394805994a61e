#pragma once
#include <string>
#include <utility>
#include <vector>

#include "engine/simulation/report.hpp"

namespace unhedged::output {

/// Version of the layout in docs/formats/results.md. A change that breaks readers raises the first part.
inline constexpr const char* kFormatVersion = "1.1";

/// Where a result comes from.
struct Provenance {
  std::string engine_version, engine_revision;
  std::string configuration_path, configuration, description;
  std::vector<std::pair<std::string, std::string>> overrides;
  std::vector<std::pair<std::string, std::string>> scenario_texts;  ///< name, text of the file
  std::string book_path, book_text;  ///< of a book in a file of its own; else empty
  std::vector<std::pair<std::string, double>> correlation_repairs;  ///< where, Frobenius distance
  std::string started, finished;  ///< UTC, ISO 8601
};

/// Writes the result file at `path` (which must not exist) as docs/formats/results.md describes it, and
/// reads it back to check it.
/// errors  IoError; the file is then good for nothing
void write_results(const std::string& path, const simulation::PreparedRun& prepared,
                   const simulation::Outcome& outcome, const simulation::Report& report,
                   const Provenance& provenance);

std::string sha256(const std::string& text);

}  // namespace unhedged::output
