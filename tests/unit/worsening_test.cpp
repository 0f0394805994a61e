#include <cmath>

#include "engine/config/worsening.hpp"
#include "tests/support/catch.hpp"

namespace unhedged::config {
namespace {

const AssetContext kToday{200, 0.5, 0.02, 0};

AssetSpec asset_today() {
  AssetSpec asset;
  asset.spot = 200;
  asset.implied_vol = 0.5;
  asset.half_spread = 1e-4;
  asset.daily_volume = 1e6;
  asset.perpetual.emplace();
  asset.perpetual->funding = 0.1;
  return asset;
}

double volatility(double variance) { return std::sqrt(variance); }

}  // namespace

TEST_CASE("Severity multiplies what departs from today: the dynamics", "[worsening]") {
  Worsening worse(1.5);
  const auto gbm = std::get<models::GbmParams>(worse.worsened(models::GbmParams{-1, 4 * 0.25}, kToday));
  CHECK(gbm.drift == Approx(0.02 + 1.5 * (-1 - 0.02)));
  CHECK(volatility(gbm.variance) == Approx(0.5 + 1.5 * 0.5));  // 2 x today becomes 2.5 x
  const auto calm =
      std::get<models::GbmParams>(Worsening(1.5).worsened(models::GbmParams{0.02, 0.04}, kToday));
  CHECK(calm.variance == 0.04);  // quieter than today: not made quieter still
  const auto merton =
      std::get<models::MertonParams>(worse.worsened(models::MertonParams{0, 1, {100, -0.04, 0.05}}, kToday));
  CHECK(merton.jumps.rate == 100);
  CHECK(merton.jumps.mean == Approx(-0.06));
  CHECK(merton.jumps.deviation == Approx(0.075));
  const auto kou =
      std::get<models::KouParams>(worse.worsened(models::KouParams{0, 1, {100, 0.4, 0.02, 0.04}}, kToday));
  CHECK(kou.jumps.up_mean == Approx(0.03));
  CHECK(kou.jumps.down_mean == Approx(0.06));
  const auto heston =
      std::get<models::HestonParams>(worse.worsened(models::HestonParams{0, 1, 0.64, 4, 1, -0.5}, kToday));
  CHECK(volatility(heston.initial_variance) == Approx(1.25));
  CHECK(volatility(heston.long_run_variance) == Approx(0.5 + 1.5 * 0.3));
  CHECK(heston.mean_reversion == 4);
  CHECK(heston.vol_of_variance == 1);
  CHECK(heston.correlation == -0.5);
  const auto bachelier =
      std::get<models::BachelierParams>(worse.worsened(models::BachelierParams{0.02, 200, 200}, kToday));
  CHECK(bachelier.deviation == Approx(100 + 1.5 * 100));
}

TEST_CASE("Severity keeps how much of a joint jump the price follows", "[worsening]") {
  const models::JointJumps jumps{80, -0.05, 0.05, 0.2, -0.3};
  const auto svcj =
      std::get<models::SvcjParams>(Worsening(1.5).worsened(models::SvcjParams{{}, jumps}, kToday));
  CHECK(svcj.jumps.variance_mean == Approx(0.45));
  CHECK(svcj.jumps.variance_mean * svcj.jumps.correlation == Approx(1.5 * 0.2 * -0.3));
  CHECK(svcj.jumps.mean == Approx(-0.075));
}

TEST_CASE("Severity multiplies what departs from today: liquidity and the rest", "[worsening]") {
  Worsening worse(1.5);
  world::Liquidity thin;
  thin.half_spread = 11e-4;
  thin.daily_volume = 1e5;
  thin.withdrawn_by_jump = 0.19;
  thin.noise = 0.2;
  thin.outages = 3;
  worse.worsen(thin, asset_today());
  CHECK(thin.half_spread == Approx(16e-4));
  CHECK(thin.daily_volume == Approx(1e6 / 14.5));  // ten times as illiquid becomes 1 + 1.5 x 9
  CHECK(thin.withdrawn_by_jump == Approx(1 - std::pow(0.81, 1.5)));
  CHECK(thin.noise == Approx(0.3));
  CHECK(thin.outages == Approx(4));
  world::AssetRegime regime;
  regime.gap = {-0.1, 0.02, 0, 0};
  regime.bubble = world::Bubble{40, 3, 1000, -0.2, 0.02};
  regime.perpetual.funding = -0.3;
  worse.worsen(regime, asset_today());
  CHECK(regime.gap.mean == Approx(-0.15));
  CHECK(regime.bubble->crash_mean == Approx(-0.3));
  CHECK(regime.bubble->hazard == 40);
  CHECK(regime.perpetual.funding == Approx(0.1 + 1.5 * -0.4));
  world::CommonJumps common{"c", 90, -0.04, 0.03, {}, {1}};
  worse.worsen(common);
  CHECK(common.mean == Approx(-0.06));
  CHECK(common.rate == 90);
  RegimeCorrelationSpec correlation;
  correlation.spike = 0.9;
  worse.worsen(correlation);
  CHECK(correlation.spike == Approx(1 - std::pow(0.1, 1.5)));
}

TEST_CASE("Severity 1 leaves every bit, and what never departs is noticed", "[worsening]") {
  Worsening same(1);
  const auto merton = std::get<models::MertonParams>(
      same.worsened(models::MertonParams{-1, 1.3, {100, -0.04, 0.05}}, kToday));
  CHECK(merton.drift == -1);
  CHECK(merton.variance == 1.3);
  CHECK(merton.jumps.mean == -0.04);
  Worsening worse(1.2);
  worse.worsened(models::GbmParams{0.02, 0.25}, kToday);
  world::Liquidity usual;
  usual.half_spread = 1e-4;
  usual.daily_volume = 1e6;
  worse.worsen(usual, asset_today());
  CHECK_FALSE(worse.changed());
}

}  // namespace unhedged::config
