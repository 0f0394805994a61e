"use strict";
// Charts: each function makes the option of one for ECharts from `data`, what is chosen and how wide it is.

function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim(); }

// Hedgers differ by colour (Okabe and Ito's, safe for the colour-blind) and by the dashes of their lines.
const HUES = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a6fd0"];
const DASHES = ["solid", [7, 3], [2, 2], [9, 3, 2, 3]];
const REGIME_HUES = ["#56b4e9", "#d55e00", "#e69f00", "#cc79a7", "#009e73", "#7a6fd0"];

function lineOf(h) {
  if (h === data.unhedged) return {color: colour("soft"), type: "solid", width: 2.5};
  const place = hedged.indexOf(h);
  return {color: HUES[place % HUES.length], type: DASHES[place % DASHES.length], width: 2};
}

function base() {
  return {
    animation: false,
    textStyle: {color: colour("ink"), fontFamily: getComputedStyle(document.body).fontFamily},
    tooltip: {confine: true, backgroundColor: colour("raised"), borderColor: colour("faint"),
              textStyle: {color: colour("ink"), fontSize: 13}, extraCssText: "max-width:24rem;white-space:normal"},
  };
}

function axis(extra) {
  return {
    axisLine: {lineStyle: {color: colour("soft")}}, axisTick: {lineStyle: {color: colour("soft")}},
    splitLine: {lineStyle: {color: colour("faint"), width: 0.6}}, nameTextStyle: {color: colour("soft")}, ...extra,
    axisLabel: {color: colour("ink"), hideOverlap: true, ...(extra.axisLabel || {})},
  };
}

function moneyAxis(name, extra = {}) {
  return axis({type: "value", name, nameLocation: "middle", nameGap: 28, axisLabel: {formatter: x => short(x)}, ...extra});
}

function named(rows, width) {
  return axis({type: "category", data: rows, inverse: true, splitLine: {show: false}, axisTick: {show: false},
               axisLabel: {width, overflow: "truncate", interval: 0, hideOverlap: false}});
}

function nameWidth(width, names) {
  const longest = Math.max(...names.map(name => name.length));
  return Math.round(Math.min(7.2 * longest + 4, 0.3 * width));
}

function lines(...rows) { return rows.filter(row => row).join("<br>"); }

function mix(from, to, share) {
  const part = (text, k) => parseInt(text.slice(1 + 2 * k, 3 + 2 * k), 16);
  return "#" + [0, 1, 2].map(k => Math.round(part(from, k) + (part(to, k) - part(from, k)) * share)
                                      .toString(16).padStart(2, "0")).join("");
}

function inkOn(fill) {
  const [r, g, b] = [1, 3, 5].map(k => parseInt(fill.slice(k, k + 2), 16) / 255)
                             .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.2 ? "#10161c" : "#ffffff";
}

