
// What a reader can do with the report. Without this script everything can still be read.
// The store holds, packed: numbers, rows, files and data (where each number comes from), csv (what can be downloaded).
"use strict";

// --- helpers ---------------------------------------------------------------------------------------------------------

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// A button whose name says more to those who do not see what it stands beside.
function button(text, act, about = "") {
  const more = about ? [make("span", { className: "hidden", textContent: ` ${about}` })] : [];
  const made = make("button", { type: "button", textContent: text }, ...more);
  made.addEventListener("click", act);
  return made;
}

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer();
}

let opened;
function store() {
  opened ??= unpacked(document.getElementById("store").textContent).then((bytes) => JSON.parse(new TextDecoder().decode(bytes)));
  return opened;
}

function download(name, type, content) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = make("a", { href: address, download: name, className: "hidden" });
  document.body.append(link);
  link.click();
  setTimeout(() => {
    link.remove();
    URL.revokeObjectURL(address);
  }, 60000);
}

async function downloadCsv(part, ending = "") {
  download(`${part.dataset.file}${ending}.csv`, "text/csv", (await store()).csv[part.id]);
}

// What assistive technology reads out.
const spoken = make("p", { className: "hidden", role: "status" });
document.body.append(spoken);

// --- dialogs: Esc closes them, and the focus goes back to where it was ---------------------------------------------------

function openDialog(kind, title, ...content) {
  const heading = make("h2", { id: "dialog-title", dir: "auto" }, title);
  const dialog = make("dialog", { className: kind }, make("header", {}, heading, button("Close", () => dialog.close())), ...content);
  dialog.setAttribute("aria-labelledby", heading.id);
  const before = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    before?.focus();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}

// --- tables: sort, filter, download, copy ----------------------------------------------------------------------------------

const FILTER_FROM = 9; // rows

// "-1.8 (-2.9 to -0.7)" sorts by its first number and "<0.001" below 0.001; what is not a number, last.
function firstNumber(text) {
  const found = text.match(/^([<>]?)\s*(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)/i);
  return found ? Number(found[2]) + { "<": -1e-9, ">": 1e-9, "": 0 }[found[1]] : NaN;
}

function sortBy(body, column, direction, asPrinted) {
  const key = (row) => row.cells[column].textContent.trim();
  const there = asPrinted.filter((row) => !["", "-"].includes(key(row)));
  const numeric = there.filter((row) => !isNaN(firstNumber(key(row)))).length * 2 > there.length;
  const last = (row) => (numeric ? isNaN(firstNumber(key(row))) : ["", "-"].includes(key(row)));
  const compare = (a, b) =>
    last(a) - last(b) ||
    (last(a) ? 0 : direction * (numeric ? firstNumber(key(a)) - firstNumber(key(b)) : key(a).localeCompare(key(b), "en", { numeric: true })));
  body.append(...(direction ? [...asPrinted].sort(compare) : asPrinted));
}

function sortable(table) {
  const body = table.tBodies[0];
  const asPrinted = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const steps = { none: ["ascending", 1], ascending: ["descending", -1], descending: ["none", 0] };
  heads.forEach((head, column) => {
    const sort = button("", () => {
      const [next, direction] = steps[head.getAttribute("aria-sort") ?? "none"];
      heads.forEach((each) => each.removeAttribute("aria-sort"));
      if (direction) head.setAttribute("aria-sort", next);
      sortBy(body, column, direction, asPrinted);
      spoken.textContent = direction ? `Sorted by ${sort.textContent}, ${next}.` : "Original order.";
    });
    sort.append(...head.childNodes);
    head.append(sort);
  });
}

