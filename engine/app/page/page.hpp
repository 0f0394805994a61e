#pragma once
#include <string>

#include "engine/app/page/page_data.hpp"

namespace unhedged::app {

/// The page of a result: one HTML text that needs nothing else.
/// `board`: of this result alone. errors  IoError, Interrupted
std::string report_page(const output::ReportSource& source, const risk::Scoreboard& board,
                        const PageOptions& options, Stop stop = {});

/// Fit to stand in HTML, attributes included.
std::string html_text(const std::string& text);

}  // namespace unhedged::app