// Scenario by hedger: the expected shortfall, or what the hedge leaves of it.
function heat(mode, width) {
  const compared = hedged.length ? hedged : data.hedgers.map((_, h) => h);  // the unhedged book would drown them
  const most = Math.max(...data.scenarios.flatMap((_, s) => compared.map(h => summary(s, h, ES)[VALUE])), 1e-300);
  const left = nameWidth(width, data.hedgers), column = (width - left - 20) / data.scenarios.length;
  const roomy = column > 70, tall = data.hedgers.length <= 14;
  const share = (s, h) => {
    if (mode === "loss") return summary(s, h, ES)[VALUE] / most;
    const e = summary(s, h, EFFECT)[VALUE];
    return known(e) ? 1 - e : null;
  };
  const fill = x => {
    if (x === null) return colour("raised");
    const clamped = Math.min(1, Math.max(0, x));
    if (mode === "loss") return mix(colour("raised"), colour("tail"), clamped);
    return clamped < 0.5 ? mix(colour("good"), colour("ground"), 2 * clamped) : mix(colour("ground"), colour("tail"), 2 * clamped - 1);
  };
  const cells = data.scenarios.flatMap((_, s) => data.hedgers.map((_, h) => {
    const x = share(s, h), ground = fill(x), verdict = data.rankings[s].verdicts[h];
    const number = mode === "loss" ? short(summary(s, h, ES)[VALUE]) : percent(x);
    return {value: [s, h, x], itemStyle: {color: ground},
            label: {color: inkOn(ground), formatter: tall && roomy && verdict ? `${number}\n{small|${verdict}}` : number,
                    rich: {small: {fontSize: 11, color: inkOn(ground), lineHeight: 17}}}};
  }));
  return {
    ...base(),
    aria: {enabled: true, label: {description: `Expected shortfall at ${LEVEL} of ${data.hedgers.length} hedgers in ` +
           `${data.scenarios.length} scenarios. The numbers are in the table below.`}},
    grid: {left: left + 12, right: 8, top: 44, bottom: 8},
    xAxis: {...axis({type: "category", data: data.scenarios, position: "top", splitLine: {show: false}, axisTick: {show: false}}),
            axisLabel: {color: colour("ink"), interval: 0, width: column - 6, overflow: "breakAll", fontSize: roomy ? 12 : 10}},
    yAxis: named(data.hedgers, left),
    series: [{type: "heatmap", data: cells, label: {show: true, lineHeight: 17, fontSize: roomy ? 14 : 11},
              itemStyle: {borderColor: colour("ground"), borderWidth: 2},
              emphasis: {itemStyle: {borderColor: colour("ink"), borderWidth: 2}}}],
    tooltip: {...base().tooltip, formatter: p => cellTip(p.value[0], p.value[1])},
  };
}

function heatHeight() { return 56 + data.hedgers.length * (data.hedgers.length <= 14 ? 46 : 26); }

function cellTip(s, h) {
  const effect = summary(s, h, EFFECT);
  return lines(`<b>${safe(data.hedgers[h])}</b> in <b>${safe(data.scenarios[s])}</b>`,
               `ES ${LEVEL}: ${estimateText(summary(s, h, ES))} ${safe(unit)}`,
               `VaR ${LEVEL}: ${estimateText(summary(s, h, VAR))} ${safe(unit)}`,
               h !== data.unhedged && known(effect[VALUE]) ? `takes away ${estimateText(effect, percent)}` : "",
               `mean P&amp;L: ${estimateText(summary(s, h, "mean"))} ${safe(unit)}`);
}

// The distribution of each hedger on one axis, its tail beyond VaR set off, ES with its interval.
function ridges(s, width) {
  const one = data.distributions.scenarios[s], bins = one.hedgers[0].counts.length;
  const step = (one.high - one.low) / bins, left = nameWidth(width, data.hedgers);
  const draw = (params, api) => {
    const h = params.dataIndex, counts = one.hedgers[h].counts, top = Math.max(...counts, 1);
    const band = api.size([0, 1])[1], floor = api.coord([one.low, h])[1] + band / 2 - 4, tall = band - 24;
    const es = summary(s, h, ES), value = summary(s, h, VAR)[VALUE];
    const at = x => api.coord([x, h])[0];
    const outline = from => {
      const points = [];
      for (let k = 0; k < bins; ++k) {
        const start = one.low + k * step, end = start + step, y = floor - tall * counts[k] / top;
        if (end > from) points.push([at(Math.max(start, from)), y], [at(end), y]);
      }
      if (!points.length) return null;
      return [[points[0][0], floor], ...points, [points[points.length - 1][0], floor]];
    };
    const polygon = (points, fill) => points && {type: "polygon", shape: {points}, style: {fill}};
    const rule = (x1, y1, x2, y2, stroke, lineWidth) => ({type: "line", shape: {x1, y1, x2, y2}, style: {stroke, lineWidth}});
    const x = at(es[VALUE]), y = floor - 9, end = params.coordSys.x + params.coordSys.width;
    const diamond = {type: "polygon", shape: {points: [[x - 6, y], [x, y - 6], [x + 6, y], [x, y + 6]]},
                     style: {fill: colour("mark"), stroke: colour("ground"), lineWidth: 1}};
    const words = width > 620 ? `VaR ${short(value)}   ES ${estimateText(es)}` : `ES ${short(es[VALUE])}`;
    const label = {type: "text", style: {text: words, x: end - 2, y: floor - tall - 14, align: "right", fill: colour("ink"), fontSize: 12}};
    return {type: "group", children: [
      polygon(outline(-Infinity), colour("body")), polygon(outline(value), colour("tail")),
      rule(params.coordSys.x, floor, end, floor, colour("soft"), 0.8),
      rule(at(value), floor, at(value), floor - Math.min(tall, 26), colour("mark"), 1.6),
      known(es[LOWER]) ? rule(at(es[LOWER]), y, at(es[UPPER]), y, colour("mark"), 2.2) : null, diamond, label].filter(Boolean)};
  };
  return {
    ...base(),
    aria: {enabled: true, label: {description: `Distribution of the loss by hedger in ${data.scenarios[s]}, with VaR and ` +
           `expected shortfall. The numbers are in the table below.`}},
    grid: {left: left + 14, right: 14, top: 6, bottom: 48},
    xAxis: moneyAxis(`loss, ${unit} (gains are negative)`, {min: one.low, max: one.high, axisLabel: {formatter: x => short(x), showMinLabel: false, showMaxLabel: false}}),
    yAxis: named(data.hedgers, left),
    series: [{type: "custom", renderItem: draw, clip: true, encode: {x: [1, 2], y: 0},
              data: data.hedgers.map((_, h) => [h, one.low, one.high])}],
    tooltip: {...base().tooltip, formatter: p => cellTip(s, p.dataIndex)},
  };
}