function filter(table, title) {
  const rows = [...table.tBodies[0].rows];
  const said = make("span", { className: "said", role: "status" });
  const box = make("input", { type: "search" });
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/);
    for (const row of rows) {
      const text = [...row.cells].map((cell) => cell.textContent.toLowerCase()).join("\n");
      row.hidden = !words.every((word) => text.includes(word));
    }
    said.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} rows`;
  });
  return [make("label", {}, make("span", {}, "Filter rows", make("span", { className: "hidden", textContent: ` of ${title}` })), box), said];
}

// Into Word or a spreadsheet it goes as a table: what is shown, without the page's own buttons.
async function copyTable(table) {
  const rows = [...table.rows].filter((row) => !row.hidden).map((row) => [...row.cells].map((cell) => cell.textContent));
  const clean = make("table", {}, ...rows.map((row) => make("tr", {}, ...row.map((text) => make("td", { textContent: text })))));
  const as = (type, text) => new Blob([text], { type });
  try {
    const text = as("text/plain", rows.map((row) => row.join("\t")).join("\n"));
    await navigator.clipboard.write([new ClipboardItem({ "text/html": as("text/html", clean.outerHTML), "text/plain": text })]);
    return "Copied.";
  } catch {
    getSelection().selectAllChildren(table);
    return "The browser blocked copying. The table is selected: copy it manually.";
  }
}

for (const part of all(".table")) {
  const table = part.querySelector("table");
  const title = part.querySelector("caption").textContent;
  const many = table.tBodies[0].rows.length >= FILTER_FROM;
  if (table.tBodies[0].rows.length > 1) sortable(table);
  const columns = table.rows[0].cells.length;
  part.classList.toggle("many", columns > 6); // for paper
  part.classList.toggle("crowded", columns > 10);
  const said = make("span", { className: "said", role: "status" });
  const copy = button("Copy", async () => (said.textContent = await copyTable(table)), `the table ${title}`);
  const rows = part.hasAttribute("data-rows") ? [button("CSV", () => downloadCsv(part), `unrounded: ${title}`)] : [];
  part.prepend(make("div", { className: "tools" }, ...(many ? filter(table, title) : []), ...rows, copy, said));
}

// A box that does not scroll needs no place in the order of the Tab key.
const boxes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
all(".wide").forEach((box) => boxes.observe(box));

// --- figures: zoom, download -----------------------------------------------------------------------------------------------

for (const figure of all("figure")) {
  const image = figure.querySelector("img");
  const caption = figure.querySelector("figcaption").textContent;
  const name = figure.dataset.file;
  const about = `of the figure ${name.replaceAll("_", " ")}`;
  const enlarge = button(
    "Enlarge",
    () => openDialog("zoom", caption, make("div", { tabIndex: 0, role: "region", ariaLabel: "Figure" }, make("img", { src: image.src, alt: image.alt }))),
    about,
  );
  image.addEventListener("click", () => {
    enlarge.focus();
    enlarge.click();
  });
  const pdf = async () => download(`${name}.pdf`, "application/pdf", await unpacked(figure.querySelector("script").textContent));
  const png = () => download(`${name}.png`, "image/png", Uint8Array.from(atob(image.src.split(",")[1]), (letter) => letter.charCodeAt(0)));
  const data = figure.hasAttribute("data-rows") ? [button("Data (CSV)", () => downloadCsv(figure, "_data"), about)] : [];
  figure.append(make("div", { className: "tools" }, enlarge, button("PDF", pdf, about), button("PNG", png, about), ...data));
}

// --- numbers: where each comes from ----------------------------------------------------------------------------------------

const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

async function openSource(number) {
  const known = await store();
  const [place, column, how] = known.numbers[number.dataset.s];
  const [file, line, words, cells, data] = known.rows[place];
  const [path, columns] = known.files[file];
  const cell = (name) => cells[columns.indexOf(name)] ?? "";
  const list = make("dl");
  const tell = (term, ...texts) => {
    const shown = texts.filter((text) => text !== "");
    if (shown.length) list.append(make("dt", { textContent: term }), ...shown.map((text) => make("dd", { dir: "auto" }, text)));
  };
  tell("Unrounded value", make("span", { className: "value", textContent: cell(column || "value") }));
  tell("Shown as", how);
  tell("Description", words);
  tell("Column", column.replaceAll("_", " "));
  tell("Method", cell("method"));
  tell("n", cell("n") && cell("n") + (cell("n_arm") && ` (arm ${cell("n_arm")}, reference ${cell("n_reference")})`));
  tell("Data provenance", cell("provenance"));
  tell("Not estimated", cell("reason"));
  tell("Notes", cell("caveats"));
  tell("File", make("a", { href: path, textContent: path }), line ? `line ${line}; the link works if this page is in its results folder` : "");
  for (const [origin, sum] of known.data[data]) tell("Calculated from", origin, `SHA-256 ${sum}`);
  const row = () => download("row.csv", "text/csv", `${columns.join()}\n${cells.map(quoted).join()}\n`);
  openDialog("source", `Source of ${number.textContent}`, make("div", {}, list, button("Download this row (CSV)", row)));
}

// Numbers are text until the reader asks for their sources: then each is a button, one in each paragraph or table is in the
// order of the Tab key, and the arrow keys go to its neighbours.
const numbers = all(".n");
const neighbours = (number) => all(".n", number.closest("table, p, li")).filter((each) => !each.closest("[hidden]"));

function showSources(on) {
  document.body.classList.toggle("sources", on);
  const seen = new Set();
  for (const number of numbers) {
    const group = number.closest("table, p, li");
    if (on) {
      number.setAttribute("role", "button");
      number.setAttribute("aria-haspopup", "dialog");
      number.tabIndex = seen.has(group) ? -1 : 0;
    } else {
      ["role", "aria-haspopup", "tabindex"].forEach((name) => number.removeAttribute(name));
    }
    seen.add(group);
  }
  spoken.textContent = on ? "Numbers are now buttons. Use Tab for the next paragraph or table and the arrow keys for the next number." : "Numbers are text again.";
}

document.addEventListener("click", (event) => {
  const number = event.target.closest?.(".n");
  if (number) openSource(number);
});
document.addEventListener("keydown", (event) => {
  const number = event.target.closest?.(".n");
  if (!number) return;
  const group = neighbours(number);
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const next = event.key === "Home" ? group[0] : event.key === "End" ? group.at(-1) : group[group.indexOf(number) + step];
  if (event.key === "Enter" || event.key === " ") openSource(number);
  else if (!next) return;
  else {
    group.forEach((each) => (each.tabIndex = each === next ? 0 : -1));
    next.focus();
  }
  event.preventDefault();
});

// --- contents, colours, print ------------------------------------------------------------------------------------------------

const contents = document.querySelector("nav details");
const narrow = matchMedia("(max-width: 60rem)");
const settle = () => (contents.open = !narrow.matches);
narrow.addEventListener("change", settle);
settle();
contents.addEventListener("click", (event) => {
  if (narrow.matches && event.target.closest("a")) contents.open = false;
});

const links = new Map(all("nav a").map((link) => [document.getElementById(link.hash.slice(1)), link]));
function highlight() {
  const passed = [...links.keys()].filter((part) => part.getBoundingClientRect().top < innerHeight / 4);
  const current = links.get(passed.at(-1) ?? links.keys().next().value);
  for (const link of links.values()) {
    if (link === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  for (const item of all("nav details > ul > li")) item.classList.toggle("open", item.contains(current));
}
let waiting = false;
addEventListener("scroll", () => {
  if (!waiting) requestAnimationFrame(() => (highlight(), (waiting = false)));
  waiting = true;
});
highlight();

const dark = () => (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
const theme = button("", () => {
  document.documentElement.dataset.theme = dark() ? "light" : "dark";
  nameTheme();
});
const nameTheme = () => (theme.textContent = dark() ? "Light colours" : "Dark colours");
nameTheme();
const sources = button("Show sources", () => {
  const on = sources.getAttribute("aria-pressed") !== "true";
  sources.setAttribute("aria-pressed", on);
  showSources(on);
});
sources.setAttribute("aria-pressed", "false");
document.querySelector("nav").prepend(make("div", { className: "tools" }, ...(numbers.length ? [sources] : []), theme));

let closed = [];
addEventListener("beforeprint", () => {
  closed = all("details:not([open])");
  closed.forEach((each) => (each.open = true));
});
addEventListener("afterprint", () => {
  closed.forEach((each) => (each.open = false));
});
