// What a page does beyond being read: filter and sort tables, explain a numeral, step from one contradiction to the next.
// Every page is whole without this file.
"use strict";

const FEW_ROWS = 6; // a shorter table is taken in at a glance

for (const tools of document.querySelectorAll(".tools")) {
  const table = document.getElementById(tools.querySelector("[data-filter]")?.dataset.filter);
  tools.hidden = table !== null && table.tBodies[0].rows.length < FEW_ROWS;
}

// --- Tables: filter by words and severity, sort by a column.

function refresh(table) {
  const field = document.querySelector(`[data-filter="${table.id}"]`);
  const wanted = (field ? field.value : "").trim().toLowerCase().split(/\s+/).filter(Boolean);
  const hidden = new Set(
    [...document.querySelectorAll(`[data-table="${table.id}"]`)].filter((box) => !box.checked).map((box) => box.dataset.severity),
  );
  const count = document.querySelector(`[data-count="${table.id}"]`);
  if (table.dataset.index && searchAll(table, wanted, hidden, count)) return;
  let shown = 0;
  const rows = table.tBodies[0].rows;
  for (const row of rows) {
    row.words ??= row.textContent.toLowerCase();
    row.hidden = hidden.has(row.dataset.severity) || !wanted.every((word) => row.words.includes(word));
    if (!row.hidden) shown += 1;
  }
  if (count) count.textContent = count.dataset.text.replace("{}", shown).replace("{}", rows.length);
}

// --- A list on several pages: a search goes through all of them, by an index that is loaded when it is needed.

const MOST_FOUND = 300; // more rows than anybody reads; the number of all is told

function loadIndex(table) {
  if (table.asked) return;
  table.asked = true;
  table.own = [...table.tBodies[0].rows];
  const script = document.createElement("script");
  script.src = table.dataset.index;
  script.addEventListener("load", () => {
    table.index = window.goujiFindings.map((entry) => ({ entry, words: entry.flat().join(" ").toLowerCase() }));
    refresh(table);
  });
  document.head.append(script);
}

function made(name, text, kind) {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  if (kind) element.className = kind;
  return element;
}

function rowOf([severity, name, changes, page, title, quote, unitPage, unit, file, place, printed, measure, expected, expectedMeasure, family]) {
  const row = made("tr");
  row.dataset.severity = severity;
  const link = made("a", title);
  link.href = page;
  const unitLink = made(unitPage ? "a" : "span", unit, "quiet");
  if (unitPage) unitLink.href = unitPage;
  const snippet = made("span", "", "snippet");
  snippet.lang = "zh-CN";
  snippet.append(made("bdi", quote));
  const cells = [
    ["", made("span", name, `badge ${severity}`), ...changes.flatMap((change) => [" ", made("span", change, "change")])],
    ["what", link, snippet],
    ["", unitLink],
    ["where", file, made("small", place)],
    ["number", made("bdi", printed), " ", made("small", measure)],
    ["number", made("bdi", expected), " ", made("small", expectedMeasure)],
    ["short", family],
  ];
  for (const [kind, ...content] of cells) {
    const cell = made("td", "", kind);
    cell.append(...content);
    row.append(cell);
  }
  row.cells[0].dataset.sort = { error: 0, warning: 1 }[severity] ?? 2;
  return row;
}

function searchAll(table, wanted, hidden, count) {
  const body = table.tBodies[0];
  if (!wanted.length && !hidden.size) {
    if (table.asked) body.replaceChildren(...table.own);
    return false;
  }
  loadIndex(table);
  if (!table.index) return false;
  const found = table.index.filter(({ entry, words }) => !hidden.has(entry[0]) && wanted.every((word) => words.includes(word)));
  body.replaceChildren(...found.slice(0, MOST_FOUND).map(({ entry }) => rowOf(entry)));
  count.textContent = count.dataset.text.replace("{}", found.length).replace("{}", table.index.length);
  return true;
}

function key(row, column) {
  const cell = row.cells[column];
  const text = (cell.dataset.sort ?? cell.textContent).trim();
  const number = Number.parseFloat(text.replace(/[,，%]/g, ""));
  return [/^[-\d.,，%]+/.test(text) ? number : text === "–" || text === "" ? Number.NEGATIVE_INFINITY : null, text];
}

