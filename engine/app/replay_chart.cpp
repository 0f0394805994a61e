#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/app/replay_series.hpp"
#include "engine/app/text_table.hpp"

/// Charts of characters: each holds two columns of four dots (Braille, U+2800).
namespace unhedged::app {
namespace {

constexpr std::size_t kRows = 6, kLabel = 11;

class Canvas {
 public:
  explicit Canvas(std::size_t width) : width_(width), cell_(width * kRows, 0) {}

  std::size_t columns() const { return 2 * width_; }
  static constexpr std::size_t kDots = 4 * kRows;

  /// Column from the left, dot from below.
  void set(std::size_t column, std::size_t dot) {
    constexpr unsigned bits[2][4] = {{0x40, 0x04, 0x02, 0x01}, {0x80, 0x20, 0x10, 0x08}};
    const std::size_t row = kRows - 1 - dot / 4;
    cell_[row * width_ + column / 2] |= bits[column % 2][dot % 4];
  }

  std::string row(std::size_t index) const {
    std::string out;
    for (std::size_t c = 0; c < width_; ++c) {
      const unsigned code = 0x2800 + cell_[index * width_ + c];
      out += static_cast<char>(0xE0 | (code >> 12));
      out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
      out += static_cast<char>(0x80 | (code & 0x3F));
    }
    return out;
  }

 private:
  std::size_t width_;
  std::vector<unsigned> cell_;
};

/// A curve: in each column all dots from the least to the greatest of what falls into it, joined to the last.
void draw(const std::vector<double>& values, double low, double high, Canvas& canvas) {
  const double scale = high > low ? (Canvas::kDots - 1) / (high - low) : 0;
  std::size_t before = Canvas::kDots;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    const auto dot = static_cast<std::size_t>(std::lround((values[i] - low) * scale));
    const std::size_t column = values.size() > 1 ? i * (canvas.columns() - 1) / (values.size() - 1) : 0;
    if (before == Canvas::kDots) before = dot;
    for (std::size_t d = std::min(before, dot); d <= std::max(before, dot); ++d) canvas.set(column, d);
    before = dot;
  }
}

std::string panel_text(const Panel& panel, std::size_t width) {
  const double low = panel.lowest(), high = panel.highest();
  std::string out;
  for (const Series& series : panel.series) {
    Canvas canvas(width);
    draw(series.value, low, high, canvas);
    out += series.name + "\n";
    for (std::size_t row = 0; row < kRows; ++row) {
      const std::string label = row == 0 ? short_number(high) : row + 1 == kRows ? short_number(low) : "";
      out += right_aligned(label, kLabel) + " " + canvas.row(row) + "\n";
    }
  }
  return out;
}

/// Letters under the charts, and what they mean.
std::string regime_text(const Replayed& path, std::size_t width) {
  const auto letter = [](std::size_t regime) { return static_cast<char>('a' + regime % 26); };
  std::string line(width, ' '), legend;
  const std::size_t last = path.record.steps - 1;
  for (std::size_t c = 0; c < width; ++c)
    line[c] = letter(path.record.regime[width > 1 ? c * last / (width - 1) : 0]);
  std::vector<std::size_t> named;
  for (const RegimeStay& stay : regime_stays(path)) {
    if (std::ranges::find(named, stay.regime) != named.end()) continue;
    named.push_back(stay.regime);
    legend += fmt::format("{}{} {}", legend.empty() ? "" : ", ", letter(stay.regime), stay.name);
  }
  return left_aligned("regime", kLabel) + " " + line + "\n" + wrapped(legend, width + kLabel);
}

}  // namespace

double Panel::lowest() const {
  double out = std::numeric_limits<double>::infinity();
  for (const Series& one : series)
    for (const double x : one.value)
      if (std::isfinite(x)) out = std::min(out, x);
  return std::isfinite(out) ? out : 0;
}

double Panel::highest() const {
  double out = -std::numeric_limits<double>::infinity();
  for (const Series& one : series)
    for (const double x : one.value)
      if (std::isfinite(x)) out = std::max(out, x);
  return std::isfinite(out) ? out : 0;
}

std::vector<Panel> panels_of(const Replayed& path) {
  std::vector<Panel> out;
  const auto track = [&](const std::string& name, const char* what, std::size_t asset, double factor) {
    Series series{name, {}};
    for (std::size_t t = 0; t < path.record.steps; ++t)
      series.value.push_back(factor * path.at(what, t, asset));
    return series;
  };
  for (std::size_t a = 0; a < path.record.assets; ++a) {
    const std::string asset = path.plan.assets[a].name;
    out.push_back({asset + ": spot", {track(asset + " spot", "spot", a, 1)}});
    if (path.plan.hedgers[path.hedger].hedges(a))
      out.push_back(
          {asset + ": units",
           {track(asset + " hedge, units", "hedge", a, 1),
            track(asset + " delta of the book with the sign of its hedge, units", "delta", a, -1)}});
    out.push_back({asset + ": half spread", {track(asset + " half spread, bp", "half_spread", a, 1e4)}});
  }
  Series pnl{"P&L so far, " + path.plan.currency, {}};
  for (std::size_t t = 0; t < path.record.steps; ++t) pnl.value.push_back(path.pnl_so_far(t));
  out.push_back({"P&L so far", {pnl}});
  return out;
}

std::vector<RegimeStay> regime_stays(const Replayed& path) {
  std::vector<RegimeStay> out;
  for (std::size_t t = 0; t < path.record.steps; ++t) {
    const std::size_t regime = path.record.regime[t];
    if (out.empty() || out.back().regime != regime) out.push_back({path.regime(t), regime, t, t});
    out.back().end = t + 1;
  }
  return out;
}

std::string replay_chart(const Replayed& path, std::size_t width) {
  const std::size_t inner = std::max<std::size_t>(width, kLabel + 20) - kLabel - 1;
  std::string out = path.title() + "\n\n";
  for (const Panel& panel : panels_of(path)) out += panel_text(panel, inner);
  const std::string& end = path.stamps.back();
  const std::string axis = path.stamps.front();
  const std::size_t gap =
      inner > screen_width(axis) + screen_width(end) ? inner - screen_width(axis) - screen_width(end) : 1;
  return out + std::string(kLabel + 1, ' ') + axis + std::string(gap, ' ') + end + "\n" +
         regime_text(path, inner);
}

}  // namespace unhedged::app
