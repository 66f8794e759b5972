/* howclose: words on the map. Each takes the best place that is free; who finds none is not shown. */
(function (root) {
  "use strict";
  const hc = root.howclose;
  const CELL = 6; // pixels of the grid in which lines are remembered
  const GAP = 3; // pixels between two labels
  const OFFSETS = [[1, 0], [-1, 0], [0, -1], [0, 1], [1, -1], [-1, -1], [1, 1], [-1, 1]];
  const REACH = { claim: [9, 30, 60, 95], closest: [14, 26, 60], flight: [9, 24] }; // pixels from an anchor
  const CROWDED = 90; // of cost: a name across so many lines is better left out
  const LEAST = 9; // pixels, to which the letters of a sea's name shrink
  const ARROW = 190; // pixels between two arrows on a line
  const APART = 12; // pixels from an arrow to the next on any line, or to a dot

  function Labels(map) {
    this.map = map;
    this.layers = [];
    const pane = map.getPane("howclose-labels") || map.createPane("howclose-labels");
    pane.classList.add("hc-labels");
    pane.setAttribute("aria-hidden", "true");
    this.svg = hc.svg("svg", { class: "hc-words" });
    pane.appendChild(this.svg);
    map.on("zoomstart", function () { this.svg.classList.add("hc-away"); }, this);
    map.on("moveend zoomend resize viewreset", this.later, this);
  }

  Labels.prototype.add = function (layer) { this.layers.push(layer); this.later(); };
  Labels.prototype.remove = function (layer) {
    this.layers = this.layers.filter(function (other) { return other !== layer; });
    this.later();
  };
  Labels.prototype.later = function () {
    if (this.waiting) return;
    this.waiting = true;
    const self = this, place = function () { self.waiting = false; self.place(); };
    const frame = L.Util.requestAnimFrame, idle = root.requestIdleCallback || frame;
    // The first time the lines come first: a reader can move the map while its words are set.
    if (this.size) frame(place);
    else if (document.readyState !== "loading") idle(place, { timeout: 200 });
    else document.addEventListener("DOMContentLoaded", function () { idle(place, { timeout: 200 }); });
  };

  // Where lines run, in cells of the view, so that words can keep off them: summed from a corner,
  // so that a box of them is four look-ups.
  Labels.prototype.lines = function (size) {
    const wide = Math.ceil(size.x / CELL) + 1, high = Math.ceil(size.y / CELL) + 1;
    const cells = new Uint8Array(wide * high), owners = new Uint8Array(wide * high), ids = [""];
    const off = this.map._getMapPanePos();
    this.layers.forEach(function (layer) {
      layer.hcLines.forEach(function (line) {
        let own = line.weight > 3 && line.shape.id ? ids.indexOf(line.shape.id) : 0;
        if (own < 0) own = Math.min(ids.push(line.shape.id) - 1, 254);
        const px = line.path.hcPixels(), at = px.at;
        px.ends.forEach(function (end, e) {
          for (let k = (e ? px.ends[e - 1] : 0) + 2; k < end; k += 2) {
            const x0 = at[k - 2] + off.x, y0 = at[k - 1] + off.y, x1 = at[k] + off.x, y1 = at[k + 1] + off.y;
            if (Math.max(x0, x1) < 0 || Math.max(y0, y1) < 0 || Math.min(x0, x1) > size.x || Math.min(y0, y1) > size.y) continue;
            const steps = Math.min(400, Math.ceil(Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0)) / CELL) || 1);
            for (let s = 1; s <= steps; s++) {
              const i = Math.floor((x0 + ((x1 - x0) * s) / steps) / CELL), j = Math.floor((y0 + ((y1 - y0) * s) / steps) / CELL);
              if (i < 0 || j < 0 || i >= wide || j >= high) continue;
              const c = j * wide + i;
              if (cells[c] < line.weight) cells[c] = line.weight;
              if (own) owners[c] = owners[c] && owners[c] !== own ? 255 : own;
            }
          }
        });
      });
    });
    const dots = this.dots = [];
    this.layers.forEach(function (layer) {
      layer.hcDots.forEach(function (dot) {
        const p = this.map.latLngToContainerPoint(dot.getLatLng());
        const i = Math.floor(p.x / CELL - 0.5), j = Math.floor(p.y / CELL - 0.5);
        if (i < 0 || j < 0 || i > wide - 2 || j > high - 2) return;
        dots.push(p);
        [0, 1, wide, wide + 1].forEach(function (k) { cells[j * wide + i + k] = 8; });
      }, this);
    }, this);
    const sums = new Uint32Array((wide + 1) * (high + 1));
    for (let j = 0; j < high; j++) {
      let row = 0;
      for (let i = 0; i < wide; i++) {
        row += cells[j * wide + i];
        sums[(j + 1) * (wide + 1) + i + 1] = sums[j * (wide + 1) + i + 1] + row;
      }
    }
    /** Whether the line of another flight runs through a box: its name would be read there. */
    this.strange = function (box, id) {
      const own = ids.indexOf(id), i1 = within(box.x1 + CELL, wide), j1 = within(box.y1 + CELL, high);
      for (let j = within(box.y0, high); j < j1; j++) {
        for (let i = within(box.x0, wide); i < i1; i++) {
          if (owners[j * wide + i] && owners[j * wide + i] !== own) return true;
        }
      }
      return false;
    };
    function within(v, most) { return Math.min(Math.max(Math.floor(v / CELL), 0), most); }
    return function (box) {
      const i0 = within(box.x0, wide), i1 = within(box.x1 + CELL, wide);
      const j0 = within(box.y0, high) * (wide + 1), j1 = within(box.y1 + CELL, high) * (wide + 1);
      return sums[j1 + i1] - sums[j0 + i1] - sums[j1 + i0] + sums[j0 + i0];
    };
  };

  Labels.prototype.place = function () {
    const map = this.map;
    if (!map._loaded || !map._container) return;
    const size = map.getSize();
    const corner = map.containerPointToLayerPoint([0, 0]);
    L.DomUtil.setPosition(this.svg, corner);
    this.svg.setAttribute("width", size.x);
    this.svg.setAttribute("height", size.y);
    this.svg.textContent = "";
    this.svg.classList.remove("hc-away");
    const px = function (ll) { return map.latLngToContainerPoint(ll); };
    const narrow = size.x < 480;
    this.svg.classList.toggle("hc-narrow", narrow);
    this.crowd = this.lines(size);
    this.covered = boxes(map, ".leaflet-control,.hc-globe,.hc-full", 0);
    // An aircraft is no place for words either, but a mark below it stays.
    this.taken = this.covered.concat(boxes(map, ".hc-sign", 5));
    this.size = size;
    const hidden = map._container.classList;
    const every = [];
    this.layers.forEach(function (layer) {
      layer.hcNames().forEach(function (label) {
        const off = label.look.split(" ").some(function (look) {
          return hidden.contains("hc-no-" + look);
        });
        // A telephone has room for what matters: the legend tells the rest.
        if (!off && !(narrow && label.rank >= 7)) every.push(label);
      });
    });
    // Marks stand where they stand; words come after them, the weightier first.
    every.forEach(function (label) { this.mark(label, px); }, this);
    this.arrows();
    every.sort(function (a, b) { return (a.rank || 0) - (b.rank || 0); });
    // All are set before the first is measured: a browser lays them out once, not once for each.
    const shown = every.filter(function (label) { return !label.gone && (label.paths.length || label.at.length); });
    shown.forEach(function (label) {
      label.text = words(label, narrow);
      this.svg.appendChild(label.text);
    }, this);
    shown.forEach(function (label) {
      label.size = label.text.getBBox();
      if (!label.paths.length) return;
      label.font = parseFloat(getComputedStyle(label.text).fontSize);
      label.plain = label.text.getComputedTextLength();
    });
    shown.forEach(function (label) {
      const curve = label.paths.length;
      if (curve ? this.curved(label, px) || (narrow && this.inTwo(label, px)) : this.beside(label, px)) return;
      label.text.remove();
      if (label.sign) label.sign.remove(); // a mark without a name says nothing
    }, this);
  };

  /** Where no words may stand: Leaflet's own corners, and what else is shown over the map. */
  function boxes(map, which, less) {
    const frame = map._container.getBoundingClientRect();
    const out = [];
    map._container.parentNode.querySelectorAll(which).forEach(function (control) {
      const r = control.getBoundingClientRect();
      if (!r.width) return;
      out.push({
        x0: r.left - frame.left + less, y0: r.top - frame.top + less,
        x1: r.right - frame.left - less, y1: r.bottom - frame.top - less,
      });
    });
    return out;
  }

  Labels.prototype.free = function (box) {
    if (box.x0 < 2 || box.y0 < 2 || box.x1 > this.size.x - 2 || box.y1 > this.size.y - 2) return false;
    return this.taken.every(function (o) {
      return box.x1 + GAP < o.x0 || box.x0 - GAP > o.x1 || box.y1 + GAP < o.y0 || box.y0 - GAP > o.y1;
    });
  };

  Labels.prototype.mark = function (label, px) {
    label.gone = false;
    label.sign = null;
    if (!label.mark || !label.at.length) return;
    const p = px(label.at[0]);
    const r = 3;
    // Out of sight or under a control: then its name would stand there for nothing.
    label.gone = p.x < 0 || p.y < 0 || p.x > this.size.x || p.y > this.size.y ||
      this.covered.some(function (o) { return p.x > o.x0 - r && p.x < o.x1 + r && p.y > o.y0 - r && p.y < o.y1 + r; });
    if (label.gone) return;
    label.sign = label.mark === "base"
      ? hc.svg("rect", { x: p.x - r, y: p.y - r, width: 2 * r, height: 2 * r, class: "hc-mark" })
      : hc.svg("circle", { cx: p.x, cy: p.y, r: r, class: "hc-mark" });
    this.svg.appendChild(label.sign);
    this.taken.push({ x0: p.x - r, y0: p.y - r, x1: p.x + r, y1: p.y + r });
  };

  /** What belongs to a flight steps back with it when another is pointed at. */
  function owned(made, id) {
    if (id) {
      made.classList.add("hc-own");
      made.classList.toggle("hc-chosen", (hc.meant || []).indexOf(id) >= 0);
      made.setAttribute("data-id", id);
    }
    return made;
  }

  /** Which way it went, now and then along a line. */
  Labels.prototype.arrows = function () {
    const hidden = this.map._container.classList, off = this.map._getMapPanePos(), spots = this.dots.slice();
    this.layers.forEach(function (layer) {
      layer.hcLines.forEach(function (line) {
        const look = line.shape.look;
        if (!line.shape.arrows || hidden.contains("hc-no-" + look.split(" ")[0])) return;
        const px = line.path.hcPixels();
        px.ends.forEach(function (end, e) {
          let due = ARROW / 2;
          for (let k = (e ? px.ends[e - 1] : 0) + 2; k < end; k += 2) {
            const dx = px.at[k] - px.at[k - 2], dy = px.at[k + 1] - px.at[k - 1];
            const step = Math.hypot(dx, dy);
            if (step === 0) continue;
            if (due <= step) {
              const t = due / step, x = px.at[k - 2] + t * dx + off.x, y = px.at[k - 1] + t * dy + off.y;
              due += ARROW;
              const free = x > 0 && y > 0 && x < this.size.x && y < this.size.y &&
                spots.every(function (p) { return Math.hypot(p.x - x, p.y - y) > APART; });
              if (free) {
                spots.push({ x: x, y: y });
                const turn = (Math.atan2(dy, dx) * 180) / Math.PI;
                this.svg.appendChild(owned(hc.svg("path", {
                  d: "M-5 -4.5L6 0L-5 4.5L-3 0z",
                  class: "hc-arrow " + look,
                  transform: "translate(" + x.toFixed(1) + "," + y.toFixed(1) + ") rotate(" + turn.toFixed(0) + ")",
                }), line.shape.id));
              }
            }
            due -= step;
            if (due < 0) due = ARROW + (due % ARROW);
          }
        }, this);
      }, this);
    }, this);
  };

  /** The words of a label; a telephone has no room for all: the answer and the legend tell the rest. */
  function words(label, narrow) {
    const text = hc.svg("text", { class: "hc-label " + label.look });
    const most = narrow ? (label.mark === "base" ? 1 : /^closest/.test(label.look) ? 2 : 9) : 9;
    label.lines.slice(0, most).forEach(function (line, i) {
      const span = hc.svg("tspan", { x: 0, dy: i ? "1.2em" : "0", class: line[1] ? "hc-" + line[1] : "" });
      span.textContent = narrow && line[1] && /^flight/.test(label.look) ? line[0].split(/[,\u3001]/)[0] : line[0];
      text.appendChild(span);
    });
    return text;
  }

  function nearest(p, box) {
    return { x: Math.min(Math.max(p.x, box.x0), box.x1), y: Math.min(Math.max(p.y, box.y0), box.y1) };
  }

  /** How much a leader would cross of lines, but for the one that it begins at. */
  Labels.prototype.crossed = function (a, b) {
    const far = Math.hypot(b.x - a.x, b.y - a.y);
    let sum = 0;
    for (let s = 2.5 * CELL; s < far; s += CELL) {
      const x = a.x + (s / far) * (b.x - a.x), y = a.y + (s / far) * (b.y - a.y);
      sum += this.crowd({ x0: x, x1: x, y0: y, y1: y });
    }
    return sum;
  };

  /** Words beside one of their anchors: the first place is the best, a crowded one costs. */
  Labels.prototype.beside = function (label, px) {
    const text = label.text, size = label.size;
    const kind = label.look.split(" ")[0];
    const reach = label.mark ? [7] : REACH[kind] || [9];
    // The name of a land stands in it, that of an area if it can; all others beside their place.
    const offsets = /state|grid|sea/.test(kind) ? [[0, 0]] : kind === "area" ? [[0, 0]].concat(OFFSETS) : OFFSETS;
    const weight = kind === "claim" ? 1 : kind === "sea" ? 0.1 : kind === "state" ? 40 : 3;
    let best = null, least = Infinity;
    label.at.forEach(function (ll, i) {
      const p = px(ll);
      const own = kind === "flight";
      const strange = own && this.strange({ x0: p.x - 12, x1: p.x + 12, y0: p.y - 12, y1: p.y + 12 }, label.id) ? 150 : 0;
      reach.forEach(function (away, k) {
        offsets.forEach(function (o, j) {
          const cx = p.x + o[0] * (away + size.width / 2);
          const cy = p.y + o[1] * (away + size.height / 2);
          const box = {
            x0: cx - size.width / 2, x1: cx + size.width / 2,
            y0: cy - size.height / 2, y1: cy + size.height / 2,
          };
          // A claim is read from its line on: to the right of it or below.
          const lean = kind === "claim" && (o[0] < 0 || (k && o[1] < 0)) ? 60 : 0;
          const alone = weight * i + j + 5 * k + lean + strange;
          if (alone >= least || !this.free(box)) return;
          // On the line of another flight a name would be read as that one's, even with a leader.
          const other = own && this.strange(box, label.id);
          if (other && k) return;
          const cost = alone + this.crowd(box) + (k ? this.crossed(p, nearest(p, box)) : 0) + (other ? 100 : 0);
          if (cost < least) { least = cost; best = { box: box, side: o[0], from: k ? p : null }; }
        }, this);
      }, this);
    }, this);
    // What matters least covers nothing, and a sea not everything.
    if (best && least > (label.rank >= 7 ? 30 : kind === "sea" ? CROWDED : Infinity)) best = null;
    // It has to be read, where it is seen: hold it within the map, whatever it covers.
    const p = label.must && !best && label.at.map(px).find(function (p) {
      return p.x > 0 && p.y > 0 && p.x < this.size.x && p.y < this.size.y;
    }, this);
    if (p) {
      const x = Math.min(Math.max(p.x, size.width / 2 + 4), this.size.x - size.width / 2 - 4);
      const y = Math.min(Math.max(p.y, size.height / 2 + 4), this.size.y - size.height / 2 - 4);
      best = {
        box: { x0: x - size.width / 2, x1: x + size.width / 2, y0: y - size.height / 2, y1: y + size.height / 2 },
        side: 0,
      };
    }
    if (!best) return false;
    // Words to the left of their anchor end there, and so on: lines of a label lean towards it.
    const anchor = best.side > 0 ? "start" : best.side < 0 ? "end" : "middle";
    const x = best.side > 0 ? best.box.x0 : best.side < 0 ? best.box.x1 : (best.box.x0 + best.box.x1) / 2;
    text.setAttribute("text-anchor", anchor);
    text.setAttribute("transform", "translate(" + x.toFixed(1) + "," + (best.box.y0 - size.y).toFixed(1) + ")");
    this.taken.push(best.box);
    if (best.from) {
      const to = nearest(best.from, best.box);
      this.svg.insertBefore(owned(hc.svg("line", {
        x1: best.from.x.toFixed(1), y1: best.from.y.toFixed(1), x2: to.x.toFixed(1), y2: to.y.toFixed(1),
        class: "hc-leader " + label.look,
      }), label.id), text);
      // Later words keep off it as they keep off words.
      for (let t = 0; t <= 1; t += 0.1) {
        const x = to.x + t * (best.from.x - to.x), y = to.y + t * (best.from.y - to.y);
        this.taken.push({ x0: x, x1: x, y0: y, y1: y });
      }
    }
    owned(text, label.id);
    return true;
  };

  /** A name along a curve, its letters spread as maps spread the names of seas. */
  Labels.prototype.curved = function (label, px) {
    const name = label.lines[0][0];
    let best = null, least = Infinity;
    const text = label.text, font = label.font, plain = label.plain;
    label.paths.forEach(function (path, i) {
      const curve = inView(path.map(px), this.size);
      const length = lengthOf(curve);
      [1, 0.8, Math.max(0.66, LEAST / font)].forEach(function (scale, j) {
        const room = length * 0.86;
        const set = plain * scale;
        const spare = (room - set) / Math.max(name.length, 1);
        if (spare < 0.06 * font * scale) return;
        const spread = Math.min(spare, 0.75 * font * scale);
        const wide = set + spread * name.length;
        [0.5, 0.35, 0.65].forEach(function (middle, k) {
          const from = length * middle - wide / 2;
          if (from < 0 || from + wide > length) return;
          const boxes = along(curve, from, wide, font * scale * 0.62);
          if (!boxes.every(this.free, this)) return;
          let cost = 2 * i + 6 * j + 2 * k;
          boxes.forEach(function (box) { cost += this.crowd(box) / 4; }, this);
          if (cost < least) {
            least = cost;
            best = { curve: curve, middle: middle, spread: spread, font: font * scale, boxes: boxes };
          }
        }, this);
      }, this);
    }, this);
    if (!best || least > CROWDED) return false;
    const id = "hc-curve-" + this.map._leaflet_id + "-" + this.taken.length;
    const d = best.curve.map(function (p, i) {
      return (i ? "L" : "M") + p.x.toFixed(1) + " " + p.y.toFixed(1);
    });
    this.svg.insertBefore(hc.svg("path", { id: id, d: d.join(""), class: "hc-curve" }), text);
    text.setAttribute("text-anchor", "middle");
    text.setAttribute("dy", "0.32em");
    text.style.fontSize = best.font + "px";
    text.style.letterSpacing = best.spread + "px";
    const run = hc.svg("textPath", { href: "#" + id, startOffset: best.middle * 100 + "%" });
    run.textContent = name;
    text.replaceChildren(run);
    this.taken.push.apply(this.taken, best.boxes);
    return true;
  };

  /** The name of a sea that no curve has room for: small, in two lines, where the sea has most room. */
  Labels.prototype.inTwo = function (label, px) {
    const lines = halves(label.lines[0][0]).map(function (half) { return [half, ""]; });
    const text = words({ look: label.look + " two", lines: lines });
    label.text.replaceWith(text);
    label.text = text;
    label.size = text.getBBox();
    const half = 0.34 * label.size.width; // the rest of a name may lie on a shore
    label.at = [];
    for (let k = 0; k < label.paths[0].length; k++) { // from the middles outward
      label.paths.forEach(function (path) {
        const p = path[(path.length >> 1) + (k & 1 ? k + 1 : -k) / 2];
        const room = p && [path[0], path[path.length - 1]].every(function (end) {
          return Math.abs(px(end).x - px(p).x) > half;
        });
        if (room) label.at.push(p);
      });
    }
    return this.beside(label, px);
  };

  /** A name cut at the space that is nearest to its middle. */
  function halves(name) {
    let best = name.length;
    for (let i = 0; i < name.length; i++) {
      if (name[i] === " " && Math.abs(i - name.length / 2) < Math.abs(best - name.length / 2)) best = i;
    }
    return [name.slice(0, best), name.slice(best + 1)].filter(Boolean);
  }

  /** The longest part of a curve that is in view. */
  function inView(curve, size) {
    let best = [], run = [];
    curve.forEach(function (p) {
      if (p.x > 6 && p.y > 6 && p.x < size.x - 6 && p.y < size.y - 6) {
        run.push(p);
        if (run.length > best.length) best = run;
      } else {
        run = [];
      }
    });
    if (best.length > 1 && best[0].x > best[best.length - 1].x) best = best.slice().reverse();
    return best;
  }

  function lengthOf(curve) {
    let sum = 0;
    for (let i = 1; i < curve.length; i++) sum += curve[i].distanceTo(curve[i - 1]);
    return sum;
  }

  function along(curve, from, wide, half) {
    const boxes = [];
    let done = 0;
    for (let i = 1; i < curve.length; i++) {
      const a = curve[i - 1], b = curve[i], step = a.distanceTo(b);
      if (done + step >= from && done <= from + wide) {
        boxes.push({
          x0: Math.min(a.x, b.x), x1: Math.max(a.x, b.x),
          y0: Math.min(a.y, b.y) - half, y1: Math.max(a.y, b.y) + half,
        });
      }
      done += step;
    }
    return boxes.length ? boxes : [{ x0: -1, y0: -1, x1: -1, y1: -1 }];
  }

  /** The words of a map; made when its first layer comes. */
  hc.labels = function (map) {
    if (!map.hcLabels) map.hcLabels = new Labels(map);
    return map.hcLabels;
  };
})(window);
