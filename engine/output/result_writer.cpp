#include "engine/output/result_writer.hpp"

#include <algorithm>

#include "engine/core/isa.hpp"
#include "engine/core/utf8.hpp"
#include "engine/output/hdf5_file.hpp"
#include "engine/output/sha256.hpp"

namespace unhedged::output {
namespace {

using simulation::Plan;
using simulation::Report;

constexpr const char* kMoney = "account currency";

std::vector<double> flat(const risk::Estimate& e) { return {e.value, e.lower, e.upper, e.standard_error}; }

/// Writes one run; a method per group of the format.
class Writer {
 public:
  Writer(const Destination& to, const simulation::PreparedRun& prepared,
         const simulation::Outcome& outcome, const Report& report, const Provenance& provenance)
      : file_(to.path, to.shown, to.stop), plan_(prepared.plan()), surfaces_(prepared.surfaces()), outcome_(outcome), report_(report), origin_(provenance) {}

  void run() {
    file_.rename_unit(kMoney, plan_.currency);
    root_attributes();
    root_dimensions();
    pnl();
    summary();
    paired();
    convergence();
    if (outcome_.has_feedback()) feedback();
    regimes();
    if (plan_.worst_paths > 0) worst_paths();
    diagnostics();
    scenario_texts();
    positions();
    file_.attribute("/", "complete", std::uint64_t{1});
    file_.close();
  }

 private:
  void root_attributes() {
    file_.attribute("/", "format", std::string("unhedged results"));
    file_.attribute("/", "format_version", std::string(kFormatVersion));
    file_.attribute("/", "title", plan_.name);
    file_.attribute("/", "description", origin_.description);
    file_.attribute("/", "engine_version", origin_.engine_version);
    file_.attribute("/", "engine_revision", origin_.engine_revision);
    file_.attribute("/", "instruction_set", std::string(name_of(active_isa())));
    file_.attribute("/", "configuration_path", shown_as_utf8(origin_.configuration_path));
    file_.attribute("/", "configuration", origin_.configuration);
    file_.attribute("/", "configuration_sha256", sha256(origin_.configuration));
    std::string overrides;
    for (const auto& [key, value] : origin_.overrides) overrides += key + "=" + value + "\n";
    file_.attribute("/", "overrides", overrides);
    file_.attribute("/", "seed", plan_.seed);
    file_.attribute("/", "paths", plan_.paths);
    file_.attribute("/", "steps", static_cast<std::uint64_t>(plan_.grid.steps));
    file_.attribute("/", "horizon_years", plan_.grid.horizon_years());
    file_.attribute("/", "calendar", std::string(plan_.calendar.name));
    file_.attribute("/", "currency", plan_.currency);
    file_.attribute("/", "confidence", plan_.risk.confidence);
    file_.attribute("/", "gross_notional", plan_.gross_notional());
    file_.attribute("/", "started", origin_.started);
    file_.attribute("/", "finished", origin_.finished);
  }

  std::vector<std::string> scenario_names() const {
    std::vector<std::string> names;
    for (const auto& scenario : plan_.scenarios) names.push_back(scenario.name);
    return names;
  }

  std::vector<std::string> hedger_names() const {
    std::vector<std::string> names;
    for (const auto& hedger : plan_.hedgers) names.push_back(hedger.name);
    return names;
  }

  static std::vector<std::string> column(const std::vector<risk::MetricInfo>& table,
                                         std::string risk::MetricInfo::* member) {
    std::vector<std::string> out;
    for (const risk::MetricInfo& info : table) out.push_back(info.*member);
    return out;
  }

  void root_dimensions() {
    scenario_ = file_.text_dimension("/scenario", scenario_names(), "scenario");
    hedger_ = file_.text_dimension("/hedger", hedger_names(), "hedging model under test");
    estimate_ = file_.text_dimension("/estimate", {"value", "lower", "upper", "standard_error"},
                                     "an estimate and its uncertainty");
    path_ = file_.bare_dimension("/path", plan_.paths);
    scenario_files();
  }

