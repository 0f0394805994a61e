#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/app/compare_output.hpp"
#include "engine/app/text_table.hpp"
#include "engine/risk/mixture.hpp"

/// The comparison for people: as text, and as Markdown.
namespace unhedged::app {
namespace {

using Row = std::vector<std::string>;

/// A table and what is said of it.
struct Section {
  std::string title;
  Row header;
  std::vector<Row> rows;
  std::vector<std::string> notes;
};

std::string range_text(const risk::Estimate& e, const auto& number) {
  if (e.known == risk::Known::nothing) return "n/a";
  if (e.known == risk::Known::value) return number(e.value) + " [n/a]";
  if (e.lower == e.upper) return number(e.value);
  return number(e.value) + " [" + number(e.lower) + ", " + number(e.upper) + "]";
}

std::string money(const risk::Estimate& e) {
  return range_text(e, [](double x) { return short_number(x); });
}

std::string times_text(const risk::Estimate& e) {
  return range_text(e, [](double x) { return fmt::format("{:.3g} x", x); });
}

std::string percent(const risk::Estimate& e) {
  return e.known == risk::Known::nothing ? "n/a" : fixed(100 * e.value, 1) + " %";
}

std::string place_text(const risk::RankRange& place) {
  const std::string ranks = place.first == place.last ? fmt::format("{}", place.first)
                                                      : fmt::format("{}-{}", place.first, place.last);
  const bool short_ones =
      std::ranges::all_of(place.groups, [](const std::string& g) { return g.size() == 1; });
  return ranks + " " + fmt::format("{}", fmt::join(place.groups, short_ones ? "" : ","));
}

std::string level_text(const Compared& c) { return fmt::format("{:g} %", 100 * c.contest.level); }

/// Which neighbours in the order are not told apart.
std::string verdict(const Compared& c, const risk::Ranking& ranking) {
  std::size_t told_apart = 0;
  for (const risk::PairTest& pair : ranking.pairs) told_apart += pair.significant ? 1 : 0;
  if (ranking.pairs.empty()) return "";
  const risk::RankRange& best = ranking.places[ranking.order.front()];
  std::string tied;
  for (const std::size_t h : ranking.order) {
    if (h != ranking.order.front() && ranking.places[h].shares_group(best))
      tied += (tied.empty() ? "" : ", ") + c.hedger(h);
  }
  const std::string& first = c.hedger(ranking.order.front());
  const std::string lead =
      tied.empty() ? first + " is ahead of all others" : first + " is not told apart from " + tied;
  const bool none_tested = std::ranges::all_of(
      ranking.pairs, [](const risk::PairTest& pair) { return std::isnan(pair.difference.lower); });
  return fmt::format("{} of {} differences {} significant; {}{}.", told_apart, ranking.pairs.size(),
                     ranking.pairs.size() == 1 ? "is" : "are", lead,
                     none_tested ? " (none could be tested: paths are too few, or no pairs)" : "");
}

Section scenario_section(const Compared& c, std::size_t s) {
  const risk::ScenarioBoard& board = c.board.scenarios[s];
  Section out{fmt::format("{} ({} paths)", c.scenario(s), c.results.paths(s)), {}, {}, {}};
  out.header = {"rank",
                "hedger",
                "ES " + level_text(c),
                "VaR " + level_text(c),
                "effectiveness",
                "in ES",
                "P(worse)",
                "cost",
                "regret",
                "over calm"};
  if (board.over_calm.empty()) out.header.pop_back();
  const std::vector<std::string> metric = compared_metrics(c);
  for (const std::size_t h : board.ranking.order) {
    const auto of = [&](std::size_t k) { return c.results.summary(s, h, metric[k]); };
    Row row{place_text(board.ranking.places[h]),
            c.hedger(h),
            money(board.shortfall[h]),
            money(of(0)),
            percent(of(1)),
            percent(of(2)),
            percent(of(3)),
            short_number(of(4).value),
            money(board.regret[h])};
    if (!board.over_calm.empty()) row.push_back(times_text(board.over_calm[h]));
    out.rows.push_back(row);
  }
  if (const std::string text = verdict(c, board.ranking); !text.empty()) out.notes.push_back(text);
  if (board.spread)
    out.notes.push_back(fmt::format("Model-risk spread, largest less least ES of those who hedge: {} {}.",
                                    money(board.spread->estimate), c.unit()));
  return out;
}

std::string weights_text(const Compared& c) {
  if (c.weights_said_by.empty()) return "all scenarios weigh the same, because no weights are stated";
  const std::vector<double> shares = risk::shares_of(c.contest.weights);
  std::string out;
  for (std::size_t s = 0; s < c.contest.scenarios; ++s)
    out += fmt::format("{}{} {} %", out.empty() ? "" : ", ", c.scenario(s), fixed(100 * shares[s], 1));
  return "weights of " + c.weights_said_by + ": " + out;
}

Section overall_section(const Compared& c) {
  const risk::OverallBoard& board = c.board.overall;
  Section out{fmt::format("all scenarios; {}", weights_text(c)), {}, {}, {}};
  out.header = {"rank",           "hedger", "weighted ES",    "worst case", "in",
                "largest regret", "in",     "most over calm", "in"};
  if (board.over_calm.empty()) out.header.resize(7);
  for (const std::size_t h : board.ranking.order) {
    const bool regrets = board.most_regret[h].estimate.value > 0;
    Row row{place_text(board.ranking.places[h]),
            c.hedger(h),
            money(board.score[h]),
            money(board.worst_case[h].estimate),
            c.scenario(board.worst_case[h].which),
            money(board.most_regret[h].estimate),
            regrets ? c.scenario(board.most_regret[h].which) : "-"};
    if (!board.over_calm.empty()) {
      row.push_back(times_text(board.over_calm[h].estimate));
      row.push_back(c.scenario(board.over_calm[h].which));
    }
    out.rows.push_back(row);
  }
  if (const std::string text = verdict(c, board.ranking); !text.empty()) out.notes.push_back(text);
  if (board.over_calm.empty())
    out.notes.push_back(
        "Nothing is held against a calm scenario: none is named calm, and --calm names none.");
  return out;
}

std::vector<Section> sections_of(const Compared& c) {
  std::vector<Section> out;
  for (std::size_t s = 0; s < c.contest.scenarios; ++s) out.push_back(scenario_section(c, s));
  if (c.contest.scenarios > 1) out.push_back(overall_section(c));
  return out;
}

std::string opening(const Compared& c) {
  return fmt::format("{}: {} in {}, amounts in {}, intervals at {:g} %", c.results.first().text("title"),
                     counted(c.contest.hedgers, "hedger"), counted(c.contest.scenarios, "scenario"), c.unit(),
                     100 * c.contest.confidence);
}

std::string closing(const Compared& c) {
  return fmt::format(
      "Hedgers that share a letter are not told apart; a range of ranks holds all that the paths do not "
      "exclude. "
      "{} of paired differences of ES hold{} together with {:g} % (Holm).",
      c.board.tests == 1 ? "The one test" : fmt::format("All {} tests", c.board.tests),
      c.board.tests == 1 ? "s" : "", 100 * c.contest.confidence);
}

std::string escaped_cell(const std::string& text) {
  std::string out;
  for (const char x : text) out += x == '|' ? std::string("\\|") : std::string(1, x);
  return out;
}

std::string markdown_row(const Row& row) {
  std::string out = "|";
  for (const std::string& cell : row) out += " " + escaped_cell(cell) + " |";
  return out + "\n";
}

}  // namespace

std::string comparison_table(const Compared& c, std::size_t width) {
  std::string out = wrapped(opening(c), width);
  for (const Section& section : sections_of(c)) {
    TextTable table(section.header);
    for (const Row& row : section.rows) table.add(row);
    out += "\n" + wrapped(section.title, width) + table.text(width, 2);
    for (const std::string& note : section.notes) out += wrapped(note, width);
  }
  return out + "\n" + (c.board.tests > 0 ? wrapped(closing(c), width) : "");
}

std::string comparison_markdown(const Compared& c) {
  std::string out = "# " + opening(c) + "\n";
  for (const Section& section : sections_of(c)) {
    out += "\n## " + section.title + "\n\n" + markdown_row(section.header);
    out += "|";
    for (std::size_t k = 0; k < section.header.size(); ++k) out += k < 2 ? "---|" : "---:|";
    out += "\n";
    for (const Row& row : section.rows) out += markdown_row(row);
    for (const std::string& note : section.notes) out += "\n" + note + "\n";
  }
  return out + "\n" + (c.board.tests > 0 ? closing(c) + "\n" : "");
}

}  // namespace unhedged::app
