#pragma once
#include <string>

namespace unhedged::app {

/// A field of CSV, in quotes where it needs them. source  RFC 4180
std::string csv_field(const std::string& text);

}  // namespace unhedged::app
