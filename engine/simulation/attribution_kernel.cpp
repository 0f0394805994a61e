#include "engine/simulation/attribution_kernels.hpp"

namespace unhedged::simulation::UNHEDGED_ISA {
namespace {

/// The part of a step that its own move of the spot bends: a jump's, a new regime's, or the diffusion's.
void explain_move(const BookMove& m, BookSums& sums) {
  const double *s0 = m.spot_before->data(), *s1 = m.spot->data(), *delta = m.netted_delta->data(),
               *waited = m.waited->data(), *moved = m.moved->data(), *before = m.netted_before->data(),
               *jumped = m.jumped->data(), *entered = m.entered->data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double bent = m.growth * (moved[lane] - waited[lane] - delta[lane] * (s1[lane] - s0[lane]));
    const bool regime = entered[lane] != 0.0, jump = !regime && jumped[lane] != 0.0;
    sums.theta[lane] += m.growth * (waited[lane] - before[lane]);
    sums.gamma[lane] += regime || jump ? 0.0 : bent;
    sums.jump[lane] += jump ? bent : 0.0;
    sums.regime[lane] += regime ? bent : 0.0;
  }
}

void explain_quotes(const BookMove& m, BookSums& sums) {
  const double *waited = m.waited->data(), *moved = m.moved->data(), *anew = m.waited_anew->data(),
               *now = m.netted->data(), *entered = m.entered->data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double alone = m.growth * (anew[lane] - waited[lane]), all = m.growth * (now[lane] - moved[lane]);
    const bool regime = entered[lane] != 0.0;
    sums.vega[lane] += regime ? 0.0 : alone;
    sums.cross[lane] += regime ? 0.0 : all - alone;
    sums.regime[lane] += regime ? all : 0.0;
  }
}

/// The same where neither can come.
void explain_plain_move(const BookMove& m, BookSums& sums) {
  const double *s0 = m.spot_before->data(), *s1 = m.spot->data(), *delta = m.netted_delta->data(),
               *waited = m.waited->data(), *moved = m.moved->data(), *before = m.netted_before->data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    sums.theta[lane] += m.growth * (waited[lane] - before[lane]);
    sums.gamma[lane] += m.growth * (moved[lane] - waited[lane] - delta[lane] * (s1[lane] - s0[lane]));
  }
}

void find_rest(const BookMove& m, Lanes& rest) {
  const double *cash0 = m.cash_before->data(), *cash1 = m.cash->data(), *value0 = m.value_before->data(),
               *value1 = m.value->data(), *netted0 = m.netted_before->data(), *netted1 = m.netted->data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double others = (value1[lane] - netted1[lane]) - (value0[lane] - netted0[lane]);
    rest[lane] = (cash1[lane] - cash0[lane]) + m.growth * others;
  }
}

void explain_book(const BookMove& m, BookSums& sums, Lanes& rest) {
  if (m.jumped != nullptr) explain_move(m, sums);
  else explain_plain_move(m, sums);
  if (m.moved != m.netted) explain_quotes(m, sums);
  if (m.cash != nullptr) find_rest(m, rest);
  const double interest = m.growth_before - m.growth;
  if (interest == 0.0) return;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    sums.financing[lane] -= interest * (*m.value_before)[lane];
}

void explain_line(const LineMove& m, HedgeSums& sums) {
  const double *s0 = m.spot_before->data(), *s1 = m.spot->data(), *p0 = m.price_before->data(),
               *p1 = m.price->data(), *u0 = m.units_before->data(), *u1 = m.units->data();
  const double interest = m.growth_before - m.growth, earned = m.growth * m.yield_rate,
               saved = m.growth * m.saved;
  if (interest != 0.0 || earned != 0.0 || saved != 0.0) {
    UNHEDGED_LANES_APART
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      sums.financing[lane] +=
          u0[lane] * (earned * p1[lane] - interest * p0[lane]) + saved * (u1[lane] - u0[lane]) * p1[lane];
  }
  if (m.delta_before != nullptr) {
    const double* delta = m.delta_before->data();
    UNHEDGED_LANES_APART
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      sums.options[lane] +=
          m.growth * u0[lane] * ((p1[lane] - p0[lane]) - delta[lane] * (s1[lane] - s0[lane]));
  } else if (m.price != m.spot) {
    UNHEDGED_LANES_APART
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      sums.basis[lane] += m.growth * u0[lane] * ((p1[lane] - p0[lane]) - (s1[lane] - s0[lane]));
  }
}

void explain_funding(const FundingMove& m, HedgeSums& sums) {
  const double *units = m.units->data(), *price = m.price->data(), *funding = m.funding->data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double worth = units[lane] * price[lane] * m.accrued;
    sums.funding[lane] -= worth * funding[lane];
    sums.financing[lane] += worth * m.rate;
  }
}

void explain_delta(const SpotMove& m, const Exposure& open, HedgeSums& sums) {
  const double *s0 = m.before->data(), *s1 = m.now->data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    sums.unhedged[lane] += m.growth * (s1[lane] - s0[lane]) * open.unhedged[lane];
  if (open.is_plain) return;
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double move = m.growth * (s1[lane] - s0[lane]);
    sums.belief[lane] += move * open.belief[lane];
    sums.unfilled[lane] += move * open.unfilled[lane];
  }
}

void expose(const Lanes& delta, const Lanes& gap, const Lanes& held, const Lanes& pending, Exposure& open) {
  open.is_plain = false;
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    open.unhedged[lane] = delta[lane] - gap[lane] + held[lane] + pending[lane];
    open.belief[lane] = gap[lane];
    open.unfilled[lane] = -pending[lane];
  }
}

void expose_plain(const Lanes& delta, const Lanes& held, Exposure& open) {
  open.is_plain = true;
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) open.unhedged[lane] = delta[lane] + held[lane];
}

}  // namespace

const AttributionKernels attribution_kernels{explain_book,  explain_line, explain_funding,
                                             explain_delta, expose,       expose_plain};

}  // namespace unhedged::simulation::UNHEDGED_ISA
