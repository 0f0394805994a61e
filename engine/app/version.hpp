#pragma once
#include <string>

namespace unhedged::app {

std::string engine_version();
std::string engine_revision();
std::string version_text();

}  // namespace unhedged::app
