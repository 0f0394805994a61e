"use strict";
// Puts the page together: texts, charts and their tables, and what is chosen.

const chosen = {scenario: 0, hedger: 0, asset: "", mode: "loss", near: true};
const charts = new Map();  // id: {chart, draw}
const storage = (() => { try { return window.localStorage; } catch { return null; } })();

// A chart in a figure, drawn again when its width or the scheme changes. draw: width -> {option, height}
function show(id, draw, caption, build) {
  const figure = byId(id);
  if (!charts.has(id)) {
    const area = make("div", {class: "chart", role: "img"});
    figure.prepend(area);
    const {height} = draw(area.clientWidth || 680);
    area.style.height = `${height}px`;
    charts.set(id, {chart: echarts.init(area, null, {renderer: "svg"}), area});
  }
  charts.get(id).draw = draw;
  redraw(charts.get(id));
  tableBeneath(figure, caption, build);
}

function redraw(one, width = one.area.clientWidth) {
  if (!width) return;
  const {option, height} = one.draw(width);
  one.area.style.height = `${height}px`;
  one.chart.resize({width, height, silent: true});
  one.chart.setOption(option, true);
  one.chart.getZr().flush();
  one.width = width;
}

function redrawAll(width) { for (const one of charts.values()) redraw(one, width); }

function overview() {
  show("overview", width => ({option: heat(chosen.mode, width), height: heatHeight()}),
    `Expected shortfall at ${LEVEL} by scenario and hedger, ${unit}, with ${confidence} intervals`,
    caption => table(["hedger", ...data.scenarios], data.hedgers.map((name, h) => [name, ...data.scenarios.map((_, s) => estimateCell(summary(s, h, ES)))]), caption));
}

const SHOWN = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999];

function lossCharts() {
  const s = chosen.scenario, numbers = [["mean P&L", "mean"], ["standard deviation", "sd"], [`VaR ${LEVEL}`, VAR], [`ES ${LEVEL}`, ES], ["largest loss", "worst_loss"]];
  show("losses", width => ({option: ridges(s, width), height: 60 + (data.hedgers.length <= 8 ? 76 : data.hedgers.length <= 16 ? 54 : 40) * data.hedgers.length}),
    `Losses in ${data.scenarios[s]}, ${unit}, with ${confidence} intervals`,
    caption => table(["hedger", ...numbers.map(n => n[0])], data.hedgers.map((name, h) => [name, ...numbers.map(n => estimateCell(summary(s, h, n[1])))]), caption));
  const p = data.distributions.probabilities, all = data.distributions.scenarios[s].hedgers;
  const near = level => p.reduce((best, x, k) => Math.abs(x - level) < Math.abs(p[best] - level) ? k : best, 0);
  show("exceedance", width => ({option: exceedance(s, width), height: 380}), `Losses in ${data.scenarios[s]} that so many paths stay below, ${unit}`,
    caption => table(["share of paths below", ...data.hedgers], [...new Set(SHOWN.map(near)), p.length - 1].filter((k, n, list) => list.indexOf(k) === n)
      .map(k => [percent(p[k], 5), ...all.map(one => full(one.quantiles[k]))]), caption));
}

function differenceChart() {
  const s = chosen.scenario, ranking = data.rankings[s];
  if (ranking.best === undefined) return;
  show("differences", width => ({option: differences(s, width), height: 78 + 34 * (1 + ranking.rivals.length)}),
    `Expected shortfall above that of the best hedger, ${unit}, on the same paths`,
    caption => table(["hedger", `ES ${LEVEL}`, "above the best", "adjusted p", "significant"],
      [[data.hedgers[ranking.best], estimateCell(summary(s, ranking.best, ES)), "the best", "", ""],
       ...ranking.rivals.map(r => [data.hedgers[r.hedger], estimateCell(summary(s, r.hedger, ES)), estimateCell(r.above), known(r.p) ? (r.p < 1e-4 ? "< 0.0001" : r.p.toFixed(4)) : "not known", r.apart ? "yes" : "no"])], caption));
}

function attributionChart() {
  if (!data.attribution) return;
  const [s, h] = [chosen.scenario, chosen.hedger], parts = tailParts(s, h);
  show("attribution", width => ({option: waterfall(s, h, width), height: 64 + 40 * tailSteps(s, h).length}),
    `Parts of the expected shortfall of ${data.hedgers[h]} in ${data.scenarios[s]}, ${unit}`,
    caption => table(["part", "what it is", `loss, ${unit}`], parts.map(one => [one.name, make("td", {class: "words"}, one.meaning), estimateCell(one.part)]), caption));
}

