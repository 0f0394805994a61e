"use strict";
// Numbers as people read them, elements, tables. What the page shows is in `data` (page_data.cpp).
const data = JSON.parse(document.getElementById("data").textContent);
const GAP = "\u202f", MINUS = "\u2212", DASH = "\u2013";
const VALUE = 0, LOWER = 1, UPPER = 2, ERROR = 3;  // places of an estimate
const unit = data.run.unit, confidence = percent(data.run.confidence);

function known(x) { return x !== null && x !== undefined && Number.isFinite(x); }

// Thousands apart, so many decimals.
function grouped(x, decimals = 0) {
  const [whole, rest] = Math.abs(x).toFixed(decimals).split(".");
  const apart = whole.replace(/\B(?=(\d{3})+(?!\d))/g, GAP) + (rest ? "." + rest : "");
  return (x < 0 && /[1-9]/.test(apart) ? MINUS : "") + apart;
}

// Six significant digits or all of the whole ones.
function full(x) {
  if (!known(x)) return "n/a";
  if (x === 0) return "0";
  const size = Math.floor(Math.log10(Math.abs(x)));
  if (size < -5) return x.toExponential(3).replace("-", MINUS);
  return grouped(x, Math.max(0, Math.min(8, 5 - size)));
}

// 1234567 as 1.23 M.
function short(x, digits = 3) {
  if (!known(x)) return "n/a";
  if (x === 0) return "0";
  for (const [scale, suffix] of [[1, ""], [1e3, GAP + "k"], [1e6, GAP + "M"], [1e9, GAP + "G"], [1e12, GAP + "T"]]) {
    const text = Number((x / scale).toPrecision(digits));
    if (Math.abs(text) < 1000) return String(text).replace("-", MINUS) + suffix;
  }
  return x.toExponential(digits - 1);
}

function percent(x, digits = 3) { return known(x) ? short(100 * x, digits) + GAP + "%" : "n/a"; }

function between(e, form) { return known(e[LOWER]) ? `${form(e[LOWER])} to ${form(e[UPPER])}` : "no interval"; }

function estimateText(e, form = short) { return `${form(e[VALUE])} (${between(e, form)})`; }

// Shares are read in percent.
function formOf(name, metricUnit) {
  const share = metricUnit === "probability" || /effectiveness|^calibration_error$|^parameter_drift$/.test(name);
  return share ? x => percent(x, 4) : full;
}

function safe(text) {
  return String(text).replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
}

// The element, with attributes and children (texts or elements).
function make(tag, attributes = {}, ...children) {
  const out = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) out.setAttribute(name, value);
  out.append(...children.filter(child => child !== null && child !== undefined));
  return out;
}

function byId(id) { return document.getElementById(id); }

// A cell of an estimate: the number, and its interval in a second, quieter text.
function estimateCell(e, form = full) {
  if (!e || !known(e[VALUE])) return make("td", {}, "n/a");
  const cell = make("td", {}, make("span", {class: "main"}, form(e[VALUE])));
  if (known(e[LOWER]) && e[LOWER] !== e[UPPER])
    cell.append(make("br"), make("span", {class: "interval"}, `${form(e[LOWER])} ${DASH} ${form(e[UPPER])}`));
  return cell;
}

// Rows of texts or cells, the first of each its heading.
function table(headings, rows, caption) {
  const head = make("tr", {}, ...headings.map(text => make("th", {scope: "col"}, text)));
  const body = make("tbody");
  for (const [first, ...cells] of rows)
    body.append(make("tr", {}, make("th", {scope: "row"}, first),
                     ...cells.map(cell => cell instanceof Element ? cell : make("td", {}, cell))));
  return make("table", {}, make("caption", {class: "unseen"}, caption), make("thead", {}, head), body);
}

// The numbers of a chart in a table beneath it, made when it is opened.
function tableBeneath(figure, caption, build) {
  const old = figure.querySelector("details");
  const area = make("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": caption});
  const details = make("details", {}, make("summary", {}, "The numbers of this chart"), area);
  const fill = () => { if (details.open && !area.firstChild) area.append(build(caption)); };
  details.addEventListener("toggle", fill);
  details.open = old !== null && old.open;
  if (old) old.replaceWith(details);
  else figure.append(details);
  fill();
}

// Estimates by their names.
function metricPlace(name) { return data.metrics.indexOf(name); }
function summary(s, h, name) { return data.summary[s][h][metricPlace(name)]; }
const levelName = data.metrics.filter(m => /^es_[0-9.]+$/.test(m)).map(m => m.slice(3)).sort((a, b) => a - b).pop();
const ES = "es_" + levelName, VAR = "var_" + levelName, EFFECT = "es_effectiveness_" + levelName;
const LEVEL = levelName + GAP + "%", TAIL = percent(1 - data.run.level);
const hedged = data.hedgers.map((_, h) => h).filter(h => h !== data.unhedged);
