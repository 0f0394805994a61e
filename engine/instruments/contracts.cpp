#include "engine/core/parameter.hpp"
#include "engine/instruments/contract.hpp"

namespace unhedged::instruments {

static constinit const ContractRow* const kTable[] = {
    UNHEDGED_ROW(ContractRow, kDigitalCall),
    UNHEDGED_ROW(ContractRow, kDigitalPut),
    UNHEDGED_ROW(ContractRow, kAssetDigitalCall),
    UNHEDGED_ROW(ContractRow, kAssetDigitalPut),
    UNHEDGED_ROW(ContractRow, kDownAndOutCall),
    UNHEDGED_ROW(ContractRow, kDownAndInCall),
    UNHEDGED_ROW(ContractRow, kUpAndOutCall),
    UNHEDGED_ROW(ContractRow, kUpAndInCall),
    UNHEDGED_ROW(ContractRow, kDownAndOutPut),
    UNHEDGED_ROW(ContractRow, kDownAndInPut),
    UNHEDGED_ROW(ContractRow, kUpAndOutPut),
    UNHEDGED_ROW(ContractRow, kUpAndInPut),
    UNHEDGED_ROW(ContractRow, kAsianCall),
    UNHEDGED_ROW(ContractRow, kAsianPut),
    UNHEDGED_ROW(ContractRow, kGeometricAsianCall),
    UNHEDGED_ROW(ContractRow, kGeometricAsianPut),
    UNHEDGED_ROW(ContractRow, kLookbackCall),
    UNHEDGED_ROW(ContractRow, kLookbackPut),
    UNHEDGED_ROW(ContractRow, kFloatingLookbackCall),
    UNHEDGED_ROW(ContractRow, kFloatingLookbackPut),
    UNHEDGED_ROW(ContractRow, kForwardStartCall),
    UNHEDGED_ROW(ContractRow, kForwardStartPut),
    UNHEDGED_ROW(ContractRow, kCliquet),
    UNHEDGED_ROW(ContractRow, kVarianceSwap),
    UNHEDGED_ROW(ContractRow, kAmericanCall),
    UNHEDGED_ROW(ContractRow, kAmericanPut),
    UNHEDGED_ROW(ContractRow, kBermudanCall),
    UNHEDGED_ROW(ContractRow, kBermudanPut),
};

std::span<const ContractRow* const> contract_rows() { return kTable; }

}  // namespace unhedged::instruments