function recordedChart() {
  if (!data.recorded) return;
  const [s, h] = [chosen.scenario, chosen.hedger], cell = recordedCell(s, h), text = byId("recorded-text"), figure = byId("recorded");
  figure.hidden = !cell;
  byId("asset-label").hidden = !cell || Object.keys(cell.paths[0].assets).length < 2;
  if (!cell) {
    text.textContent = "The result file has the worst paths of this hedger; they are left out here to keep the page small.";
    return;
  }
  const assets = Object.keys(cell.paths[0].assets), places = Math.max(...cell.paths.map(path => path.places.length));
  if (!cell.paths.every(path => path.assets[chosen.asset])) chosen.asset = assets[0];
  byId("asset").replaceChildren(...assets.map(name => make("option", name === chosen.asset ? {selected: ""} : {}, name)));
  text.textContent = `The ${cell.paths.length === 1 ? "path" : cell.paths.length + " paths"} with the largest loss of ${grouped(data.run.paths)}, ` +
    "the regimes of the market shaded. The hedge held should lie on what would cancel the book's delta (dashed); where it does not, the desk was late, could not trade or did not want to." +
    (places < data.recorded.steps ? ` Drawn at ${grouped(places)} of ${grouped(data.recorded.steps + 1)} times; the result file has all.` : "");
  byId("regimes").replaceChildren(...regimeKeys(s, cell));
  byId("near").hidden = !isNearer(cell);
  byId("near").textContent = chosen.near ? "Show the whole horizon" : "Show where the loss is made";
  show("recorded", width => ({option: recordedOption(s, h, chosen.asset, width, chosen.near), height: recordedHeight(s, h, width)}),
    `The worst paths of ${data.hedgers[h]} in ${data.scenarios[s]}`, caption => recordedTable(s, h, chosen.asset, caption));
}

function convergenceChart() {
  if (!data.convergence) return;
  const s = chosen.scenario, c = data.convergence;
  show("convergence", () => ({option: convergence(s), height: 360}), `Expected shortfall from the first paths only, in ${data.scenarios[s]}, ${unit}`,
    caption => table(["paths", ...data.hedgers], c.paths.map((n, k) => [grouped(n), ...data.hedgers.map((_, h) => estimateCell(c.values[s][h][k]))]), caption));
}

// Where what happened lies in what is simulated: 5 % to 95 % as a bar, the median a tick, what happened a diamond.
function strip(row) {
  const values = [row.low, row.high, row.then].filter(known), [low, high] = [Math.min(...values), Math.max(...values)];
  const at = x => 6 + 108 * (high > low ? (x - low) / (high - low) : 0.5);
  const mark = known(row.then) ? `<path d="M${at(row.then) - 5} 10l5-5 5 5-5 5z" fill="${colour(row.outside ? "bad" : "mark")}"/>` : "";
  const cell = make("td", {class: "strip"});
  if (known(row.low) && known(row.high))
    cell.innerHTML = `<svg viewBox="0 0 120 20" aria-hidden="true"><rect x="${at(row.low)}" y="7" width="${Math.max(1, at(row.high) - at(row.low))}" height="6" fill="${colour("body")}"/>` +
      `${known(row.median) ? `<rect x="${at(row.median) - 1}" y="4" width="2" height="12" fill="${colour("ink")}"/>` : ""}${mark}</svg>`;
  return cell;
}

function facts() {
  const one = data.facts[chosen.scenario], area = byId("facts"), simulated = one.rows.some(row => row.low_text !== undefined);
  area.replaceChildren();
  if (one.title) area.append(make("p", {}, one.title + (one.severity !== 1 && known(one.severity) ? ` Taken with severity ${one.severity}.` : "")));
  if (one.description) area.append(make("p", {}, one.description));
  if (one.why_not) area.append(make("p", {}, one.why_not.charAt(0).toUpperCase() + one.why_not.slice(1) + "."));
  if (one.rows.length) {
    area.append(make("p", {}, simulated ? `What happened, beside what ${grouped(one.paths)} paths of the scenario do on the market of that day, simulated for this page: 5 % to 95 % of them are the bar, the median its tick, what happened the diamond.` : "What happened."));
    const headings = ["what happened", "then", ...(simulated ? ["median", "5 %", "95 %", "", ""] : []), "who says so"];
    const made = table(headings, one.rows.map(row => [row.what, row.then_text || "no figure known", ...(simulated ? [row.median_text, row.low_text, row.high_text, strip(row),
      make("td", {class: row.outside ? "outside words" : "words"}, row.outside ? "outside" : known(row.then) ? "inside" : "")] : []), make("td", {class: "words"}, row.where || "")]), `What happened in ${data.scenarios[chosen.scenario]}`);
    made.className = "facts";
    area.append(make("div", {class: "wide"}, made));
  }
  if (one.sources && one.sources.length)
    area.append(make("details", {}, make("summary", {}, "Sources of the scenario"), make("ul", {}, ...one.sources.map(x => make("li", {}, `${x.what} [${x.where}]`)))));
}

