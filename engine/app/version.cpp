#include "engine/app/version.hpp"

#include "engine/core/isa.hpp"

namespace unhedged::app {

std::string engine_version() { return UNHEDGED_VERSION; }

std::string engine_revision() {
  std::string text =
#include "revision.inc"
      ;
  return text;
}

std::string version_text() {
  return "unhedged " + engine_version() + " (" + engine_revision() + ", " +
         std::string(name_of(active_isa())) + ")";
}

}  // namespace unhedged::app