  void scenario_files() {
    std::vector<std::string> files;
    for (const std::string& name : scenario_names()) {
      const auto found = std::ranges::find(origin_.scenario_files, name, &std::pair<std::string, std::string>::first);
      files.push_back(found == origin_.scenario_files.end() ? "" : shown_as_utf8(found->second));
    }
    file_.create({"/scenario_file", ElementType::text, {scenario_}, "",
                  "file the scenario was read from; empty: it stands in the configuration"});
    file_.write_text("/scenario_file", files);
  }

  void pnl() {
    file_.create({"/pnl", ElementType::float64, {scenario_, hedger_, path_}, kMoney,
                  "profit and loss at the horizon, undiscounted"});
    for (std::size_t s = 0; s < outcome_.scenarios(); ++s)
      for (std::size_t h = 0; h < outcome_.hedgers(); ++h)
        file_.write("/pnl", {s, h}, outcome_.pnl(s, h).data());
  }

  void feedback() {
    file_.create({"/self_inflicted_loss", ElementType::float64, {scenario_, hedger_, path_}, kMoney,
                  "P&L without feedback less P&L with it, path by path"});
    file_.create({"/exploded", ElementType::uint8, {scenario_, hedger_, path_}, "1",
                  "1 where the feedback of the hedge ran away"});
    for (std::size_t s = 0; s < outcome_.scenarios(); ++s)
      for (std::size_t h = 0; h < outcome_.hedgers(); ++h) {
        file_.write("/self_inflicted_loss", {s, h}, outcome_.self_inflicted(s, h).data());
        file_.write("/exploded", {s, h}, outcome_.exploded(s, h).data());
      }
  }

  /// A row for each regime of each scenario.
  void regimes() {
    const std::string root = "/regimes";
    file_.group(root);
    std::vector<std::string> names;
    for (std::size_t s = 0; s < outcome_.scenarios(); ++s)
      for (const auto& row : report_.regime_time[s]) names.push_back(plan_.scenarios[s].name + "." + row.regime);
    const Dimension regime = file_.text_dimension(root + "/regime", names, "scenario and regime");
    const Dimension estimate = file_.text_dimension(
        root + "/estimate", {"value", "lower", "upper", "standard_error"}, "an estimate and its uncertainty");
    file_.create({root + "/time_share", ElementType::float64, {regime, estimate}, "1",
                  "mean share of the horizon spent in the regime, in the world without feedback"});
    std::vector<double> values;
    for (const auto& rows : report_.regime_time)
      for (const auto& row : rows)
        for (const double x : flat(row.share)) values.push_back(x);
    file_.write(root + "/time_share", {}, values.data());
  }

  void describe_metrics(const Dimension& metric, const std::vector<risk::MetricInfo>& table) {
    file_.create({metric.path + "_units", ElementType::text, {metric}, "", "units of each metric"});
    std::vector<std::string> units = column(table, &risk::MetricInfo::unit);
    for (std::string& unit : units) unit = file_.renamed(unit);
    file_.write_text(metric.path + "_units", units);
    file_.create({metric.path + "_meaning", ElementType::text, {metric}, "", "meaning of each metric"});
    file_.write_text(metric.path + "_meaning", column(table, &risk::MetricInfo::help));
  }

  void summary() {
    const Dimension metric = file_.text_dimension(
        "/metric", column(report_.metrics, &risk::MetricInfo::name), "what is estimated");
    describe_metrics(metric, report_.metrics);
    file_.create({"/summary", ElementType::float64, {scenario_, hedger_, metric, estimate_},
                  "see metric_units", "risk numbers with their uncertainty"});
    for (std::size_t s = 0; s < outcome_.scenarios(); ++s)
      for (std::size_t h = 0; h < outcome_.hedgers(); ++h)
        write_estimates("/summary", {s, h}, report_.summary[s][h]);
  }

