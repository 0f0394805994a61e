#include "engine/app/page/page.hpp"

#include <cctype>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

#include "engine/app/page/headline.hpp"
#include "engine/app/page/page_texts.hpp"
#include "engine/core/errors.hpp"

namespace unhedged::app {
namespace {

/// The template with {{name}} replaced; what is put in is not looked at again.
std::string filled(std::string_view text, const std::map<std::string, std::string_view>& parts) {
  std::string out;
  std::size_t done = 0;
  for (std::size_t open = text.find("{{"); open != std::string_view::npos; open = text.find("{{", done)) {
    const std::size_t close = text.find("}}", open);
    UNHEDGED_EXPECT(close != std::string_view::npos);
    const auto part = parts.find(std::string(text.substr(open + 2, close - open - 2)));
    UNHEDGED_EXPECT(part != parts.end());
    out += text.substr(done, open - done);
    out += part->second;
    done = close + 2;
  }
  out += text.substr(done);
  return out;
}

/// JSON that cannot end the script element it stands in.
std::string script_json(const nlohmann::json& data) {
  const std::string text = data.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::string out;
  out.reserve(text.size());
  for (const char c : text) c == '<' ? out += "\\u003c" : out += c;
  return out;
}

/// Text for HTML in which a number is not parted from its k, M, G, T or %.
std::string html_words(const std::string& text) {
  const auto is_suffix = [&](std::size_t k) {
    return k < text.size() && std::string_view("kMGT%").find(text[k]) != std::string_view::npos &&
           (k + 1 == text.size() || std::isalnum(static_cast<unsigned char>(text[k + 1])) == 0);
  };
  std::string out;
  for (std::size_t k = 0; k < text.size(); ++k) {
    const bool after_digit = k > 0 && std::isdigit(static_cast<unsigned char>(text[k - 1])) != 0;
    out += text[k] == ' ' && after_digit && is_suffix(k + 1) ? "\u00a0" : std::string(1, text[k]);
  }
  return html_text(out);
}

std::string list_items(const std::vector<std::string>& points) {
  std::string out;
  for (const std::string& point : points) {
    const std::size_t colon = point.find(": ");
    out +=
        "<li><b>" + html_text(point.substr(0, colon)) + "</b>" + html_words(point.substr(colon)) + "</li>\n";
  }
  return out;
}

}  // namespace

std::string html_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '"') out += "&quot;";
    else if (c == '\'') out += "&#39;";
    else out += c;
  }
  return out;
}

std::string report_page(const output::ReportSource& source, const risk::Scoreboard& board,
                        const PageOptions& options, Stop stop) {
  const RunChoices choices = read_choices(source.data());
  const TailNumbers numbers = tail_numbers(source, choices, board);
  const Headline headline = headline_of(numbers);
  const std::string title = html_text(source.data().attribute("title")),
                    description = html_text(source.data().attribute("description")),
                    lead = html_words(headline.lead), points = list_items(headline.points),
                    terms = html_words(headline.terms),
                    data = script_json(page_data(source, choices, numbers, options, stop));
  return filled(kPageHtml, {{"title", title},
                            {"description", description},
                            {"lead", lead},
                            {"points", points},
                            {"terms", terms},
                            {"data", data},
                            {"style", kPageStyle},
                            {"script", kPageScript},
                            {"library", kChartLibrary},
                            {"library_version", kChartLibraryVersion},
                            {"library_notice", kChartLibraryNotice}});
}

}  // namespace unhedged::app
