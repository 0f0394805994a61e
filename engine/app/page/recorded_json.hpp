#pragma once
#include <nlohmann/json_fwd.hpp>

#include "engine/app/page/tail_numbers.hpp"
#include "engine/core/stop.hpp"
#include "engine/output/report_data.hpp"

namespace unhedged::app {

/// The worst recorded paths of every scenario and hedger, as many and as fine as a page has room for; those
/// with the largest shortfall first. Null if the file has none. errors  IoError, Interrupted
nlohmann::json recorded_json(const output::ReportSource& source, const TailNumbers& numbers, double days,
                             Stop stop);

}  // namespace unhedged::app
