"""Owns the script and the styles of the page of routes. Without the script the table is all there."""

from __future__ import annotations

STYLE = """
:root{color-scheme:light dark;--back:#fff;--raised:#f6f8fa;--text:#1b1f24;--quiet:#57606a;--line:#d0d7de;
--focus:#0969da;--public:#a84300;--public-back:#fff1e5;--protected:#116329;--protected-back:#e6f6ea;
--unknown:#57606a;--edge:#7d8590}
@media (prefers-color-scheme:dark){:root{--back:#0d1117;--raised:#161b22;--text:#e6edf3;--quiet:#9aa4ae;
--line:#30363d;--focus:#58a6ff;--public:#ffab70;--public-back:#3a2312;--protected:#7ee2a0;--protected-back:#12291a;
--unknown:#9aa4ae;--edge:#8b949e}}
*{box-sizing:border-box}
[hidden]{display:none!important}
body{margin:0 auto;padding:1.5rem;max-width:1500px;background:var(--back);color:var(--text);
font:15px/1.45 system-ui,sans-serif}
code,svg text,.file,.place{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:.8667rem}
h1{margin:0;font-size:1.6rem;line-height:1.2}
h2{font-size:1rem;font-weight:600}
.file{margin:.25rem 0 0;color:var(--quiet);overflow-wrap:anywhere}
.file,td,th,small,code,option,svg text{unicode-bidi:isolate}
dl{display:flex;flex-wrap:wrap;gap:.75rem;margin:1rem 0}
dl div{display:flex;flex-direction:column-reverse;min-width:7.5rem;padding:.5rem .9rem;background:var(--raised);
border:1px solid var(--line);border-left:4px solid var(--line);border-radius:6px}
dl .public{border-left-color:var(--public)}
dl .protected{border-left-color:var(--protected)}
dt{color:var(--quiet);font-size:.85rem}
dd{margin:0;font-size:1.45rem;font-weight:600;line-height:1.2}
form{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:end;margin:1rem 0 0}
label{display:flex;flex-direction:column;gap:.2rem;color:var(--quiet);font-size:.85rem}
label.wide{flex:1 1 16rem}
label.check{flex-direction:row;align-items:center;gap:.4rem;min-height:2.2rem;color:var(--text);font-size:1rem}
input[type=search],select,button{min-height:2.2rem;padding:0 .6rem;border:1px solid var(--line);border-radius:6px;
background:var(--back);color:var(--text);font:inherit;max-width:100%}
select{max-width:16rem}
:focus-visible{outline:2px solid var(--focus);outline-offset:1px}
#count{margin:.75rem 0;color:var(--quiet)}
summary{cursor:pointer;font-weight:600}
details{margin:0 0 1rem;padding:.7rem .9rem;border:1px solid var(--line);border-radius:6px}
.legend{display:flex;flex-wrap:wrap;gap:1.2rem;margin:.5rem 0;color:var(--quiet);font-size:.85rem}
.scroll{max-width:100%;overflow:auto}
details .scroll{max-height:70vh}
.scroll svg{display:block;min-width:640px;max-width:100%;height:auto;margin:auto}
svg text{fill:var(--text);font-size:12.5px;white-space:pre}
svg text.service{font:600 13px system-ui,sans-serif;fill:var(--quiet)}
rect{fill:var(--raised);stroke:var(--line)}
circle{fill:var(--back);stroke:var(--edge);stroke-width:2}
.public circle,.unenforced circle{fill:var(--public);stroke:var(--public)}
.protected circle{stroke:var(--protected)}
.unknown circle{stroke:var(--unknown);stroke-dasharray:2 2}
.path.public rect,.path.unenforced rect{stroke:var(--public)}
.edge{fill:none;stroke:var(--edge);stroke-width:1.5;opacity:.75}
.edge.public,.edge.unenforced{stroke:var(--public)}
.edge.protected{stroke:var(--protected)}
.edge.unknown{stroke-dasharray:4 3}
.off{opacity:.25}
.marks .edge:not(.on){opacity:.1}
.marks .box:not(.on){opacity:.35}
.marks .edge.on{opacity:1;stroke-width:2.5}
table{width:100%;border-collapse:collapse;font-size:.9rem}
caption{padding:0 0 .5rem;color:var(--quiet);text-align:left;font-size:.85rem}
th,td{padding:.45rem .45rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;font-weight:400;
overflow-wrap:anywhere}
td:nth-child(n+6):nth-child(-n+7){min-width:5rem;overflow-wrap:break-word}
td:nth-child(8){min-width:6rem}
td.type{overflow-wrap:break-word}
td.place{min-width:3rem}
thead th{background:var(--raised);font-weight:600;overflow-wrap:break-word}
thead th:first-child,td:first-child{white-space:nowrap}
tbody th{min-width:13rem}
tbody td:nth-child(4){min-width:12.5rem}
tbody td:nth-child(5){min-width:10.4rem}
thead button{min-height:0;text-align:left;padding:0;border:0;background:none;font-weight:600;cursor:pointer}
thead button::after{content:"\\2195";margin-left:.3em;color:var(--quiet);font-weight:400}
[aria-sort=ascending] button::after{content:"\\2191"}
[aria-sort=descending] button::after{content:"\\2193"}
tbody tr:hover{background:var(--raised)}
tbody td:first-child{border-left:4px solid transparent}
tr[data-public] td:first-child{border-left-color:var(--public)}
.method{font-weight:600}
small{display:block;color:var(--quiet)}
.badge{display:inline-block;padding:0 .5em;border:1px solid currentColor;border-radius:1em;color:var(--unknown);
font-size:.85em;font-weight:600;white-space:nowrap}
.badge.public,.badge.unenforced{color:var(--public);background:var(--public-back)}
.badge.protected{color:var(--protected);background:var(--protected-back)}
.place{color:var(--quiet)}
@page{size:landscape;margin:12mm}
@media print{:root{font-size:11px;color-scheme:light;--back:#fff;
--raised:#fff;--text:#000;--quiet:#444;--line:#999;--public:#a84300;
--public-back:#fff;--protected:#116329;--protected-back:#fff}body{padding:0;max-width:none;font-size:1rem}form{display:none}
.scroll,details .scroll{max-height:none;overflow:visible}tr{break-inside:avoid}
thead button::after{content:none}}
"""