// P(loss > x), and where it is as often as the tail.
function exceedance(s, width) {
  const p = data.distributions.probabilities, all = data.distributions.scenarios[s].hedgers;
  const least = 10 ** Math.floor(Math.log10(1 / data.run.paths) + 1e-9);
  const ends = [Math.min(...all.map(one => one.quantiles[0])), Math.max(...all.map(one => one.quantiles[p.length - 1]))];
  const margin = 0.03 * (ends[1] - ends[0]) || Math.abs(ends[0]) * 0.1 || 1;
  const chance = (h, x) => {  // share of the paths with a larger loss, between the points that are kept
    const q = all[h].quantiles;
    if (x < q[0]) return 1;
    if (x >= q[q.length - 1]) return 0;
    let k = q.findIndex(value => value > x);
    const share = (x - q[k - 1]) / (q[k] - q[k - 1]);
    return 1 - (p[k - 1] + share * (p[k] - p[k - 1]));
  };
  const tip = points => lines(`a loss above <b>${short(points[0].axisValue, 4)} ${safe(unit)}</b>`,
    ...points.map(one => `${one.marker}${safe(one.seriesName)}: ${percent(chance(one.seriesIndex, points[0].axisValue))} of paths`));
  return {
    ...base(),
    aria: {enabled: true, label: {description: `Share of paths with a larger loss, by hedger, in ${data.scenarios[s]}.`}},
    legend: {type: "scroll", top: 0, textStyle: {color: colour("ink")}, itemWidth: 34, pageTextStyle: {color: colour("ink")},
             pageIconColor: colour("accent"), pageIconInactiveColor: colour("faint")},
    grid: {left: 62, right: 18, top: 36, bottom: 48},
    xAxis: moneyAxis(`loss, ${unit}`, {min: ends[0] - margin, max: ends[1] + margin, axisLabel: {formatter: x => short(x), showMinLabel: false, showMaxLabel: false}}),
    yAxis: axis({type: "log", min: least, max: 1, axisLine: {onZero: false, lineStyle: {color: colour("soft")}}, name: width > 560 ? "share of paths with a larger loss" : "", nameLocation: "middle", nameGap: 46,
                 axisLabel: {formatter: x => percent(x)}}),
    series: data.hedgers.map((name, h) => ({
      name, type: "line", symbol: "none", lineStyle: lineOf(h), itemStyle: {color: lineOf(h).color},
      data: all[h].quantiles.map((x, k) => [x, Math.max(1 - p[k], least)]),
      markLine: h > 0 ? undefined : {silent: true, symbol: "none", data: [{yAxis: 1 - data.run.level}],
        lineStyle: {color: colour("soft"), type: "dotted"}, label: {formatter: `the worst ${TAIL}`, position: "insideStartTop", color: colour("soft")}}})),
    tooltip: {...base().tooltip, trigger: "axis", axisPointer: {lineStyle: {color: colour("soft")}}, formatter: tip},
  };
}

