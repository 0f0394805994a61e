#include "engine/app/page/recorded_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "engine/app/page/thinning.hpp"

namespace unhedged::app {
namespace {

using nlohmann::json;
using output::RecordedPath;

constexpr std::size_t kRoom = 110'000;  // numbers of all paths: some 0.8 MB of text
constexpr int kDigits = 5;
constexpr std::size_t kDates = 2000;  // of the axis, besides those of the places that are shown
const std::vector<std::string> kByAsset{"spot", "half_spread", "delta", "hedge"};

/// How much is shown of a path, and of how many.
struct Extent {
  std::size_t ranks = 3, places = 240, assets = 0, cells = 0;

  std::size_t numbers_per_path() const { return places * (kByAsset.size() * assets + 3); }
  bool fits() const { return cells * ranks * numbers_per_path() <= kRoom; }
};

/// Coarser first, then fewer paths, then fewer assets, and at last not of every hedger.
Extent extent_of(std::size_t cells, std::size_t ranks, std::size_t assets, std::size_t times) {
  Extent out;
  out.ranks = std::min<std::size_t>(3, ranks);
  out.places = std::min<std::size_t>(240, times);
  out.assets = assets;
  out.cells = cells;
  while (!out.fits() && out.places > 120) out.places -= 30;
  while (!out.fits() && out.ranks > 1) --out.ranks;
  while (!out.fits() && out.places > 60) out.places -= 15;
  while (!out.fits() && out.assets > 1) --out.assets;
  out.cells = std::min(cells, kRoom / std::max<std::size_t>(1, out.ranks * out.numbers_per_path()));
  return out;
}

/// Scenario and hedger, the largest shortfall first.
std::vector<std::pair<std::size_t, std::size_t>> order_of(const TailNumbers& numbers) {
  std::vector<std::pair<std::size_t, std::size_t>> cells;
  for (std::size_t s = 0; s < numbers.scenarios.size(); ++s)
    for (std::size_t h = 0; h < numbers.hedgers.size(); ++h) cells.emplace_back(s, h);
  std::ranges::stable_sort(cells, std::ranges::greater(), [&](const auto& cell) {
    return numbers.shortfall[cell.first][cell.second].value;
  });
  return cells;
}

std::vector<double> of_asset(const std::vector<double>& track, std::size_t asset, std::size_t assets) {
  std::vector<double> out;
  for (std::size_t k = asset; k < track.size(); k += assets) out.push_back(track[k]);
  return out;
}

std::vector<double> over_assets(const std::vector<double>& track, std::size_t assets) {
  std::vector<double> out;
  for (std::size_t k = 0; k < track.size(); k += assets)
    out.push_back(std::accumulate(track.begin() + static_cast<std::ptrdiff_t>(k),
                                  track.begin() + static_cast<std::ptrdiff_t>(k + assets), 0.0));
  return out;
}

json at(const std::vector<double>& series, const std::vector<std::size_t>& places) {
  json out = json::array();
  for (const std::size_t t : places) out.push_back(rounded(series[t], kDigits));
  return out;
}

/// The assets whose part in the P&L of the path is largest, in the order of the file.
std::vector<std::size_t> chosen_assets(const RecordedPath& path, std::size_t assets, std::size_t most) {
  const std::vector<double>& pnl = path.tracks.back().second;
  std::vector<std::size_t> order(assets);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater(),
                           [&](std::size_t a) { return std::abs(pnl[pnl.size() - assets + a]); });
  order.resize(std::min(assets, most));
  std::ranges::sort(order);
  return order;
}

/// A recorded path, thinned; the places of its times are added to `dates`.
json path_json(const RecordedPath& path, const output::RecordedPaths& recorded, const Extent& extent,
               json& dates) {
  const std::size_t assets = recorded.assets.size();
  const std::vector<double> pnl = over_assets(path.tracks.back().second, assets);
  const std::vector<std::size_t> chosen = chosen_assets(path, assets, extent.assets);
  std::vector<std::vector<double>> guides{pnl};
  for (const std::size_t a : chosen) guides.push_back(of_asset(path.tracks.front().second, a, assets));
  const std::vector<std::size_t> places = shown_places(guides, path.regime, extent.places);
  json out{{"path", path.number}, {"pnl", path.pnl}, {"places", places}, {"assets", json::object()}};
  for (const std::size_t a : chosen)
    for (std::size_t k = 0; k < kByAsset.size(); ++k)
      out["assets"][recorded.assets[a]][kByAsset[k]] = at(of_asset(path.tracks[k].second, a, assets), places);
  out["pnl_so_far"] = at(pnl, places);
  out["regime"] = at(path.regime, places);
  for (const std::size_t t : places) dates[std::to_string(t)] = recorded.dates[t];
  return out;
}

}  // namespace

json recorded_json(const output::ReportSource& source, const TailNumbers& numbers, double days, Stop stop) {
  if (!source.data().recorded) return {};
  const output::RecordedPaths& recorded = *source.data().recorded;
  const auto cells = order_of(numbers);
  const Extent extent =
      extent_of(cells.size(), recorded.ranks, recorded.assets.size(), recorded.years.size());
  std::vector<std::string> tracks = kByAsset;
  tracks.emplace_back("pnl_so_far");
  json out{{"assets", recorded.assets},          {"regimes", recorded.regime_names}, {"ranks", extent.ranks},
           {"steps", recorded.years.size() - 1}, {"places", extent.places},          {"kept", recorded.ranks},
           {"assets_shown", extent.assets}};
  out["days_per_step"] = days / static_cast<double>(std::max<std::size_t>(1, recorded.years.size() - 1));
  json dates = json::object();
  const std::size_t stride = 1 + recorded.years.size() / kDates;
  for (std::size_t t = 0; t < recorded.years.size(); t += stride)
    dates[std::to_string(t)] = recorded.dates[t];
  out["date_stride"] = stride;
  out["cells"] = json::array();
  for (std::size_t k = 0; k < extent.cells; ++k) {
    stop.check();
    json paths = json::array();
    for (std::size_t rank = 0; rank < extent.ranks; ++rank)
      paths.push_back(
          path_json(source.recorded(cells[k].first, cells[k].second, rank, tracks), recorded, extent, dates));
    out["cells"].push_back({{"scenario", cells[k].first}, {"hedger", cells[k].second}, {"paths", paths}});
  }
  out["dates"] = std::move(dates);
  return out;
}

}  // namespace unhedged::app
