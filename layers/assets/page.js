/* howclose: what a page does beside its map. */
(function (root) {
  "use strict";
  const hc = root.howclose;
  const words = hc.words, lang = document.documentElement.lang;
  const details = Object.assign(Object.create(null), hc.data("howclose-details"));

  /* ------------------------------------------------------- how numbers are written */
  const UNITS = { NM: 1852, km: 1000, mi: 1609.344 };
  let unit = "both", local = false;

  /** A figure with no more digits than its doubt leaves it, by the `most`th step or a finer: see geo/rounding.py. */
  function fitted(value, low, high, most) {
    const usual = value >= 9.95 || value === 0 ? 0 : 1;
    for (let d = usual; isNaN(low) !== isNaN(high); d++) { // an end of a range, rounded outward
      const p = Math.pow(10, d) * (isNaN(low) ? -1 : 1), end = Math.floor(value * p + 1e-9) / p || 0;
      if (Math.abs(end - value) <= value * 0.1 || d > 11) return { value: end, digits: d, k: -13 };
    }
    const widest = Math.max(Math.pow(10, -usual), 2 * (high - value) || 0);
    for (let k = most; high && k > -13; k--) {
      const step = [1, 2, 5][(k + 15) % 3] * Math.pow(10, Math.floor(k / 3));
      const near = Math.floor(value / step + 0.5) * step, slack = step * 1e-9;
      if (step <= widest * (1 + 1e-9) && near >= low - slack && near <= high + slack && (near || !value)) {
        return { value: near, digits: Math.max(0, -Math.floor(k / 3)), k: k };
      }
    }
    return { value: value, digits: high ? 4 : usual, k: -13 };
  }
  function inUnit(metres, name, low, high) {
    const pair = name === "mi" ? [name] : ["NM", "km"], most = [21, 21];
    for (;;) {
      const told = pair.map(function (one, i) {
        const m = UNITS[one];
        return fitted(metres / m, low / m, high / m, most[i]);
      });
      const off = told.map(function (one, i) { return one.value * UNITS[pair[i]] - metres; });
      const worse = Math.abs(off[1]) > Math.abs(off[0]) ? 1 : 0;
      if (!(Math.abs(off[0] - off[1]) > metres / 10) || told[worse].k < -12) {
        const one = told[Math.max(0, pair.indexOf(name))];
        return hc.counted(one.value, one.digits, name);
      }
      most[worse] = told[worse].k - 1;
    }
  }

  /** A length as the reader wants it: see nm_and_km in geo/words. */
  hc.length = function (metres, low, high) {
    const told = function (name) { return inUnit(metres, name, low, high); };
    if (unit !== "both") return told(unit);
    const both = words.unit ? words.unit.NM_and_km : "{nm} ({km})";
    return both.replace("{nm}", told("NM")).replace("{km}", told("km"));
  };

  /** Round lengths between two, for the axis of a chart. */
  hc.ticks = function (low, high) {
    const name = unit === "both" ? "NM" : unit, metres = UNITS[name];
    const wish = (high - low) / metres / 4;
    const power = Math.pow(10, Math.floor(Math.log10(Math.max(wish, 1e-6))));
    const step = [1, 2, 5, 10].find(function (s) { return s * power >= wish; }) * power;
    const out = [];
    for (let v = Math.ceil(low / metres / step) * step; v <= high / metres + 1e-9; v += step) {
      out.push({ m: v * metres, words: inUnit(Math.abs(v) * metres, name) });
    }
    return out;
  };

  /** A time of seconds since 1970, in UTC or as the reader's own clock has it. */
  hc.clock = function (time_s) {
    const date = new Date(Math.round(time_s) * 1000);
    if (!local) return date.toISOString().slice(0, 19).replace("T", " ") + "\u00a0UTC";
    // In Swedish a date stands as in UTC: 2025-02-05, which no reader takes for another.
    return date.toLocaleString(lang === "en" ? "sv" : lang, {
      year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short",
    });
  };

  function rewrite() {
    document.querySelectorAll("data.hc-length").forEach(function (one) {
      one.textContent = hc.length(Number(one.value), one.dataset.low, one.dataset.high);
    });
    document.querySelectorAll("time[datetime]").forEach(function (one) {
      const told = hc.clock(Date.parse(one.dateTime) / 1000);
      one.textContent = one.hasAttribute("data-short") ? told.match(/\d+:\d\d:\d\d/)[0] : told;
    });
    if (hc.redrawTime) hc.redrawTime();
    height();
  }
  function choice(name, act) {
    document.querySelectorAll('input[name="' + name + '"]').forEach(function (input) {
      input.addEventListener("change", function () { act(input.value); rewrite(); });
    });
  }
  choice("hc-unit", function (value) { unit = value; });
  choice("hc-clock", function (value) { local = value === "local"; });

  /* -------------------------------------------------------------- tables and links */
  document.querySelectorAll("th button[data-sort]").forEach(function (button) {
    button.addEventListener("click", function () {
      const head = button.closest("th"), table = button.closest("table");
      const column = Array.prototype.indexOf.call(head.parentNode.children, head);
      const up = head.getAttribute("aria-sort") !== "ascending";
      table.querySelectorAll("th[aria-sort]").forEach(function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const rows = Array.from(table.tBodies[0].rows);
      const key = function (row) {
        const cell = row.cells[column], value = cell.getAttribute("data-key");
        return value === null ? cell.textContent : Number(value);
      };
      rows.sort(function (a, b) {
        const p = key(a), q = key(b);
        const order = typeof p === "number" && typeof q === "number" ? p - q : String(p).localeCompare(String(q));
        return up ? order : -order;
      });
      rows.forEach(function (row) { table.tBodies[0].appendChild(row); });
    });
  });

  /** Where the reader is, in the address: #flight=…&t=…; a frame without an address does without. */
  hc.linkHere = function () {
    const parts = new URLSearchParams(), claim = /^claim:/.test(hc.chosen);
    if (hc.chosen) parts.set(claim ? "claim" : "flight", claim ? hc.chosen.slice(6) : hc.chosen);
    if (hc.time !== undefined) parts.set("t", new Date(Math.round(hc.time) * 1000).toISOString().slice(0, 19) + "Z");
    try {
      root.history.replaceState(null, "", parts.toString() ? "#" + parts : root.location.pathname + root.location.search);
    } catch (error) {
      // about:srcdoc has no address to change
    }
  };
  hc.goThere = function () {
    const parts = new URLSearchParams(root.location.hash.slice(1));
    const flight = parts.get("flight"), t = Date.parse(parts.get("t"));
    if (flight && details[flight] && hc.chosen !== flight) hc.select(flight);
    document.querySelectorAll("button[data-of]").forEach(function (button) {
      const key = button.getAttribute("data-focus");
      if (key === "claim:" + parts.get("claim") && key !== hc.chosen) focusOf(button);
    });
    if (hc.setTime && !isNaN(t)) { hc.setTime(t / 1000); hc.linkHere(); }
  };
  root.addEventListener("hashchange", hc.goThere);

  /**
   * Point at a flight, or at those that a claim is of: on the map, in the tables and in words; what is
   * pointed at already, or "", is let go.
   */
  hc.select = function (key, flights) {
    hc.chosen = key === hc.chosen ? "" : key;
    const meant = (hc.meant = hc.chosen ? flights || [key] : []);
    const map = document.querySelector(".leaflet-container");
    map.classList.toggle("hc-dim", meant.length > 0);
    if (hc.theMap) {
      hc.theMap.eachLayer(function (layer) {
        if (!layer.hcShape || !layer._path || !layer.hcShape.id) return;
        layer._path.classList.toggle("hc-chosen", meant.indexOf(layer.hcShape.id) >= 0);
      });
    }
    document.querySelectorAll("[data-id]").forEach(function (element) {
      const id = element.getAttribute("data-id"), on = Boolean(hc.chosen) && (id === hc.chosen || meant.indexOf(id) >= 0);
      element.classList.toggle("hc-chosen", on);
      const button = element.querySelector("button[aria-pressed]");
      if (button) button.setAttribute("aria-pressed", String(on && id === hc.chosen));
    });
    tell(meant.map(function (id) { return details[id]; }).filter(Boolean));
    if (meant.length) hc.show(meant);
    hc.linkHere();
  };
  function focusOf(button) {
    const of = button.getAttribute("data-of");
    hc.select(button.getAttribute("data-focus"), of ? of.split(" ") : null);
  }

  // A line is thin and a finger is not: what is meant is the line that runs nearest, within reach.
  const REACH = matchMedia("(pointer: coarse)").matches ? 22 : 12; // pixels

  /** How far a point is from a step of a line, and how much of the step lies before that. */
  hc.beside = function (p, x0, y0, x1, y1) {
    const dx = x1 - x0, dy = y1 - y0;
    const part = Math.max(0, Math.min(1, ((p.x - x0) * dx + (p.y - y0) * dy) / (dx * dx + dy * dy || 1)));
    return { part: part, away: Math.hypot(x0 + part * dx - p.x, y0 + part * dy - p.y) };
  };
  function nearest(p) {
    const hidden = hc.theMap._container.classList;
    let id = "", least = REACH;
    hc.labels(hc.theMap).layers.forEach(function (layer) {
      layer.hcLines.forEach(function (line) {
        const off = line.shape.look.split(" ").some(function (look) { return hidden.contains("hc-no-" + look); });
        if (!line.shape.id || line.weight < 4 || off) return;
        const px = line.path.hcPixels(), at = px.at;
        px.ends.forEach(function (end, e) {
          for (let k = (e ? px.ends[e - 1] : 0) + 2; k < end; k += 2) {
            const away = hc.beside(p, at[k - 2], at[k - 1], at[k], at[k + 1]).away;
            if (away < least) { least = away; id = line.shape.id; }
          }
        });
      });
    });
    return id;
  }

  /** Point at what runs by a place on the map, else at what lies under it, and at the time it was there. */
  hc.choose = function (p, under) {
    const hit = hc.nearest && hc.nearest(p, REACH), id = hit ? hit.id : nearest(p) || under;
    if (id && details[id] && !(hit && id === hc.chosen)) hc.select(id);
    if (hit) hc.goTo(hit.time);
  };
  if (hc.theMap) hc.theMap.on("click", function (event) { hc.choose(event.layerPoint, ""); });

  /** Point at none; who was in the panel stands at the flight's row again. */
  function letGo() {
    const row = document.querySelector("button[aria-pressed=true]");
    const inside = document.getElementById("hc-detail").contains(document.activeElement);
    hc.select(hc.chosen);
    if (inside && row) row.focus();
  }

  function tell(entries) {
    const box = document.getElementById("hc-detail");
    box.textContent = "";
    if (!entries.length) return;
    const close = hc.element("button", "hc-close", words.close);
    close.type = "button";
    close.addEventListener("click", letGo);
    box.appendChild(close);
    entries.forEach(function (entry) {
      box.appendChild(hc.element("h2", "", entry.title));
      entry.lines.forEach(function (line) { box.appendChild(hc.element("p", "", line)); });
    });
    height();
  }

  document.querySelectorAll("button[data-focus]").forEach(function (button) {
    button.addEventListener("click", function () {
      focusOf(button);
      const map = document.querySelector(".hc-map"), r = map.getBoundingClientRect();
      // Who asks for the map has to see it
      if (hc.chosen && (r.bottom < 60 || r.top > root.innerHeight - 60)) map.scrollIntoView({ block: "nearest" });
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && hc.chosen) letGo();
  });

  document.querySelectorAll("input[data-look]").forEach(function (input) {
    input.addEventListener("change", function () {
      document.querySelector(".leaflet-container").classList.toggle("hc-no-" + input.getAttribute("data-look"), !input.checked);
      hc.labels(hc.theMap).later();
    });
  });

  /** Files made of the findings that the page carries. */
  function download(name, type, text) {
    const link = hc.element("a");
    link.href = URL.createObjectURL(new Blob([text], { type: type }));
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
  }
  function csv(rows) {
    const names = rows.length ? Object.keys(rows[0]) : [];
    const cell = function (value) {
      const text = value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
      return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
    };
    return [names].concat(rows.map(function (row) { return names.map(function (n) { return n === "doubt" ? row[n].join("; ") : row[n]; }); }))
      .map(function (row) { return row.map(cell).join(","); }).join("\r\n") + "\r\n";
  }
  document.querySelectorAll("button[data-file]").forEach(function (button) {
    const name = button.getAttribute("data-file");
    button.addEventListener("click", function () {
      const findings = hc.data("howclose-findings");
      if (/\.csv$/.test(name)) download(name, "text/csv", csv(findings.findings));
      else download(name, "application/json", JSON.stringify(findings, null, 2) + "\n");
    });
  });

  /** Tell the page around this one how high it is: in our own words, AMP's and pym's. */
  let told = 0;
  function height() {
    if (root.parent === root) return;
    const now = Math.ceil(document.body.getBoundingClientRect().height);
    if (now === told) return;
    told = now;
    root.parent.postMessage({ type: "howclose:height", height: now }, "*");
    root.parent.postMessage({ sentinel: "amp", type: "embed-size", height: now }, "*");
    const child = hc.asked.get("childId");
    if (child) root.parent.postMessage("pymxPYMx" + child + "xPYMxheightxPYMx" + now, "*");
  }
  document.querySelectorAll("details").forEach(function (one) { one.addEventListener("toggle", height); });
  if (root.ResizeObserver) new ResizeObserver(height).observe(document.body);
  root.addEventListener("load", height);
  // An article's script may begin to listen after we spoke.
  root.addEventListener("message", function (event) {
    if (event.source === root.parent && event.data === "howclose:height?") { told = 0; height(); }
  });
  height();

  if (document.fullscreenEnabled) {
    const button = document.getElementById("hc-full");
    if (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        if (document.fullscreenElement) document.exitFullscreen();
        else document.querySelector(".hc-map").requestFullscreen();
      });
      // Where the window fills the screen already it does not tell of another size
      document.addEventListener("fullscreenchange", function () { hc.theMap.invalidateSize(false); });
    }
  }

  // On paper everything is asked for.
  function paper(on) {
    document.documentElement.classList.toggle("hc-paper", on);
    hc.theMap.invalidateSize(false);
    hc.labels(hc.theMap).place(); // no frame comes between this and the paper
  }
  root.addEventListener("beforeprint", function () {
    paper(true);
    if (root.parent !== root) return; // an article makes no room while it is printed
    document.querySelectorAll("details:not([open])").forEach(function (one) {
      one.open = true;
      one.setAttribute("data-printed", "");
    });
  });
  root.addEventListener("afterprint", function () {
    paper(false);
    document.querySelectorAll("details[data-printed]").forEach(function (one) {
      one.open = false;
      one.removeAttribute("data-printed");
    });
  });
})(window);