function differenceWords(rival) {
  const [sign, size] = [rival.above[VALUE] < 0 ? MINUS : "+", Math.abs(rival.above[VALUE])];
  return rival.apart ? `${sign}${short(size)} (${between(rival.above, short)})` : "no significant difference";
}

// ES of each hedger with its interval, the best first; hollow where it cannot be told from the best.
function differences(s, width) {
  const ranking = data.rankings[s], order = [ranking.best, ...ranking.rivals.map(r => r.hedger)];
  const names = order.map(h => data.hedgers[h]), left = nameWidth(width, names), wide = width > 700;
  const references = [];
  if (data.unhedged !== undefined)
    references.push({xAxis: summary(s, data.unhedged, ES)[VALUE], label: {formatter: "unhedged", align: "right", padding: [0, 4, 0, 0]}});
  for (const limit of data.run.limits.filter(l => l.metric === ES))
    references.push({xAxis: limit.amount, label: {formatter: "limit", align: "left", color: colour("bad")}, lineStyle: {type: "solid", color: colour("bad")}});
  const draw = (params, api) => {
    const row = params.dataIndex, e = summary(s, order[row], ES), [x, y] = api.coord([e[VALUE], row]);
    const apart = row === 0 || ranking.rivals[row - 1].apart, line = {stroke: colour("mark"), lineWidth: 2};
    const ends = known(e[LOWER]) ? [e[LOWER], e[UPPER]].map(v => api.coord([v, row])[0]) : [x, x];
    return {type: "group", children: [
      {type: "line", shape: {x1: ends[0], y1: y, x2: ends[1], y2: y}, style: line},
      ...ends.map(v => ({type: "line", shape: {x1: v, y1: y - 5, x2: v, y2: y + 5}, style: line})),
      {type: "circle", shape: {cx: x, cy: y, r: 5.5}, style: {fill: apart ? colour("mark") : colour("ground"), stroke: colour("mark"), lineWidth: 2}},
      ...(wide ? [{type: "text", style: {x: params.coordSys.x + params.coordSys.width + 10, y, verticalAlign: "middle", fill: colour("ink"), fontSize: 12,
                   text: row === 0 ? (order.length > 1 ? "the best" : "") : differenceWords(ranking.rivals[row - 1])}}] : [])]};
  };
  const values = order.map((h, row) => [row, ...[VALUE, LOWER, UPPER].map(k => summary(s, h, ES)[k] ?? summary(s, h, ES)[VALUE])]);
  const reach = [...values.flatMap(v => v.slice(1)), ...references.map(r => r.xAxis)];
  const margin = 0.04 * (Math.max(...reach) - Math.min(...reach)) || 1;
  return {
    ...base(),
    aria: {enabled: true, label: {description: `Expected shortfall by hedger with its interval in ${data.scenarios[s]}, the best first.`}},
    grid: {left: left + 14, right: wide ? 230 : 16, top: 24, bottom: 48},
    xAxis: moneyAxis(`expected shortfall at ${LEVEL}, ${unit}`, {min: Math.min(...reach) - margin, max: Math.max(...reach) + margin,
                     axisLabel: {formatter: x => short(x), showMinLabel: false, showMaxLabel: false}}),
    yAxis: named(names, left),
    series: [{type: "custom", renderItem: draw, encode: {x: [1, 2, 3], y: 0}, data: values},
             {type: "line", data: [], markLine: {silent: true, symbol: "none", data: references, label: {color: colour("soft"), position: "start"},
              lineStyle: {color: colour("soft"), type: "dashed"}}}],
    tooltip: {...base().tooltip, formatter: p => lines(cellTip(s, order[p.dataIndex]), p.dataIndex === 0 ? "the best here" :
              `above the best: ${differenceWords(ranking.rivals[p.dataIndex - 1])}`)},
  };
}

