/* howclose: the whole Earth for Leaflet, equal in area, the same as World in layers/planes.py. */
(function (root) {
  "use strict";
  const hc = root.howclose;
  const R = 6371007.2, RAD = Math.PI / 180, M = Math.sqrt(3) / 2;
  const laea = hc.crs;
  let middle = 0;

  function rise(t) { return t * (1.340264 - 0.081106 * t * t + Math.pow(t, 6) * (0.000893 + 0.003796 * t * t)); }
  function slope(t) { return 1.340264 - 0.243318 * t * t + Math.pow(t, 6) * (0.006251 + 0.034164 * t * t); }

  /** The Equal Earth projection around a meridian. */
  const projection = {
    bounds: null,
    project: function (ll) {
      const away = ll.lng - middle;
      const lam = (away - 360 * Math.round(away / 360.02)) * RAD;
      const t = Math.asin(M * Math.sin(ll.lat * RAD));
      return L.point((R * lam * Math.cos(t)) / (M * slope(t)), R * rise(t));
    },
    unproject: function (p) {
      const end = Math.PI / 3, up = p.y / R;
      const within = function (t) { return Math.max(-end, Math.min(end, t)); };
      let t = within(up / 1.340264);
      for (let i = 0; i < 12; i++) t = within(t - (rise(t) - up) / slope(t));
      const lon = ((p.x / R) * M * slope(t)) / Math.cos(t) / RAD;
      return L.latLng(Math.asin(Math.max(-1, Math.min(1, Math.sin(t) / M))) / RAD, middle + lon);
    },
  };
  hc.crs = function (lon) {
    middle = lon;
    return L.extend(laea(lon, 0), { code: "howclose:world", projection: projection });
  };

  /** Whether the map's edge lies between two places. */
  hc.parted = function (a, b) {
    return Math.floor((a[0] - middle + 180) / 360) !== Math.floor((b[0] - middle + 180) / 360);
  };
})(window);