function numbers() {
  const s = chosen.scenario;
  byId("numbers").replaceChildren(table(["", ...data.hedgers, "unit"], data.metrics.map((name, m) => [
    make("span", {}, name, make("br"), make("span", {class: "meaning"}, data.metric_meanings[m])),
    ...data.hedgers.map((_, h) => estimateCell(data.summary[s][h][m], formOf(name, data.metric_units[m]))),
    make("td", {class: "words"}, {1: "", probability: ""}[data.metric_units[m]] ?? data.metric_units[m])]),
    `Every risk number in ${data.scenarios[s]} with ${confidence} intervals`));
}

function provenance() {
  const run = data.run, cut = run.paths < run.paths_planned ? ` of ${grouped(run.paths_planned)} asked for` : "";
  const rows = [["Result file", run.file], ["Format", run.format_version], ["Engine", `unhedged ${run.engine_version}, revision ${run.engine_revision}, ${run.instruction_set}`],
    ["Paths", `${grouped(run.paths)}${cut}, numbers ${run.path_numbers}`], ["Seed", run.seed], ["Grid", `${grouped(run.steps)} steps over ${run.horizon}, calendar ${run.calendar}`],
    ["Run", `${run.started} to ${run.finished}`], ["Configuration", run.configuration_path], ["SHA-256 of it", run.configuration_sha256],
    ["Replaced values", run.overrides.join(", ") || "none"],
    ["Limits", run.limits.length ? run.limits.map(l => `${l.metric}: ${full(l.amount)} ${unit}`).join(", ") : "none"]];
  byId("provenance").replaceChildren(make("dl", {}, ...rows.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])),
    make("details", {id: "configuration"}, make("summary", {}, "The configuration"), make("pre", {tabindex: "0"}, run.configuration)),
    ...Object.entries(run.texts).map(([name, text]) => make("details", {}, make("summary", {}, `Scenario file ${name}`), make("pre", {tabindex: "0"}, text))));
}

function words() {
  const run = data.run;
  byId("about").textContent = `${grouped(run.paths)} paths over ${run.horizon}; money in ${unit}, P&L at the horizon, undiscounted; ${confidence} intervals; ${run.finished.slice(0, 10)}.`;
  byId("overview-text").textContent = `Expected shortfall at ${LEVEL}: the average loss in the worst ${TAIL} of paths. Choosing a cell shows it in the charts below.`;
  byId("losses-text").textContent = `Each hedger's losses, drawn to the same height on one axis. Beyond the Value at Risk at ${LEVEL} (bar) they are set off; the diamond is the expected shortfall, with its ${confidence} interval.`;
  byId("differences-text").textContent = hedged.length < 2 ? "One hedger is under test: there is no order." :
    `Expected shortfall with ${confidence} intervals, the best first. Filled: significantly worse than the best on the same paths, after Holm's correction. Hollow: it cannot be told apart from the best. (Intervals may overlap all the same: on the same paths differences are known better than the numbers.)`;
  byId("attribution-text").textContent = "From left to right, what the average loss of the worst paths is made of: orange and + adds to it, blue and \u2212 takes away from it.";
  byId("convergence-text").textContent = `The same number from the first paths only, with ${confidence} intervals: where they no longer move and shrink with the number of paths, it has settled.`;
  const notes = [];
  if (run.paths_failed) notes.push(`${grouped(run.paths_failed)} paths ended in no number and are left out of every number here.`);
  if (run.paths + run.paths_failed < run.paths_planned) notes.push(`The run ended after ${grouped(run.paths)} of ${grouped(run.paths_planned)} paths.`);
  if (run.overrides.length) notes.push(`Values of the configuration were replaced: ${run.overrides.join(", ")}.`);
  if (run.problem) notes.push(`This program cannot read the configuration in the file, so that limits and facts are not shown: ${run.problem}`);
  byId("warning").hidden = notes.length === 0;
  byId("warning").textContent = notes.join(" ");
}