  void paired() {
    const Dimension metric = file_.text_dimension(
        "/paired_metric", column(report_.paired_metrics, &risk::MetricInfo::name), "what is compared");
    const Dimension reference =
        file_.text_dimension("/reference", hedger_names(), "hedging model compared with");
    file_.create({"/paired_difference", ElementType::float64,
                  {scenario_, hedger_, reference, metric, estimate_}, kMoney,
                  "hedger less reference on the same paths"});
    for (std::size_t s = 0; s < outcome_.scenarios(); ++s)
      for (std::size_t h = 0; h < outcome_.hedgers(); ++h)
        for (std::size_t r = 0; r < outcome_.hedgers(); ++r)
          write_estimates("/paired_difference", {s, h, r}, report_.paired[s][h][r]);
  }

  void write_estimates(const std::string& path, const std::vector<std::uint64_t>& leading,
                       const std::vector<risk::Estimate>& estimates) {
    std::vector<double> values;
    for (const risk::Estimate& estimate : estimates)
      for (const double x : flat(estimate)) values.push_back(x);
    file_.write(path, leading, values.data());
  }

  void convergence() {
    const auto& first = report_.convergence[0][0];
    if (first.empty()) return;
    file_.group("/convergence");
    std::vector<double> paths;
    for (const auto& checkpoint : first) paths.push_back(static_cast<double>(checkpoint.paths));
    const Dimension scenario = file_.text_dimension("/convergence/scenario", scenario_names(), "scenario");
    const Dimension hedger = file_.text_dimension("/convergence/hedger", hedger_names(), "hedging model under test");
    const Dimension paths_used =
        file_.number_dimension("/convergence/paths_used", paths, "1", "number of first paths used");
    const Dimension estimate = file_.text_dimension(
        "/convergence/estimate", {"value", "lower", "upper", "standard_error"}, "an estimate and its uncertainty");
    const std::string shortfall = risk::level_name("es", plan_.risk.levels.back());
    for (const std::string& name : {std::string("mean"), shortfall}) {
      file_.create({"/convergence/" + name, ElementType::float64, {scenario, hedger, paths_used, estimate},
                    kMoney, name + " from the first paths only"});
      for (std::size_t s = 0; s < outcome_.scenarios(); ++s)
        for (std::size_t h = 0; h < outcome_.hedgers(); ++h) {
          std::vector<risk::Estimate> estimates;
          for (const auto& c : report_.convergence[s][h])
            estimates.push_back(name == "mean" ? c.mean : c.shortfall);
          write_estimates("/convergence/" + name, {s, h}, estimates);
        }
    }
  }

  void worst_paths() {
    const std::string root = "/worst_paths";
    file_.group(root);
    std::vector<double> time, rank;
    std::vector<std::string> assets, regimes;
    for (std::size_t t = 0; t <= plan_.grid.steps; ++t) time.push_back(plan_.grid.time(t));
    for (std::size_t r = 0; r < plan_.worst_paths; ++r) rank.push_back(static_cast<double>(r + 1));
    for (const auto& asset : plan_.assets) assets.push_back(asset.name);
    const Dimension scenario = file_.text_dimension(root + "/scenario", scenario_names(), "scenario");
    const Dimension hedger = file_.text_dimension(root + "/hedger", hedger_names(), "hedging model under test");
    const Dimension ranks = file_.number_dimension(root + "/rank", rank, "1", "1 is the largest loss");
    const Dimension times = file_.number_dimension(root + "/time", time, "years", "time since today");
    const Dimension asset = file_.text_dimension(root + "/asset", assets, "asset");
    file_.create({root + "/path", ElementType::uint64, {scenario, hedger, ranks}, "1", "number of the path"});
    file_.create({root + "/pnl", ElementType::float64, {scenario, hedger, ranks}, kMoney, "P&L of the path"});
    file_.create({root + "/regime", ElementType::uint8, {scenario, hedger, ranks, times}, "1",
                  "regime by its number in the scenario, see regime_name"});
    file_.create({root + "/date", ElementType::text, {times}, "", "the grid times by date and clock"});
    file_.write_text(root + "/date", simulation::time_stamps(plan_));
    for (const simulation::TrackInfo& track : simulation::track_table())
      file_.create({root + "/" + track.name, ElementType::float64, {scenario, hedger, ranks, times, asset},
                    track.units, track.meaning});
    for (std::size_t s = 0; s < outcome_.scenarios(); ++s)
      for (std::size_t h = 0; h < outcome_.hedgers(); ++h) write_record(root, s, h);
    regime_names(root, scenario);
  }

