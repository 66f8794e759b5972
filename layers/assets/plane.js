/* howclose: an azimuthal equal-area plane for Leaflet, the same as geo/plane.py. */
(function (root) {
  "use strict";
  const hc = root.howclose;
  const R = 6371007.2; // metres: the sphere that has the area of WGS84
  const RAD = Math.PI / 180;

  /** Lambert's azimuthal equal-area projection around a point in degrees. */
  hc.plane = function (lon0, lat0) {
    const s0 = Math.sin(lat0 * RAD), c0 = Math.cos(lat0 * RAD);
    return {
      bounds: null,
      project: function (ll) {
        const lam = (ll.lng - lon0) * RAD, phi = ll.lat * RAD;
        const s = Math.sin(phi), c = Math.cos(phi), cl = Math.cos(lam);
        const k = R * Math.sqrt(2 / Math.max(1 + s0 * s + c0 * c * cl, 1e-9));
        return L.point(k * c * Math.sin(lam), k * (c0 * s - s0 * c * cl));
      },
      unproject: function (p) {
        const rho = Math.hypot(p.x, p.y);
        if (rho === 0) return L.latLng(lat0, lon0);
        const c = 2 * Math.asin(Math.min(rho / (2 * R), 1));
        const sc = Math.sin(c), cc = Math.cos(c);
        const lat = Math.asin(Math.max(-1, Math.min(1, cc * s0 + (p.y * sc * c0) / rho)));
        const lon = Math.atan2(p.x * sc, rho * c0 * cc - p.y * s0 * sc);
        return L.latLng(lat / RAD, lon0 + lon / RAD);
      },
    };
  };

  /** Leaflet's coordinate system on that plane; a zoom has the metres a pixel it has elsewhere. */
  hc.crs = function (lon0, lat0) {
    const unit = 256 / (2 * Math.PI * 6378137);
    return L.extend({}, L.CRS, {
      code: "howclose:laea",
      projection: hc.plane(lon0, lat0),
      transformation: new L.Transformation(1, 0, -1, 0),
      scale: function (zoom) { return unit * Math.pow(2, zoom); },
      zoom: function (scale) { return Math.log2(scale / unit); },
      distance: hc.metres,
      infinite: true,
    });
  };

  /** Metres between two points, to half a per cent: for a scale bar, not for an answer. */
  hc.metres = function (p, q) {
    const at = function (ll) {
      const s = Math.sin(ll.lat * RAD), n = 6378137 / Math.sqrt(1 - 0.00669437999014 * s * s);
      const c = n * Math.cos(ll.lat * RAD);
      return [c * Math.cos(ll.lng * RAD), c * Math.sin(ll.lng * RAD), n * 0.99330562000986 * s];
    };
    const a = at(p), b = at(q);
    return 2 * R * Math.asin(Math.min(1, Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) / 2 / R));
  };
})(window);
