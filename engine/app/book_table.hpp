#pragma once
#include <string>

#include "engine/simulation/plan.hpp"

namespace unhedged::app {

/// What the book holds, by asset: so that a slip of sign or size is seen before a night is spent on it.
std::string book_text(const simulation::Plan& plan);

}  // namespace unhedged::app
