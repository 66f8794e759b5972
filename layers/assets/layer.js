/* howclose: a Leaflet layer that draws what its data block says. */
(function (root) {
  "use strict";
  const hc = root.howclose;

  /** Latitude first, as Leaflet has it; longitudes moved by whole turns to where the map looks. */
  function latLngs(line, shift) {
    return line.map(function (p) { return new L.LatLng(p[1], p[0] + shift); });
  }

  // A line or an area that is projected once: Leaflet would project, cut and thin every vertex anew
  // at each zoom and each move, and keep an object for each.
  const quick = {
    initialize: function (lines, shift, options) {
      L.setOptions(this, options);
      this.hcLines = lines;
      this.hcShift = shift;
      this._latlngs = lines;
      this._bounds = L.latLngBounds([]);
    },
    _project: function () {
      const map = this._map, crs = map.options.crs, t = crs.transformation;
      const scale = crs.scale(map.getZoom()), origin = map.getPixelOrigin(), shift = this.hcShift;
      const box = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity };
      if (!this.hcXY) {
        const here = new L.LatLng(0, 0);
        this.hcXY = this.hcLines.map(function (line) {
          const out = new Float64Array(line.length);
          for (let i = 0; i < line.length; i += 2) {
            here.lng = line[i] + shift;
            here.lat = line[i + 1];
            const p = crs.projection.project(here);
            out[i] = p.x;
            out[i + 1] = p.y;
          }
          return out;
        });
      }
      const ax = scale * t._a, bx = scale * t._b - origin.x, ay = scale * t._c, by = scale * t._d - origin.y;
      this._rings = this.hcXY.map(function (line) {
        const out = [];
        let px, py;
        for (let i = 0; i < line.length; i += 2) {
          const x = Math.round(ax * line[i] + bx), y = Math.round(ay * line[i + 1] + by);
          if (x === px && y === py && i + 2 < line.length) continue;
          out.push(new L.Point(x, y));
          px = x;
          py = y;
          if (x < box.x0) box.x0 = x;
          if (x > box.x1) box.x1 = x;
          if (y < box.y0) box.y0 = y;
          if (y > box.y1) box.y1 = y;
        }
        return out;
      });
      this._rawPxBounds = L.bounds([box.x0, box.y0], [box.x1, box.y1]);
      this._updateBounds();
      this._parts = this._rings;
      this.hcStale = true;
    },
    getCenter: function () { return this._map.layerPointToLatLng(this._pxBounds.getCenter()); },
    _update: function () {
      if (!this._map || !this.hcStale) return;
      this.hcStale = false;
      this._updatePath();
    },
  };
  const Line = L.Polyline.extend(quick), Area = L.Polygon.extend(quick);

  function tip(shape, title) {
    if (!title) return;
    shape.bindTooltip(hc.element("span", "", title), { sticky: true, className: "hc-tip" });
  }

  /** A place in the pile of a map for what lies under its tracks. */
  function pane(map, name, height) {
    if (!map.getPane(name)) map.createPane(name).style.zIndex = height;
    return name;
  }

  function draw(shape, data, shift, group, shapes, map) {
    const parts = (shape.parts || []).map(function (text) { return hc.numbers(text, data.grid); });
    const options = {
      className: "hc-" + shape.kind + " " + shape.look + (shape.id ? " hc-own" : ""),
      interactive: Boolean(shape.id || shape.title),
      bubblingMouseEvents: true,
    };
    const ground = /^(grid|land|belt|area)/.test(shape.look);
    // Where there are tiles, land lies under them
    const under = shape.look === "land" && map.getPane("howclose-land");
    if (ground) options.pane = under ? "howclose-land" : pane(map, "howclose-ground", 390);
    if (shape.edge) {
      const edge = { className: "hc-line edge " + shape.look, interactive: false, pane: pane(map, "howclose-edges", 395) };
      // A ring ends where it began
      group.addLayer(new Line(parts, shift, edge));
    }
    let made;
    if (shape.kind === "area") {
      made = [new Area(parts, shift, options)];
    } else if (shape.kind === "line") {
      made = [new Line(parts, shift, options)];
    } else {
      made = parts.map(function (part) {
        return L.circleMarker([part[1], part[0] + shift], Object.assign({ radius: /disbelieved/.test(shape.look) ? 2.5 : 4 }, options));
      });
    }
    made.forEach(function (one) {
      one.hcShape = shape;
      tip(one, shape.title);
      if (shape.id) one.on("click", function () { if (hc.select) hc.select(shape.id); });
      group.addLayer(one);
    });
    const weight = /claim|closest|track|drawn/.test(shape.look) ? 4 : /grid/.test(shape.look) ? 0 : 1;
    if (weight && shape.kind !== "dot") shapes.push({ path: made[0], shape: shape, weight: weight });
  }

  /** The layer whose data stand in the block `id`-data. */
  hc.layer = function (id) {
    const Layer = L.LayerGroup.extend({
      onAdd: function (map) {
        if (!this.hcDrawn) {
          this.hcDrawn = true;
          const data = hc.data(id + "-data");
          // A plane knows no edge of the world; Mercator does, so draw where the map looks.
          const flat = /^howclose/.test(map.options.crs.code);
          const away = flat || !map._loaded ? 0 : map.getCenter().lng - data.lon;
          const shift = 360 * Math.round(away / 360);
          this.hcLines = [];
          (data.shapes || []).forEach(function (shape) {
            draw(shape, data, shift, this, this.hcLines, map);
          }, this);
          this.hcLabels = (data.labels || []).map(function (label) {
            return Object.assign({}, label, {
              at: latLngs(hc.unpack(label.at, data.grid), shift),
              paths: (label.paths || []).map(function (text) {
                return latLngs(hc.unpack(text, data.grid), shift);
              }),
            });
          });
        }
        L.LayerGroup.prototype.onAdd.call(this, map);
        hc.labels(map).add(this);
      },
      onRemove: function (map) {
        hc.labels(map).remove(this);
        L.LayerGroup.prototype.onRemove.call(this, map);
      },
    });
    return new Layer();
  };
})(window);
