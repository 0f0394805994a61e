#include "engine/output/result_parts.hpp"

/// The P&L by its causes.
namespace unhedged::output {
namespace {

using simulation::Explanation;

class Causes {
 public:
  Causes(const ResultParts& parts, Dimensions& root) : parts_(parts), root_(root), bucket_(root.bucket()) {}

  void write() {
    std::vector<std::string> meanings;
    for (const simulation::BucketInfo& one : simulation::buckets()) meanings.emplace_back(one.meaning);
    parts_.file.create({"/bucket_meaning", ElementType::text, {bucket_}, "", "meaning of each cause"});
    parts_.file.write_text("/bucket_meaning", meanings);
    const std::string level = risk::metric_at_level("es", parts_.plan().risk.levels.back());
    estimates("attribution", "mean P&L by its causes; they sum to the mean P&L", bucket_, &Explanation::mean);
    estimates("attribution_tail", "mean P&L by its causes in the tail of the hedger; they sum to -" + level,
              bucket_, &Explanation::tail);
    if (!parts_.prepared.groups().empty()) {
      estimates("attribution_by_group", "mean P&L by group of positions; they sum to the mean P&L",
                root_.group(), &Explanation::mean_by_group);
      estimates("attribution_tail_by_group", "the same in the tail of the hedger; they sum to -" + level,
                root_.group(), &Explanation::tail_by_group);
    }
    if (parts_.plan().assets.size() < 2) return;
    by_asset("attribution_by_asset", "mean P&L by asset and cause", &Explanation::mean_by_asset);
    by_asset("attribution_tail_by_asset", "the same in the tail of the hedger", &Explanation::tail_by_asset);
  }

 private:
  template <class Write>
  void each(Write write) {
    for (std::size_t s = 0; s < parts_.outcome.scenarios(); ++s)
      for (std::size_t h = 0; h < parts_.outcome.hedgers(); ++h)
        write(std::vector<std::uint64_t>{s, h}, parts_.report.explained[s][h]);
  }

  void estimates(const std::string& name, const std::string& meaning, const Dimension& parts,
                 std::vector<risk::Estimate> Explanation::*of) {
    const std::string path = root_.in_group(name);
    parts_.file.create({path,
                        ElementType::float64,
                        {root_.scenario(), root_.hedger(), parts, root_.estimate()},
                        risk::kMoney,
                        meaning});
    each([&](const auto& place, const Explanation& one) {
      parts_.file.write(path, place, flat(one.*of).data());
    });
  }

  void by_asset(const std::string& name, const std::string& meaning, std::vector<double> Explanation::*of) {
    const std::string path = root_.in_group(name);
    parts_.file.create({path,
                        ElementType::float64,
                        {root_.scenario(), root_.hedger(), root_.asset(), bucket_},
                        risk::kMoney,
                        meaning});
    each(
        [&](const auto& place, const Explanation& one) { parts_.file.write(path, place, (one.*of).data()); });
  }

  const ResultParts& parts_;
  Dimensions& root_;
  const Dimension bucket_;
};

}  // namespace

void write_attribution(const ResultParts& parts, Dimensions& root) {
  if (parts.plan().explained != simulation::Explained::nothing) Causes(parts, root).write();
}

}  // namespace unhedged::output
