#pragma once
#include <string_view>

/// The committed sources of the page and the library it embeds, as they were when the program was built
/// (cmake/ReportPage.cmake makes their definitions).
namespace unhedged::app {

extern const std::string_view kPageHtml, kPageStyle, kPageScript;

/// Apache ECharts, Apache License 2.0, and its notice.
extern const std::string_view kChartLibrary, kChartLibraryVersion, kChartLibraryNotice;

}  // namespace unhedged::app
