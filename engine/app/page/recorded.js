"use strict";
// The worst paths as small multiples: a column for each path, a row for each quantity, one time axis.

const ROWS = [
  {title: asset => `${asset}: price`, tracks: [["spot", "price"]], form: x => short(x, 4)},
  {title: asset => `${asset}: half the spread, bp`, tracks: [["half_spread", "half the spread"]], scale: 1e4, form: x => short(x)},
  {title: asset => `${asset}: hedge, units`, tracks: [["delta", "what would cancel delta"], ["hedge", "hedge held"]], form: x => short(x)},
  {title: () => `P&L so far, ${data.run.currency}`, tracks: [["pnl_so_far", "P&L so far"]], form: x => short(x)},
];

function recordedCell(s, h) {
  return data.recorded && data.recorded.cells.find(cell => cell.scenario === s && cell.hedger === h);
}

// Values of a track of a path; delta turned, so that a hedge that cancels it lies on it.
function trackOf(path, row, name, asset) {
  if (name === "pnl_so_far") return path.pnl_so_far;
  const values = path.assets[asset] ? path.assets[asset][name] : [];
  const factor = name === "delta" ? -1 : row.scale || 1;
  return values.map(x => known(x) ? factor * x : null);
}

function last(path) { return path.places[path.places.length - 1]; }

// The date of a grid time, or the nearest before that is known.
function dateOf(place) {
  const stride = data.recorded.date_stride, date = data.recorded.dates[place];
  return date !== undefined ? date : data.recorded.dates[Math.floor(place / stride) * stride] || "";
}

// As short as an axis needs it: 03-12, with the hour where few days are shown.
function tick(place, shown) {
  const date = dateOf(Math.round(place)), days = shown * data.recorded.days_per_step;
  const [, day, hour] = /^(?:\d{4}-)?(\d\d-\d\d|day \d+)\D*(\d\d:\d\d)?/.exec(date) || ["", date, ""];
  return days < 4 && hour ? `${day} ${hour}` : day;
}

// Stretches of one regime: from, to, number.
function stretches(path) {
  const out = [];
  path.regime.forEach((number, k) => {
    const before = out[out.length - 1], place = path.places[k];
    if (before) before.to = place;
    if (!before || before.number !== number) out.push({number, from: place, to: place});
  });
  return out;
}

function regimeShades(path, s, labelled, span) {
  return {silent: true, data: stretches(path).filter(one => one.number > 0).map(one => [{
    xAxis: one.from, name: labelled && (Math.min(one.to, span) - one.from) / span > 0.12 ? data.recorded.regimes[s][one.number] : "",
    itemStyle: {color: regimeColour(one.number), opacity: 0.2},
    label: {color: colour("ink"), fontSize: 11, position: "insideTop"}}, {xAxis: one.to}])};
}

function regimeColour(number) { return REGIME_HUES[(number - 1) % REGIME_HUES.length]; }

// What the shades mean.
function regimeKeys(s, cell) {
  const seen = [...new Set(cell.paths.flatMap(path => path.regime))].sort((a, b) => a - b);
  return seen.length < 2 ? [] : ["Regimes: ", ...seen.map(number => make("span", {class: "key",
    style: number > 0 ? `background:${regimeColour(number)}38;border-color:${regimeColour(number)}` : ""}, data.recorded.regimes[s][number]))];
}

// Steps until nearly all of the moves of the P&L are made, on any of the paths, and a little more.
function nearSteps(cell) {
  return Math.max(...cell.paths.map(path => {
    const pnl = path.pnl_so_far, moves = pnl.map((x, k) => k ? Math.abs(x - pnl[k - 1]) : 0);
    const all = moves.reduce((a, b) => a + b, 0);
    let sum = 0;
    const end = moves.findIndex(x => (sum += x) >= 0.9 * all);
    return Math.ceil(1.6 * path.places[Math.max(1, end)]);
  }));
}

function isNearer(cell) { return nearSteps(cell) < 0.5 * Math.max(...cell.paths.map(last)); }

function recordedLayout(width, paths) {
  const columns = width < 620 ? 1 : Math.min(paths.length, 3);
  return {columns, blocks: Math.ceil(paths.length / columns), row: 128, head: 42, foot: 40};
}

function recordedHeight(s, h, width) {
  const layout = recordedLayout(width, recordedCell(s, h).paths);
  return layout.blocks * (layout.head + ROWS.length * layout.row + layout.foot);
}

