#include <cstdio>
#include <cstdlib>
#include <cmath>
#include "engine/simulation/run.hpp"
#include "engine/risk/moments.hpp"
using namespace unhedged;
int main(int argc,char**argv){ 
  simulation::Plan p; std::size_t N=argc>1?atoi(argv[1]):21; p.paths=argc>2?atof(argv[2]):50000; int th=argc>3?atoi(argv[3]):1;
  p.grid={N,1.0/12/N}; p.seed=7;
  simulation::AssetPlan a; a.name="A"; a.spot=100; a.implied_volatility=.2; a.carry={.05,0};
  instruments::Position pos{instruments::Kind::call,0,100,1.0/12,-1,{}}; a.book=instruments::net(std::span(&pos,1),0);
  a.value_today=-2.512067086040; p.assets.push_back(a);
  world::Scenario s; s.name="c"; s.today={{100,.2}}; s.grid=p.grid; world::Regime r; r.name="c"; models::GbmParams g{.05,.04}; r.assets.push_back({g,market::flat(.2),{},false}); r.correlation=Eigen::MatrixXd::Ones(1,1); s.regimes.push_back(r); p.scenarios.push_back(s);
  hedging::Hedger u; u.name="u"; u.costs.resize(1); p.hedgers.push_back(u);
  hedging::Hedger h; h.name="bs"; h.belief={hedging::Belief::Model::black_scholes,.2}; h.costs.resize(1); h.costs[0].at_mid=true; p.hedgers.push_back(h);
  simulation::PreparedRun pr(p); auto o=simulation::run(pr,{th,{},nullptr});
  auto m=risk::estimate_moments(o.pnl(0,1),.95);
  printf("N=%zu mean %.5f sd %.6f se %.6f skew %.3f kurt %.3f  time %.4f  %.1f M steps/s\n",N,m.mean.value,m.sd.value,m.sd.standard_error,m.skewness.value,m.excess_kurtosis.value,o.seconds_simulating,p.paths*N/o.seconds_simulating/1e6);
}