function hideEmpty() {
  byId("attribution-section").hidden = !data.attribution;
  byId("recorded-section").hidden = !data.recorded;
  byId("convergence-section").hidden = !data.convergence;
  byId("numbers").classList.toggle("many", data.hedgers.length > 8);
  byId("differences").closest("section").hidden = hedged.length === 0;
}

function choose(change) {
  Object.assign(chosen, change);
  byId("scenario").value = chosen.scenario;
  byId("hedger").value = chosen.hedger;
  for (const one of document.querySelectorAll(".of")) {
    const both = one.dataset.of === "both";
    one.textContent = `${DASH} ${data.scenarios[chosen.scenario]}${both ? ", " + data.hedgers[chosen.hedger] : ""}`;
  }
  for (const draw of [lossCharts, differenceChart, attributionChart, recordedChart, convergenceChart, facts, numbers]) draw();
}

// The largest hedged loss is what the page opens with.
function worstCell() {
  let worst = {scenario: 0, hedger: hedged.length ? hedged[0] : 0};
  data.scenarios.forEach((_, s) => (hedged.length ? hedged : [0]).forEach(h => {
    if (summary(s, h, ES)[VALUE] > summary(worst.scenario, worst.hedger, ES)[VALUE]) worst = {scenario: s, hedger: h};
  }));
  return worst;
}

const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
let wish = (storage && storage.getItem("unhedged-scheme")) || "system";

function applyScheme(forced) {
  const dark = forced ? forced === "dark" : wish === "dark" || (wish === "system" && systemDark.matches);
  document.documentElement.dataset.scheme = dark ? "dark" : "light";
  byId("scheme").textContent = {system: "Colours: as the system", light: "Colours: light", dark: "Colours: dark"}[wish];
}

function wire() {
  byId("scenario").replaceChildren(...data.scenarios.map((name, s) => make("option", {value: s}, name)));
  byId("hedger").replaceChildren(...data.hedgers.map((name, h) => make("option", {value: h}, name)));
  byId("scenario").addEventListener("change", event => choose({scenario: Number(event.target.value)}));
  byId("hedger").addEventListener("change", event => choose({hedger: Number(event.target.value)}));
  byId("asset").addEventListener("change", event => { chosen.asset = event.target.value; recordedChart(); });
  const modes = [["loss", `Expected shortfall, ${unit}`], ["share", "Share of the unhedged loss that is left"]];
  const buttons = modes.map(([mode, text]) => {
    const button = make("button", {type: "button", "aria-pressed": String(mode === chosen.mode)}, text);
    button.addEventListener("click", () => {
      chosen.mode = mode;
      buttons.forEach(other => other.setAttribute("aria-pressed", String(other === button)));
      overview();
    });
    return button;
  });
  if (hedged.length && data.unhedged !== undefined) byId("overview-choice").replaceChildren(...buttons);
  byId("near").addEventListener("click", () => { chosen.near = !chosen.near; recordedChart(); });
  byId("scheme").addEventListener("click", () => {
    wish = {system: "light", light: "dark", dark: "system"}[wish];
    if (storage) storage.setItem("unhedged-scheme", wish);
    recolour();
  });
  systemDark.addEventListener("change", () => recolour());
}

function recolour(forced, width) {
  applyScheme(forced);
  redrawAll(width);
  facts();
}

// Paper is light, and as wide as A4 between its margins.
function wirePaper() {
  const paper = 690;
  window.addEventListener("beforeprint", () => recolour("light", paper));
  window.addEventListener("afterprint", () => recolour());
}

function wireWidth() {
  const watch = new ResizeObserver(() => {
    for (const one of charts.values()) if (one.area.clientWidth && one.area.clientWidth !== one.width) redraw(one);
  });
  watch.observe(document.querySelector("main"));
}

applyScheme();
words();
hideEmpty();
wire();
provenance();
overview();
charts.get("overview").chart.on("click", p => { choose({scenario: p.value[0], hedger: p.value[1]}); document.querySelector(".toolbar").scrollIntoView(); });
choose(worstCell());
wirePaper();
wireWidth();
