#include "engine/pricing/models.hpp"

namespace unhedged::pricing {

static constinit const ModelKind* const kTable[] = {
    UNHEDGED_ROW(ModelKind, kBlackScholes),
};

std::span<const ModelKind* const> model_kinds() { return kTable; }

}  // namespace unhedged::pricing