// Parts of the tail's loss, from 0 to the whole. Recorded as P&L, shown as losses: what raises the loss is positive.
function tailParts(s, h) {
  const raw = data.attribution.values[s][h], es = summary(s, h, ES)[VALUE];
  const sum = raw.reduce((total, e) => total + e[VALUE], 0), sign = Math.abs(sum + es) <= Math.abs(sum - es) ? -1 : 1;
  const turned = e => sign > 0 ? e : [-e[VALUE], known(e[UPPER]) ? -e[UPPER] : null, known(e[LOWER]) ? -e[LOWER] : null, e[ERROR]];
  const parts = raw.map((e, b) => ({name: data.attribution.buckets[b], meaning: data.attribution.meanings[b], part: turned(e)}));
  const rest = es - sign * sum;
  if (Math.abs(rest) > 0.005 * Math.abs(es))
    parts.push({name: "not attributed", meaning: "what the parts leave of the expected shortfall", part: [rest, null, null, null]});
  return [...parts, {name: "expected shortfall", meaning: "the whole", part: summary(s, h, ES), whole: true}];
}

// Those that can be seen, one after the other; what cannot be is one bar, if it can.
function tailSteps(s, h) {
  const parts = tailParts(s, h), whole = parts.pop(), least = 0.002 * Math.max(...parts.map(one => Math.abs(one.part[VALUE])));
  const steps = parts.filter(one => Math.abs(one.part[VALUE]) >= least && one.part[VALUE] !== 0);
  const small = parts.filter(one => !steps.includes(one)).reduce((sum, one) => sum + one.part[VALUE], 0);
  if (Math.abs(small) >= least && small !== 0) steps.push({name: "small parts", meaning: "too small to be seen; the table has them", part: [small, null, null, null]});
  let from = 0;
  for (const one of steps) {
    one.from = from;
    from += one.part[VALUE];
    one.to = from;
  }
  return [...steps, {...whole, from: 0, to: whole.part[VALUE]}];
}

function waterfall(s, h, width) {
  const parts = tailSteps(s, h), names = parts.map(one => one.name), left = nameWidth(width, names);
  const signed = one => one.whole ? short(one.to) : (one.part[VALUE] < 0 ? MINUS : "+") + short(Math.abs(one.part[VALUE]));
  const draw = (params, api) => {
    const one = parts[params.dataIndex], y = api.coord([0, params.dataIndex])[1], half = Math.min(14, 0.36 * api.size([0, 1])[1]);
    const [a, b] = [one.from, one.to].map(v => api.coord([v, params.dataIndex])[0]), e = one.part;
    const fill = one.whole ? colour("soft") : e[VALUE] > 0 ? colour("bad") : colour("good");
    const children = [{type: "rect", shape: {x: Math.min(a, b), y: y - half, width: Math.max(1.5, Math.abs(b - a)), height: 2 * half}, style: {fill}}];
    if (known(e[LOWER])) {
      const [l, u] = [e[LOWER], e[UPPER]].map(v => api.coord([v + one.from, params.dataIndex])[0]);
      children.push({type: "line", shape: {x1: l, y1: y, x2: u, y2: y}, style: {stroke: colour("mark"), lineWidth: 1.6}});
    }
    if (!one.whole) children.push({type: "line", shape: {x1: b, y1: y + half, x2: b, y2: y + api.size([0, 1])[1] - half}, style: {stroke: colour("soft"), lineWidth: 1, lineDash: [2, 2]}});
    const reach = known(e[LOWER]) ? [e[LOWER], e[UPPER]].map(v => api.coord([v + one.from, params.dataIndex])[0]) : [];
    const right = Math.max(a, b, ...reach), room = params.coordSys.x + params.coordSys.width - right > 70;
    children.push({type: "text", style: {text: signed(one), x: room ? right + 8 : Math.min(a, b, ...reach) - 8, y, align: room ? "left" : "right", verticalAlign: "middle", fill: colour("ink"), fontSize: 12}});
    return {type: "group", children};
  };
  return {
    ...base(),
    aria: {enabled: true, label: {description: `What the expected shortfall of ${data.hedgers[h]} in ${data.scenarios[s]} is made of.`}},
    grid: {left: left + 14, right: 20, top: 8, bottom: 48},
    xAxis: moneyAxis(`loss, ${unit}`, {boundaryGap: ["0%", width < 560 ? "32%" : "14%"], axisLabel: {formatter: x => short(x), showMaxLabel: false}}),
    yAxis: named(names, left),
    series: [{type: "custom", renderItem: draw, encode: {x: [1, 2], y: 0}, data: parts.map((one, k) => [k, one.from, one.to])}],
    tooltip: {...base().tooltip, formatter: p => lines(`<b>${safe(names[p.dataIndex])}</b>`, safe(parts[p.dataIndex].meaning),
              `${estimateText(parts[p.dataIndex].part)} ${safe(unit)}`)},
  };
}

