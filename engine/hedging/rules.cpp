#include "engine/hedging/rule.hpp"

#include "engine/hedging/rule_kernels.hpp"

namespace unhedged::hedging {
static constinit const RuleKind* const kTable[] = {
    UNHEDGED_ROW(RuleKind, kEvery),
    UNHEDGED_ROW(RuleKind, kDeltaBand),
    UNHEDGED_ROW(RuleKind, kWhalleyWilmott),
    UNHEDGED_ROW(RuleKind, kMove),
    UNHEDGED_ROW(RuleKind, kAt),
    UNHEDGED_ROW(RuleKind, kHalfSpread),
    UNHEDGED_ROW(RuleKind, kDailyVolume),
};

namespace {

using Parts = std::vector<std::shared_ptr<const Rule>>;

/// Of several rules, in the order in which they are written.
class Combined : public Rule {
 public:
  explicit Combined(Parts parts) : parts_(std::move(parts)) {}

  pricing::GreekSet needs() const override {
    pricing::GreekSet all{};
    for (const auto& part : parts_) all = all | part->needs();
    return all;
  }

  /// What the parts remember, and room for what one of them says.
  std::size_t memory() const override {
    std::size_t lanes = 1;
    for (const auto& part : parts_) lanes += part->memory();
    return lanes;
  }

  void note(const RuleView& view, const Lanes& order) const override {
    each(view, [&](const Rule& part, const RuleView& own) { part.note(own, order); });
  }

 protected:
  /// Shows each part its own memory.
  void each(const RuleView& view, auto visit) const {
    std::size_t first = 1;
    for (const auto& part : parts_) {
      const std::size_t lanes = part->memory();
      visit(*part, RuleView{view.step, view.asset, view.quote, view.greeks, view.gap,
                            view.memory.subspan(first, lanes)});
      first += lanes;
    }
  }

  Foreseen of_parts(std::size_t step, Foreseen start, auto more) const {
    Foreseen out = start;
    for (const auto& part : parts_) {
      const Foreseen one = part->foreseen(step);
      if (more(one, out)) out = one;
    }
    return out;
  }

  Parts parts_;
};

/// Trades where all parts do, and stops where the first of them would.
class AllOf final : public Combined {
 public:
  using Combined::Combined;

  Foreseen foreseen(std::size_t step) const override {
    return of_parts(step, Foreseen::yes, [](Foreseen one, Foreseen out) { return one < out; });
  }
  void judge(const RuleView& view, Lanes& rest) const override {
    rest.fill(0.0);
    each(view, [&](const Rule& part, const RuleView& own) {
      if (part.foreseen(view.step) == Foreseen::yes) return;  // it would go all the way
      part.judge(own, view.memory[0]);
      rule_kernels().larger(view.memory[0], rest);
    });
  }
};

/// Trades where any part does, and stops where the last of those that do would.
class AnyOf final : public Combined {
 public:
  using Combined::Combined;

  Foreseen foreseen(std::size_t step) const override {
    return of_parts(step, Foreseen::no, [](Foreseen one, Foreseen out) { return one > out; });
  }
  void judge(const RuleView& view, Lanes& rest) const override {
    rest.fill(kNoTrade);
    each(view, [&](const Rule& part, const RuleView& own) {
      if (part.foreseen(view.step) == Foreseen::no) return;
      part.judge(own, view.memory[0]);
      rule_kernels().smaller(view.memory[0], rest);
    });
  }
};

/// Trades, all the way, where its one part does not.
class NoneOf final : public Combined {
 public:
  using Combined::Combined;

  Foreseen foreseen(std::size_t step) const override {
    switch (parts_[0]->foreseen(step)) {
      case Foreseen::no: return Foreseen::yes;
      case Foreseen::yes: return Foreseen::no;
      default: return Foreseen::perhaps;
    }
  }
  void judge(const RuleView& view, Lanes& rest) const override {
    each(view, [&](const Rule& part, const RuleView& own) { part.judge(own, rest); });
    rule_kernels().opposite(rest);
  }
};

Parts made_parts(const RuleTree& tree, const RuleTerms& terms) {
  Parts parts;
  for (const RuleTree& part : tree.parts) parts.push_back(make_rule(part, terms));
  return parts;
}

}  // namespace

std::span<const RuleKind* const> rule_kinds() { return kTable; }

std::shared_ptr<const Rule> make_rule(const RuleTree& tree, const RuleTerms& terms) {
  using How = RuleTree::How;
  if (tree.how == How::one) return tree.kind->make(tree.values, terms);
  if (tree.how == How::none) {
    const RuleTree& part = tree.parts.front();
    if (part.how == How::none) return make_rule(part.parts.front(), terms);  // not not
    return std::make_shared<NoneOf>(made_parts(tree, terms));
  }
  if (tree.parts.size() == 1) return make_rule(tree.parts.front(), terms);
  if (tree.how == How::all) return std::make_shared<AllOf>(made_parts(tree, terms));
  return std::make_shared<AnyOf>(made_parts(tree, terms));
}

}  // namespace unhedged::hedging