function sort(table, column, button) {
  const down = button.getAttribute("aria-sort") !== "descending";
  for (const heading of table.tHead.rows[0].cells) heading.removeAttribute("aria-sort");
  button.setAttribute("aria-sort", down ? "descending" : "ascending");
  const rows = [...table.tBodies[0].rows].map((row) => [key(row, column), row]);
  const numeric = rows.every(([[number]]) => number !== null);
  rows.sort(([[a, x]], [[b, y]]) => (numeric ? a - b : x.localeCompare(y, document.documentElement.lang)));
  if (down === numeric) rows.reverse();
  table.tBodies[0].append(...rows.map(([, row]) => row));
}

for (const table of document.querySelectorAll("table[data-sortable]")) {
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    if ("nosort" in heading.dataset) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(table, column, heading));
    heading.append(button);
  });
  for (const control of document.querySelectorAll(`[data-filter="${table.id}"], [data-table="${table.id}"]`)) {
    control.addEventListener("input", () => refresh(table));
  }
  refresh(table);
}

// --- A document: hover, focus or tap a numeral to see what it means and what it stands in.

const panel = document.getElementById("panel");

function copyOf(identifier, name) {
  const original = document.getElementById(identifier);
  const copy = document.createElement(name);
  if (original) {
    copy.className = original.className;
    for (const node of original.childNodes) copy.append(node.cloneNode(true));
  }
  return copy;
}

// A relation stands under its rule and its outcome; alone it must say both.
function relation(number) {
  const copy = copyOf(`r${number}`, "li");
  const group = document.getElementById(`r${number}`)?.parentElement.closest("li");
  if (group) {
    copy.className = group.className;
    copy.prepend(group.children[0].cloneNode(true), " ", group.children[1].cloneNode(true), " ");
  }
  return copy;
}

function explain(mark) {
  const say = panel.dataset;
  const state = ["ok", "bad", "unread"].find((name) => mark.classList.contains(name)) ?? "free";
  const head = document.createElement("p");
  head.className = `head ${state}`;
  const value = document.createElement("strong");
  value.textContent = mark.textContent;
  head.append(value, ` ${say[state]}`);
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", say.close);
  close.addEventListener("click", hide);
  const parts = [close, head, copyOf(`c${mark.dataset.c}`, "p")];
  const numbers = (mark.dataset.r ?? "").split(" ").filter(Boolean);
  if (mark.getAttribute("href").includes(".html")) {
    const link = document.createElement("a");
    link.href = mark.getAttribute("href");
    link.textContent = say.finding;
    parts.push(link);
  }
  if (numbers.length) {
    const list = document.createElement("ul");
    list.append(...numbers.slice(0, 8).map(relation));
    const title = document.createElement("p");
    title.textContent = `${say.relations} ${numbers.length}`;
    parts.push(title, list);
  }
  panel.replaceChildren(...parts);
  panel.hidden = false;
  for (const other of document.querySelectorAll(".ticked .current")) other.classList.remove("current");
  mark.classList.add("current");
}

function hide() {
  panel.hidden = true;
}

if (panel) {
  const text = document.querySelector(".ticked");
  const marked = (event) => event.target.closest?.("a[data-c]");
  let pinned = false;
  text.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse" && !pinned && marked(event)) explain(marked(event));
  });
  text.addEventListener("focusin", (event) => marked(event)?.matches(":focus-visible") && explain(marked(event)));
  text.addEventListener("click", (event) => {
    const mark = marked(event);
    if (!mark || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    pinned = true;
    explain(mark);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    pinned = false;
    hide();
  });
  panel.addEventListener("click", (event) => {
    if (event.target.closest("button")) pinned = false;
  });
  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target?.closest("details");
    if (folded) folded.open = true;
    if (target?.matches("a[data-c]")) explain(target);
    target?.scrollIntoView({ block: "center" });
  };
  window.addEventListener("hashchange", open);
  // Once more when all is laid out: what comes into view on the way takes its true height only then.
  if (location.hash) {
    open();
    window.addEventListener("load", () => requestAnimationFrame(open));
  }

  const wrong = [...text.querySelectorAll("a.bad, mark")];
  const told = document.querySelector("[data-steps]");
  let at = -1;
  for (const button of document.querySelectorAll("[data-step]")) {
    button.disabled = wrong.length === 0;
    button.addEventListener("click", () => {
      at = (at + Number(button.dataset.step) + wrong.length + (at < 0 && button.dataset.step < 0 ? 1 : 0)) % wrong.length;
      wrong[at].scrollIntoView({ block: "center" });
      if (wrong[at].matches("a[data-c]")) explain(wrong[at]);
      told.textContent = `${at + 1} / ${wrong.length}`;
    });
  }
}