// ES from the first paths only. Hedgers stand a little apart, so that their intervals can be seen.
function convergence(s) {
  const c = data.convergence, apart = h => 1.035 ** (h - (data.hedgers.length - 1) / 2);
  const whisker = h => (params, api) => {
    const e = c.values[s][h][params.dataIndex], x = c.paths[params.dataIndex] * apart(h);
    if (!known(e[LOWER])) return {type: "group", children: []};
    const [px, low] = api.coord([x, e[LOWER]]), high = api.coord([x, e[UPPER]])[1];
    return {type: "line", shape: {x1: px, y1: low, x2: px, y2: high}, style: {stroke: lineOf(h).color, lineWidth: 1.6}};
  };
  const points = h => c.paths.map((n, k) => [n * apart(h), c.values[s][h][k][VALUE], ...c.values[s][h][k].slice(LOWER, ERROR)]);
  // All values can be seen, and the intervals of the later half; the wide ones from few paths may be cut.
  const late = c.values[s].flatMap(line => line.slice(Math.floor(line.length / 2)).flatMap(e => e.slice(LOWER, ERROR)));
  const reach = [...c.values[s].flatMap(line => line.map(e => e[VALUE])), ...late].filter(known);
  const [low, high] = [Math.min(...reach), Math.max(...reach)], margin = 0.06 * (high - low) || Math.abs(high) * 0.1 || 1;
  const tip = p => lines(`<b>${safe(data.hedgers[p.seriesIndex >> 1])}</b>, first ${grouped(c.paths[p.dataIndex])} paths`,
                         `${estimateText(c.values[s][p.seriesIndex >> 1][p.dataIndex])} ${safe(unit)}`);
  return {
    ...base(),
    aria: {enabled: true, label: {description: `Expected shortfall against the number of paths in ${data.scenarios[s]}.`}},
    legend: {type: "scroll", top: 0, textStyle: {color: colour("ink")}, itemWidth: 34, data: data.hedgers, pageTextStyle: {color: colour("ink")},
             pageIconColor: colour("accent"), pageIconInactiveColor: colour("faint")},
    grid: {left: 66, right: 24, top: 36, bottom: 48},
    xAxis: axis({type: "log", name: "paths", nameLocation: "middle", nameGap: 28, min: c.paths[0] / 1.3, max: c.paths[c.paths.length - 1] * 1.3,
                 axisLabel: {formatter: n => short(n), showMinLabel: false, showMaxLabel: false}}),
    yAxis: moneyAxis("", {min: low - margin, max: high + margin, axisLabel: {formatter: x => short(x), showMinLabel: false, showMaxLabel: false}}),
    series: data.hedgers.flatMap((name, h) => [
      {name, type: "line", data: points(h), symbol: "circle", symbolSize: 7, lineStyle: lineOf(h), itemStyle: {color: lineOf(h).color}},
      {name, type: "custom", data: points(h), renderItem: whisker(h), clip: true, itemStyle: {color: lineOf(h).color}, encode: {x: 0, y: [1, 2, 3]}}]),
    tooltip: {...base().tooltip, formatter: tip},
  };
}
