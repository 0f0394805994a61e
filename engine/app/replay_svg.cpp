#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "engine/app/page/page.hpp"
#include "engine/app/replay_series.hpp"
#include "engine/app/text_table.hpp"

/// The charts of a path as SVG. Colours are those of Okabe and Ito, which all eyes tell apart; lines that
/// share an axis differ in their dashes too.
namespace unhedged::app {
namespace {

constexpr double kWidth = 960, kPanel = 150, kLeft = 90, kRight = 20, kTop = 70, kGap = 44;

/// XML knows no control characters.
std::string escaped_xml(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  return html_text(text);
}

constexpr const char* kStyle =
    "<style>svg{font:13px sans-serif;background:#fff}text{fill:#222}.axis{stroke:#888;stroke-width:1}"
    ".r0{fill:#56b4e9}.r1{fill:#e69f00}.r2{fill:#cc79a7}.r3{fill:#009e73}.r4{fill:#f0e442}.r5{fill:#999}"
    ".stay{opacity:.22}.s0,.s1{fill:none;stroke-width:1.5}.s0{stroke:#0072b2}"
    ".s1{stroke:#d55e00;stroke-dasharray:5 3}"
    "@media(prefers-color-scheme:dark){svg{background:#16181c}text{fill:#ddd}.s0{stroke:#56b4e9}"
    ".s1{stroke:#e69f00}}</style>\n";

/// Where grid times stand from left to right.
double across(const Replayed& path, double step) {
  const double last = std::max<double>(1, static_cast<double>(path.record.steps - 1));
  return kLeft + (kWidth - kLeft - kRight) * step / last;
}

std::string stays(const Replayed& path, double top) {
  std::string out;
  for (const RegimeStay& stay : regime_stays(path)) {
    const double from = across(path, static_cast<double>(stay.first));
    const double to = across(
        path, std::min<double>(static_cast<double>(stay.end), static_cast<double>(path.record.steps - 1)));
    out += fmt::format(
        "<rect class=\"stay r{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
        "height=\"{:.1f}\"><title>{}</title>"
        "</rect>\n",
        stay.regime % 6, from, top, to - from, kPanel, escaped_xml(stay.name));
  }
  return out;
}

/// A curve, broken where it is no number.
std::string curve(const Replayed& path, const Series& series, std::size_t index, double low, double scale,
                  double bottom) {
  std::string points;
  bool pen_down = false;
  for (std::size_t t = 0; t < series.value.size(); ++t) {
    const double value = series.value[t];
    if (!std::isfinite(value)) {
      pen_down = false;
      continue;
    }
    points += fmt::format("{}{:.1f} {:.1f}", pen_down ? " L" : " M", across(path, static_cast<double>(t)),
                          bottom - (value - low) * scale);
    pen_down = true;
  }
  return fmt::format("<path class=\"s{}\" d=\"{}\"><title>{}</title></path>\n", index, points,
                     escaped_xml(series.name));
}

std::string panel_svg(const Replayed& path, const Panel& panel, double top) {
  const double low = panel.lowest(), high = panel.highest(), bottom = top + kPanel;
  const double scale = high > low ? kPanel / (high - low) : 0;
  std::string title, out = stays(path, top);
  for (const Series& series : panel.series) title += (title.empty() ? "" : "; dashed: ") + series.name;
  out += fmt::format("<text x=\"{}\" y=\"{:.1f}\" font-weight=\"bold\">{}</text>\n", kLeft, top - 7,
                     escaped_xml(title));
  out += fmt::format("<path class=\"axis\" fill=\"none\" d=\"M{0} {1:.1f} V{2:.1f} H{3}\"/>\n", kLeft, top,
                     bottom, kWidth - kRight);
  for (const auto& [value, y] : {std::pair{high, top + 11}, std::pair{low, bottom}})
    out += fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", kLeft - 6, y,
                       short_number(value));
  for (std::size_t k = 0; k < panel.series.size(); ++k)
    out += curve(path, panel.series[k], k, low, scale, bottom);
  return out;
}

std::string legend(const Replayed& path, double y) {
  std::string out;
  double x = kLeft;
  std::vector<std::size_t> named;
  for (const RegimeStay& stay : regime_stays(path)) {
    if (std::ranges::find(named, stay.regime) != named.end()) continue;
    named.push_back(stay.regime);
    out += fmt::format(
        "<rect class=\"stay r{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"14\" height=\"14\"/>"
        "<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
        stay.regime % 6, x, y - 12, x + 19, y, escaped_xml(stay.name));
    x += 40 + 8 * static_cast<double>(screen_width(stay.name));
  }
  return out;
}

}  // namespace

std::string replay_svg(const Replayed& path) {
  const std::vector<Panel> panels = panels_of(path);
  const double height = kTop + static_cast<double>(panels.size()) * (kPanel + kGap) + 20;
  const std::string title = escaped_xml(path.title());
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1:.0f}\" width=\"{0}\" "
      "height=\"{1:.0f}\" "
      "role=\"img\" aria-label=\"{2}\">\n<title>{2}</title>\n",
      kWidth, height, title);
  constexpr double whole = 15, letters = 105;  // at that size as many fit in the width
  const double size = std::min(whole, whole * letters / static_cast<double>(path.title().size()));
  out += kStyle +
         fmt::format("<text x=\"{}\" y=\"20\" font-size=\"{:.3g}\">{}</text>\n", kLeft, size, title) +
         legend(path, 42);
  double top = kTop;
  for (const Panel& panel : panels) {
    out += panel_svg(path, panel, top);
    top += kPanel + kGap;
  }
  out += fmt::format(
      "<text x=\"{}\" y=\"{:.0f}\">{}</text>\n<text x=\"{}\" y=\"{:.0f}\" text-anchor=\"end\">{}"
      "</text>\n</svg>\n",
      kLeft, height - 24, escaped_xml(path.stamps.front()), kWidth - kRight, height - 24,
      escaped_xml(path.stamps.back()));
  return out;
}

}  // namespace unhedged::app