SCRIPT = """
"use strict";
(() => {
  const form = document.getElementById("filters");
  if (!form) return;
  const [search, method, type, open] = ["search", "method", "type", "public"].map((id) => document.getElementById(id));
  const body = document.querySelector("#routes tbody");
  const inOrder = [...body.rows];
  const textOf = new Map(inOrder.map((row) => [row, row.textContent.toLowerCase()]));
  const count = document.getElementById("count");
  const drawings = [...document.querySelectorAll("#chart .scroll svg")];
  const edges = drawings.flatMap((drawing) => [...drawing.querySelectorAll(".edge")]);
  const boxes = drawings.flatMap((drawing) => [...drawing.querySelectorAll(".box")]);
  const keyOf = (box) => box.dataset.path !== undefined ? "path" + box.dataset.path : "backend" + box.dataset.backend;

  function isWanted(row, words) {
    return (!method.value || row.dataset.method === method.value)
      && (!type.value || row.dataset.type === type.value)
      && (!open.checked || "public" in row.dataset)
      && words.every((word) => textOf.get(row).includes(word));
  }

  function mark(name, isOn, isMarked) {
    const marked = new Set();
    for (const edge of edges) {
      const is = isMarked(edge);
      edge.classList.toggle(name, is === isOn);
      if (is) marked.add("path" + edge.dataset.path).add("backend" + edge.dataset.backend);
    }
    for (const box of boxes) box.classList.toggle(name, marked.has(keyOf(box)) === isOn);
  }

  function filter() {
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const seen = new Set();
    let number = 0;
    for (const row of inOrder) {
      row.hidden = !isWanted(row, words);
      if (!row.hidden) {
        number += 1;
        seen.add(row.dataset.edge);
      }
    }
    const all = inOrder.length + (inOrder.length === 1 ? " operation" : " operations");
    count.textContent = number === inOrder.length ? all : number + " of " + all;
    mark("off", false, (edge) => seen.has(edge.dataset.edge));
  }

  function highlight(drawing, box) {
    drawing.classList.toggle("marks", Boolean(box));
    mark("on", true, (edge) => box !== null
      && (box.dataset.path === undefined || box.dataset.path === edge.dataset.path)
      && (box.dataset.backend === undefined || box.dataset.backend === edge.dataset.backend));
  }

  function sortBy(head, column) {
    const next = {none: "ascending", ascending: "descending", descending: "none"};
    const direction = next[head.getAttribute("aria-sort") || "none"];
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    const rows = [...inOrder];
    if (direction !== "none") {
      head.setAttribute("aria-sort", direction);
      const sign = direction === "ascending" ? 1 : -1;
      const order = new Intl.Collator("en", {numeric: true});
      const text = (row) => row.cells[column].textContent;
      rows.sort((one, other) => sign * order.compare(text(one), text(other)));
    }
    body.append(...rows);
  }

  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const drawing of drawings) {
    drawing.addEventListener("pointerover", (event) => highlight(drawing, event.target.closest(".box, .edge")));
    drawing.addEventListener("pointerleave", () => highlight(drawing, null));
  }
  [...document.querySelectorAll("#routes thead th")].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sortBy(head, column));
    head.replaceChildren(button);
  });
  filter();
})();
"""