  void write_record(const std::string& root, std::size_t s, std::size_t h) {
    const simulation::PathRecord& record = report_.worst[s][h];
    std::vector<double> pnl;
    for (const std::uint64_t path : record.path) pnl.push_back(outcome_.pnl(s, h)[path]);
    file_.write(root + "/path", {s, h}, record.path.data());
    file_.write(root + "/pnl", {s, h}, pnl.data());
    file_.write(root + "/regime", {s, h}, record.regime.data());
    for (std::size_t t = 0; t < simulation::kTracks; ++t)
      file_.write(root + "/" + simulation::track_table()[t].name, {s, h}, record.track[t].data());
  }

  void regime_names(const std::string& root, const Dimension& scenario) {
    std::size_t most = 0;
    for (const auto& s : plan_.scenarios) most = std::max(most, s.regimes.size());
    const Dimension number = file_.bare_dimension(root + "/regime_number", most);
    std::vector<std::string> names;
    for (const auto& s : plan_.scenarios)
      for (std::size_t r = 0; r < most; ++r)
        names.push_back(r < s.regimes.size() ? s.regimes[r].name : "");
    file_.create({root + "/regime_name", ElementType::text, {scenario, number}, "", "names of the regimes"});
    file_.write_text(root + "/regime_name", names);
  }

  void diagnostics() {
    const std::string root = "/diagnostics";
    file_.group(root);
    file_.attribute(root, "seconds_preparing", outcome_.seconds_preparing);
    file_.attribute(root, "seconds_simulating", outcome_.seconds_simulating);
    file_.attribute(root, "threads", static_cast<std::uint64_t>(outcome_.threads));
    file_.attribute(root, "greeks_interpolated", static_cast<std::uint64_t>(surfaces_.interpolated));
    file_.attribute(root, "greeks_exact", static_cast<std::uint64_t>(surfaces_.exact));
    file_.attribute(root, "greeks_refused", static_cast<std::uint64_t>(surfaces_.refused));
    file_.attribute(root, "greeks_worst_error", surfaces_.worst_error);
    file_.attribute(root, "greeks_table_bytes", static_cast<std::uint64_t>(surfaces_.table_bytes));
    surfaces(root);
    file_.attribute(root, "correlation_repairs", static_cast<std::uint64_t>(origin_.correlation_repairs.size()));
    if (origin_.correlation_repairs.empty()) return;
    std::vector<std::string> where;
    std::vector<double> distance;
    for (const auto& [place, moved] : origin_.correlation_repairs) {
      where.push_back(place);
      distance.push_back(moved);
    }
    const Dimension repair = file_.text_dimension(root + "/correlation_repair", where, "matrix that was repaired");
    file_.create({root + "/correlation_repair_distance", ElementType::float64, {repair}, "1",
                  "Frobenius distance to the nearest correlation matrix"});
    file_.write(root + "/correlation_repair_distance", {}, distance.data());
  }

