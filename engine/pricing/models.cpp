#include "engine/pricing/models.hpp"

namespace unhedged::pricing {

static constinit const ModelKind* const kTable[] = {
    UNHEDGED_ROW(ModelKind, kBlackScholes), UNHEDGED_ROW(ModelKind, kLeland),
    UNHEDGED_ROW(ModelKind, kBachelier),    UNHEDGED_ROW(ModelKind, kMerton),
    UNHEDGED_ROW(ModelKind, kKou),          UNHEDGED_ROW(ModelKind, kHeston),
    UNHEDGED_ROW(ModelKind, kBates),
};

std::span<const ModelKind* const> model_kinds() { return kTable; }

}  // namespace unhedged::pricing
