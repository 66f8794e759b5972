/* howclose: data that came with the page. */
(function (root) {
  "use strict";
  const hc = (root.howclose = root.howclose || {});

  /** What the JSON block of that id holds; {} without one. */
  hc.data = function (id) {
    const block = document.getElementById(id);
    return block ? JSON.parse(block.textContent) : {};
  };

  /** The numbers of a packed line, x and y in turn, in degrees: see layers/pack.py. */
  hc.numbers = function (text, grid) {
    const bytes = atob(text || ""), out = [], last = [0, 0];
    let value = 0, shift = 1;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes.charCodeAt(i);
      value += (byte & 127) * shift;
      shift *= 128;
      if (byte < 128) {
        const which = out.length & 1;
        last[which] += value % 2 ? -(value + 1) / 2 : value / 2;
        out.push(last[which] * grid);
        value = 0;
        shift = 1;
      }
    }
    return out;
  };

  /** A packed line as an array of [lon, lat] in degrees. */
  hc.unpack = function (text, grid) {
    const flat = hc.numbers(text, grid), line = [];
    for (let i = 0; i < flat.length; i += 2) line.push([flat[i], flat[i + 1]]);
    return line;
  };

  /** A number in groups of three; a browser's own way to it takes 20 ms the first time. */
  hc.number = function (value, digits) {
    const parts = value.toFixed(digits || 0).split(".");
    parts[0] = parts[0].replace(/\B(?=(\d{3})+$)/g, "\u202f");
    return parts.join(".");
  };

  /** An element with classes and, as text and nothing else, words. */
  hc.element = function (tag, look, words) {
    const made = document.createElement(tag);
    if (look) made.className = look;
    if (Array.isArray(words)) {
      // In pieces: some in another language than the page, or not to be broken.
      words.forEach(function (piece) {
        const part = hc.element("span", piece[2], piece[0]);
        if (piece[1]) part.lang = piece[1];
        made.appendChild(part);
      });
    } else if (words !== undefined) made.textContent = words;
    return made;
  };

  hc.svg = function (tag, attributes) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const name in attributes) made.setAttribute(name, attributes[name]);
    return made;
  };
})(window);
