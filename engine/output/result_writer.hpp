#pragma once
#include <string>
#include <utility>
#include <vector>

#include "engine/simulation/report.hpp"

namespace unhedged::output {

/// Version of the layout in docs/formats/results.md. A change that breaks readers raises the first part.
inline constexpr const char* kFormatVersion = "1.6";
/// The oldest with all that is needed here.
inline constexpr const char* kOldestFormat = "1.4";

/// Where a result comes from.
struct Provenance {
  std::string engine_version, engine_revision;
  std::string configuration_path, configuration, description;
  std::vector<std::pair<std::string, std::string>> overrides;
  std::vector<std::pair<std::string, std::string>> scenario_texts;  ///< name, text of the file
  std::string book_path, book_text;  ///< of a book in a file of its own; else empty
  std::vector<std::pair<std::string, std::string>>
      scenario_files;                                       ///< name, path; inline ones are not among them
  std::vector<std::pair<std::string, std::string>> inputs;  ///< path and text of every file read, first the
                                                            ///< configuration
  std::vector<std::pair<std::string, double>> correlation_repairs;  ///< where, Frobenius distance
  std::string started, finished;                                    ///< UTC, ISO 8601
};

/// Where to write, the name to give it in messages, and when to give up.
struct Destination {
  std::string path, shown;
  Stop stop = {};
};

/// Writes the result file as docs/formats/results.md describes it, in place of what is at the path, and reads
/// it back to check it.
/// errors  IoError, Interrupted; the file is then good for nothing
void write_results(const Destination& destination, const simulation::PreparedRun& prepared,
                   const simulation::Outcome& outcome, const simulation::Report& report,
                   const Provenance& provenance);

/// Bytes the result of a plan takes, but for the texts: of whole chunks, some per cent above the truth.
double estimated_bytes(const simulation::Plan& plan);

}  // namespace unhedged::output