  /// A row for each expiry of each surface of implied volatilities.
  void surfaces(const std::string& root) {
    std::vector<std::string> names;
    std::vector<double> columns[7];
    for (const simulation::AssetPlan& asset : plan_.assets)
      for (std::size_t i = 0; i < asset.surface_errors.size(); ++i) {
        const market::SurfaceSlice& s = asset.surface->slices()[i];
        const market::SliceError& e = asset.surface_errors[i];
        names.push_back(asset.name);
        const double row[] = {s.expiry_years, s.theta, s.psi > 0 ? s.rho_psi / s.psi : 0, s.psi,
                              static_cast<double>(e.quotes), e.root_mean_square, e.worst};
        for (std::size_t k = 0; k < 7; ++k) columns[k].push_back(row[k]);
      }
    if (names.empty()) return;
    static constexpr const char* tracks[7][3] = {
        {"surface_expiry", "years", "expiry of the slice"},
        {"surface_theta", "1", "total variance at the money"},
        {"surface_rho", "1", "rho of the slice"},
        {"surface_psi", "1", "psi of the slice"},
        {"surface_quotes", "1", "quotes it was fitted to"},
        {"surface_rms_error", "1", "root mean square of surface less quote, in volatility"},
        {"surface_worst_error", "1", "the largest difference, surface less quote"}};
    const Dimension slice = file_.text_dimension(root + "/surface", names, "asset of a slice of its surface");
    for (std::size_t k = 0; k < 7; ++k) {
      file_.create({root + "/" + tracks[k][0], ElementType::float64, {slice}, tracks[k][1], tracks[k][2]});
      file_.write(root + "/" + tracks[k][0], {}, columns[k].data());
    }
  }

  void scenario_texts() {
    file_.group("/scenario_texts");
    for (const auto& [name, text] : origin_.scenario_texts)
      file_.attribute("/scenario_texts", name, text);
  }

  /// The book as it was read, a row for each position, and the text of its file.
  void positions() {
    const std::string root = "/positions";
    file_.group(root);
    const Dimension position = file_.bare_dimension(root + "/position", plan_.positions.size());
    const auto text = [&](const std::string& name, const std::string& meaning, auto of) {
      std::vector<std::string> values;
      for (const simulation::PositionPlan& p : plan_.positions) values.emplace_back(of(p));
      file_.create({root + "/" + name, ElementType::text, {position}, "", meaning});
      file_.write_text(root + "/" + name, values);
    };
    const auto number = [&](const std::string& name, const std::string& units, const std::string& meaning, auto of) {
      std::vector<double> values;
      for (const simulation::PositionPlan& p : plan_.positions) values.push_back(of(p));
      file_.create({root + "/" + name, ElementType::float64, {position}, units, meaning});
      file_.write(root + "/" + name, {}, values.data());
    };
    using Row = const simulation::PositionPlan&;
    text("id", "the user's name of the position", [](Row p) { return p.id; });
    text("group", "the user's group of the position", [](Row p) { return p.group; });
    text("instrument", "what is held", [](Row p) { return instruments::name_of(p.contract.kind); });
    text("asset", "underlying", [&](Row p) { return plan_.assets[p.contract.asset].name; });
    number("strike", "account currency per unit", "strike (0: none)", [](Row p) { return p.contract.strike; });
    number("expiry", "years", "time from today to the expiry (0: none)", [](Row p) { return p.contract.expiry_years; });
    number("quantity", "units", "units held, short if negative", [](Row p) { return p.contract.quantity; });
    number("implied_volatility", "1", "volatility of the mark (0: none)", [](Row p) { return p.volatility; });
    number("mark", "account currency per unit", "value of one unit at today's market", [](Row p) { return p.mark; });
    number("premium", "account currency per unit", "what V(0) counts for one unit: the premium stated, else the mark",
           [](Row p) { return p.contract.premium.value_or(p.mark); });
    if (origin_.book_path.empty()) return;
    file_.attribute(root, "file", shown_as_utf8(origin_.book_path));
    const Dimension one = file_.bare_dimension(root + "/one", 1);
    file_.create({root + "/text", ElementType::text, {one}, "", "the file the book was read from, as it was"});
    file_.write_text(root + "/text", {origin_.book_text});
  }

  Hdf5Writer file_;
  const Plan& plan_;
  const pricing::SurfaceReport& surfaces_;
  const simulation::Outcome& outcome_;
  const Report& report_;
  const Provenance& origin_;
  Dimension scenario_, hedger_, estimate_, path_;
};

}  // namespace

void write_results(const Destination& destination, const simulation::PreparedRun& prepared,
                   const simulation::Outcome& outcome, const Report& report,
                   const Provenance& provenance) {
  Writer(destination, prepared, outcome, report, provenance).run();
  verify(destination.path, destination.shown, destination.stop);
}

}  // namespace unhedged::output
