#pragma once
#include "engine/pricing/belief.hpp"

/// The models that desks may believe in: a file each in pricing/models, and a row each in models.cpp.
namespace unhedged::pricing {

using ModelKind = KindOf<Belief>;

std::span<const ModelKind* const> model_kinds();

}  // namespace unhedged::pricing
