/* howclose: data that came with the page. */
(function (root) {
  "use strict";
  const hc = (root.howclose = root.howclose || {});

  /** What the JSON block of that id holds; {} without one. */
  hc.data = function (id) {
    const block = document.getElementById(id);
    return block ? JSON.parse(block.textContent) : {};
  };

  /** The steps of a path, x and y in turn from where it began, and where each line ends: see layers/pack.py. */
  hc.steps = function (path) {
    const at = [], ends = [];
    let x = 0, y = 0;
    (path || "").split("m").slice(1).forEach(function (line) {
      const moves = line.match(/-?\d+/g), first = at.length;
      for (let k = 0; k < moves.length; k += 2) {
        x += Number(moves[k]);
        y += Number(moves[k + 1]);
        at.push(x, y);
      }
      if (/z$/.test(line)) {
        x = at[first];
        y = at[first + 1];
        at.push(x, y);
      }
      ends.push(at.length);
    });
    return { at: at, ends: ends };
  };

  /** The lines of a path: arrays of [x, y] in units. */
  hc.unpack = function (path, unit) {
    const steps = hc.steps(path);
    return steps.ends.map(function (end, i) {
      const line = [];
      for (let k = i ? steps.ends[i - 1] : 0; k < end; k += 2) line.push([steps.at[k] * unit, steps.at[k + 1] * unit]);
      return line;
    });
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