function recordedTip(points, cell, s, asset) {
  const path = cell.paths[Math.floor(points[0].axisIndex / ROWS.length)], k = points[0].dataIndex;
  const regime = data.recorded.regimes[s][path.regime[k]];
  return lines(`<b>path ${grouped(path.path)}</b>, ${safe(dateOf(path.places[k]))}`,
    `regime: ${safe(regime)}`, ...ROWS.flatMap(row => row.tracks.map(([name, words]) =>
      `${words}: ${row.form(trackOf(path, row, name, asset)[k])}${name === "half_spread" ? " bp" : ""}`)).map(text => text.replace("P&L", "P&amp;L")));
}

// Axes of a row reach as far in every column, so that paths can be compared.
function reachOf(cell, row, asset) {
  const all = cell.paths.flatMap(path => row.tracks.flatMap(([name]) => trackOf(path, row, name, asset))).filter(known);
  const [low, high] = [Math.min(...all), Math.max(...all)], margin = 0.05 * (high - low) || Math.abs(high) * 0.05 || 1;
  return all.length ? {min: low - margin, max: high + (row === ROWS[0] ? 4 : 1) * margin} : {};
}

function recordedOption(s, h, asset, width, near) {
  const cell = recordedCell(s, h), layout = recordedLayout(width, cell.paths), option = base();
  const shown = near && isNearer(cell) ? nearSteps(cell) : Math.max(...cell.paths.map(last));
  const wide = width / layout.columns, block = layout.head + ROWS.length * layout.row + layout.foot;
  Object.assign(option, {title: [], grid: [], xAxis: [], yAxis: [], series: []});
  cell.paths.forEach((path, p) => ROWS.forEach((row, r) => {
    const index = p * ROWS.length + r, x = (p % layout.columns) * wide;
    const top = Math.floor(p / layout.columns) * block + layout.head + r * layout.row;
    if (r === 0)
      option.title.push({text: wide < 300 ? `path ${grouped(path.path)}: ${short(path.pnl)}` : `${p + 1}. path ${grouped(path.path)}: P&L ${short(path.pnl)} ${unit}`, left: x + 52, top: top - layout.head + 2,
                         textStyle: {fontSize: wide < 280 ? 11 : 13, color: colour("ink")}});
    option.title.push({text: row.title(asset), left: x + 52, top: top - 4, textStyle: {fontSize: 11, fontWeight: "normal", color: colour("soft")}});
    option.grid.push({outerBoundsMode: "none", left: x + 56, top: top + 14, width: wide - 72, height: layout.row - 34});
    option.xAxis.push(axis({type: "value", gridIndex: index, min: 0, max: shown, splitLine: {show: false},
      axisPointer: {show: true, label: {show: false}}, axisLabel: {show: r === ROWS.length - 1, showMaxLabel: false, formatter: x => tick(x, shown)}, splitNumber: 3}));
    option.yAxis.push(axis({type: "value", gridIndex: index, splitNumber: 3, ...reachOf(cell, row, asset),
      axisLabel: {formatter: x => short(x), fontSize: 11, showMinLabel: false, showMaxLabel: false}}));
    row.tracks.forEach(([name, words], k) => option.series.push({
      name: words, type: "line", xAxisIndex: index, yAxisIndex: index, showSymbol: false, step: name === "hedge" ? "end" : false,
      data: trackOf(path, row, name, asset).map((y, k) => [path.places[k], y]),
      lineStyle: {width: 1.6, color: row.tracks.length > 1 && k === 0 ? HUES[1] : colour("accent"), type: row.tracks.length > 1 && k === 0 ? [5, 3] : "solid"},
      itemStyle: {color: row.tracks.length > 1 && k === 0 ? HUES[1] : colour("accent")},
      markArea: k === 0 ? regimeShades(path, s, r === 0, shown) : undefined}));
  }));
  option.axisPointer = {link: cell.paths.map((_, p) => ({xAxisIndex: ROWS.map((__, r) => p * ROWS.length + r)}))};
  option.aria = {enabled: true, label: {description: `The worst recorded paths of ${data.hedgers[h]} in ${data.scenarios[s]}: price, spread, hedge and P&L.`}};
  option.tooltip = {...option.tooltip, trigger: "axis", formatter: points => recordedTip(points, cell, s, asset)};
  return option;
}

function recordedTable(s, h, asset, caption) {
  const headings = ["time", "regime", ...ROWS.flatMap(row => row.tracks.map(([name, words]) => name === "half_spread" ? `${words}, bp` : words))];
  return make("div", {}, ...recordedCell(s, h).paths.map(path => make("div", {},
    make("h3", {}, `Path ${grouped(path.path)}: P&L ${full(path.pnl)} ${unit}`),
    table(headings, path.places.map((t, k) => [dateOf(t), data.recorded.regimes[s][path.regime[k]],
      ...ROWS.flatMap(row => row.tracks.map(([name]) => full(trackOf(path, row, name, asset)[k])))]), caption))));
}
