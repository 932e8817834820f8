// Maps: choice of layer, zoom, search and panel (maps/explorer.py draws them and says what each figure is).
const DRAWN_PX = 8.3; // units of a drawing to a pixel, as its marks and names are sized before anyone zooms
const NAMES_PX = 12.5;
const MOST_NAMES = 70; // of towns; fewer on a narrow screen
const make = (name, text, attributes = {}, space) => {
  const made = space ? document.createElementNS(space, name) : document.createElement(name);
  if (text !== undefined) made.textContent = text;
  for (const key in attributes) made.setAttribute(key, attributes[key]);
  return made;
};
// A name as it is looked for: case, accents, hyphens and apostrophes do not matter.
const plain = (text) =>
  text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/œ/g, "oe").replace(/æ/g, "ae")
    .replace(/[^a-z0-9]+/g, " ").trim().replace(/\bst\b/g, "saint").replace(/\bste\b/g, "sainte");

function explore(root) {
  const data = JSON.parse(root.querySelector("script").textContent);
  const one = (selector) => root.querySelector(selector);
  const svg = one("svg.map"), panel = one(".map-panel"), input = one(".map-search input"), list = one(".map-search ul");
  const areas = [...root.querySelectorAll(".areas path")], spots = [...root.querySelectorAll(".sites .site")];
  const [width, height] = data.size;
  const largest = data.largest || data.people.map((_, row) => row).sort((a, b) => data.people[b] - data.people[a] || a - b);
  const scaleOf = (pixel) => pixel / DRAWN_PX * (svg.clientWidth < 500 ? 0.75 : 1);
  let layer = data.layers[0], zoom = 1, left = 0, top = 0, drawing = 0;

  // Layers: every demand point has one shape, which is filled anew.
  const show = (number) => {
    layer = data.layers[number];
    areas.forEach((area, row) => area.setAttribute("fill", layer.fills[parseInt(layer.of[row], 36)]));
    root.querySelectorAll(".map-legend").forEach((legend, each) => { legend.hidden = each !== number; });
    if (!layer.signs) return;
    layer.signs.forEach(([sign, text], each) => {
      spots[each].dataset.sign = sign;
      spots[each].querySelector("text").textContent = text;
    });
    redraw();
  };
  root.querySelectorAll(".map-choice input").forEach((input) => {
    input.addEventListener("change", () => show(Number(input.value)));
  });
  root.querySelectorAll("[data-show]").forEach((box) => {
    const marks = one(`[data-marks="${box.dataset.show}"]`);
    box.addEventListener("change", () => { marks.setAttribute("display", box.checked ? "inline" : "none"); });
  });

  // Names: as many as have room, those of sites first, then zones, then towns from the largest.
  const name = (pixel) => {
    const size = NAMES_PX * pixel, taken = [], dots = [], groups = {};
    const right = left + width / zoom, bottom = top + height / zoom;
    const isFree = (box) => box[0] >= left && box[1] >= top && box[2] <= right && box[3] <= bottom
      && !taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
    const put = (group, text, x, y, away) => {
      const long = text.length * size * (group === "site-names" ? 0.64 : 0.57), up = size * 0.6;
      const places = away === null ? [[0, 0, "middle"]]
        : [[away, 0, "start"], [-away, 0, "end"], [0, -away - up / 2, "middle"], [0, away + up / 2, "middle"]];
      for (const [dx, dy, anchor] of places) {
        const from = x + dx - { start: 0, middle: long / 2, end: long }[anchor];
        const box = [from, y + dy - up, from + long, y + dy + up];
        if (!isFree(box)) continue;
        taken.push(box);
        const at = { x: x + dx, y: y + dy + size * 0.35, "text-anchor": anchor, "font-size": size };
        (groups[group] ||= []).push(make("text", text, at, svg.namespaceURI));
        return true;
      }
      return false;
    };
    const shown = data.sites.filter((_, each) => spots[each].dataset.sign);
    const scale = scaleOf(pixel);
    shown.forEach(({ at: [x, y], r }) => taken.push([x - r * scale, y - r * scale, x + r * scale, y + r * scale]));
    shown.forEach(({ name, at: [x, y], r }) => put("site-names", name, x, y, r * scale + 3 * pixel));
    for (const [text, x, y, wide] of data.zoneLabels) {
      if (text.length * size * 0.5 < wide) put("zone-names", text, x, y, null);
    }
    const named = new Set(shown.map((site) => site.row));
    const most = Math.min(MOST_NAMES, svg.clientWidth / 16);
    let names = 0;
    for (const row of largest) {
      const x = data.at[2 * row], y = data.at[2 * row + 1];
      if (names >= most) break;
      if (named.has(row) || x < left || x > right || y < top || y > bottom) continue;
      if (put("town-names", data.names[row], x, y, 5 * pixel)) { names += 1; dots.push(`M${x} ${y}h1`); }
      else if (zoom === 1 && names > most / 2) break;
    }
    for (const group of ["zone-names", "town-names", "site-names"]) one(`.${group}`).replaceChildren(...groups[group] || []);
    root.querySelectorAll(".towns path").forEach((path) => path.setAttribute("d", dots.join("")));
  };

  // Zoom: the view box moves; marks and names keep their size on the screen, lines of communes grow thin far out.
  const redraw = () => { if (!drawing) drawing = requestAnimationFrame(draw); };
  const draw = () => {
    drawing = 0;
    const across = width / zoom, down = height / zoom, pixel = across / (svg.clientWidth || 720);
    svg.setAttribute("viewBox", `${left} ${top} ${across} ${down}`);
    svg.style.setProperty("--area-line", `${Math.min(1, Math.max(0.12, 9 / Math.sqrt(areas.length) * Math.sqrt(zoom)))}px`);
    svg.style.touchAction = zoom > 1 ? "none" : "";
    spots.forEach((spot, each) => {
      const [x, y] = data.sites[each].at;
      spot.setAttribute("transform", `translate(${x} ${y}) scale(${scaleOf(pixel)})`);
    });
    root.querySelectorAll("pattern").forEach((pattern) => {
      const turn = pattern.id.startsWith("hatch") ? "rotate(45) " : "";
      pattern.setAttribute("patternTransform", `${turn}scale(${pixel / DRAWN_PX})`);
    });
    const [x, y, arm] = [left + across / 2, top + down / 2, 9 * pixel];
    one(".cross").setAttribute("d", `M${x - arm} ${y}h${2 * arm}M${x} ${y - arm}v${2 * arm}`);
    const bar = one(".scale");
    if (bar) bar.style.display = zoom === 1 ? "" : "none";
    name(pixel);
  };
  const look = (much, x, y) => {
    zoom = Math.min(40, Math.max(1, much));
    left = Math.min(width - width / zoom, Math.max(0, x));
    top = Math.min(height - height / zoom, Math.max(0, y));
    redraw();
  };
  const lookAt = (x, y, much) => look(much, x - width / much / 2, y - height / much / 2);
  const zoomBy = (times, x = left + width / zoom / 2, y = top + height / zoom / 2) => {
    const much = Math.min(40, Math.max(1, zoom * times));
    look(much, x - (x - left) * zoom / much, y - (y - top) * zoom / much);
  };
  const pan = (across, down) => look(zoom, left + across * width / zoom, top + down * height / zoom);
  const ground = (x, y) => {
    const box = svg.getBoundingClientRect();
    return [left + (x - box.left) / box.width * width / zoom, top + (y - box.top) / box.height * height / zoom];
  };
  const home = () => look(1, 0, 0);
  const buttons = { in: () => zoomBy(2), out: () => zoomBy(0.5), home };
  root.querySelectorAll("[data-zoom]").forEach((button) => { button.onclick = buttons[button.dataset.zoom]; });

  // Panel: a commune with its zone, or a site with those whom it serves.
  const pairs = (facts) => {
    const told = make("dl");
    for (const [label, text] of facts) if (text) told.append(make("dt", label), make("dd", text));
    return told;
  };
  const outline = (kind, rows) =>
    one(`.${kind}`).setAttribute("d", rows.map((row) => areas[row].getAttribute("d")).join(""));
  const tell = (picked, catchment, site, ...parts) => {
    outline("picked", picked);
    outline("catchment", catchment);
    spots.forEach((spot, each) => spot.classList.toggle("shown", each === site));
    panel.replaceChildren(...parts);
  };
  const zoneOf = (row) => data.zones[data.zone[row]];
  const tellCommune = (row) => {
    const zone = zoneOf(row), parts = [make("h3", data.names[row])];
    if (zone) parts.push(make("p", zone.name));
    parts.push(pairs(data.figures.map(([label, texts]) => [label, texts[row]])));
    if (data.note) parts.push(make("p", data.note, { class: "note" }));
    if (zone && zone.figures.length) parts.push(make("h4", zone.name), pairs(zone.figures));
    tell([row], [], -1, ...parts);
  };
  const tellSite = (each) => {
    const site = data.sites[each], zone = site.row < 0 ? undefined : zoneOf(site.row);
    const parts = [make("h3", site.name), ...zone ? [make("p", zone.name)] : [], pairs(site.facts)];
    if (site.note) parts.push(make("p", site.note, { class: "note" }));
    tell([], site.catchment, each, ...parts);
  };
  const goTo = (row) => {
    const box = areas[row].getBBox();
    lookAt(box.x + box.width / 2, box.y + box.height / 2, Math.min(12, Math.max(4, width / 5 / box.width)));
    tellCommune(row);
  };
  svg.setAttribute("tabindex", "0");
  spots.forEach((spot, each) => {
    const { name, at: [x, y], facts } = data.sites[each];
    spot.setAttribute("tabindex", "0");
    spot.setAttribute("role", "button");
    spot.setAttribute("aria-label", [name, ...facts.slice(0, 3).map((fact) => fact.join(" "))].join(", "));
    spot.addEventListener("focus", () => {
      tellSite(each);
      if (x < left || x > left + width / zoom || y < top || y > top + height / zoom) lookAt(x, y, zoom);
    });
    spot.addEventListener("click", () => tellSite(each));
  });

  // Keys: + - 0 and arrows; Enter looks at the site in focus, or tells the commune in the middle.
  const moves = {
    "+": () => zoomBy(1.5), "=": () => zoomBy(1.5), "-": () => zoomBy(1 / 1.5), 0: home,
    ArrowLeft: () => pan(-0.2, 0), ArrowRight: () => pan(0.2, 0), ArrowUp: () => pan(0, -0.2), ArrowDown: () => pan(0, 0.2),
    Enter: (event) => {
      const each = spots.indexOf(event.target);
      if (each >= 0) { lookAt(...data.sites[each].at, Math.max(zoom, 4)); tellSite(each); return; }
      const box = svg.getBoundingClientRect();
      svg.scrollIntoView({ block: "nearest" });
      const row = areas.indexOf(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2));
      if (row >= 0) tellCommune(row);
    },
  };
  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !moves[event.key]) return;
    event.preventDefault();
    moves[event.key](event);
  });

  // Pointers: a click tells, one finger drags what is zoomed, two fingers zoom; the wheel zooms a map in use.
  const fingers = new Map();
  let dragged = 0;
  svg.addEventListener("pointerdown", (event) => {
    if (!fingers.size) dragged = 0;
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
  });
  svg.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = [event.clientX, event.clientY];
    fingers.set(event.pointerId, now);
    dragged += Math.hypot(now[0] - before[0], now[1] - before[1]);
    if (fingers.size === 2) {
      const [, other] = [...fingers].find(([id]) => id !== event.pointerId);
      const apart = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]) || 1;
      zoomBy(apart(now) / apart(before), ...ground((now[0] + other[0]) / 2, (now[1] + other[1]) / 2));
    } else if (zoom > 1 && dragged > 4) {
      svg.setPointerCapture(event.pointerId);
      const [from, to] = [ground(...before), ground(...now)];
      look(zoom, left + from[0] - to[0], top + from[1] - to[1]);
    }
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
    svg.addEventListener(end, (event) => fingers.delete(event.pointerId));
  }
  for (const touch of ["touchstart", "touchmove"]) {
    svg.addEventListener(touch, (event) => { if (event.touches.length > 1) event.preventDefault(); }, { passive: false });
  }
  svg.addEventListener("click", (event) => {
    const row = areas.indexOf(event.target);
    if (row >= 0 && dragged <= 4) tellCommune(row);
  });
  svg.addEventListener("wheel", (event) => {
    const inUse = event.ctrlKey || svg.contains(document.activeElement);
    if (!inUse || (zoom === 1 && event.deltaY > 0)) return;
    event.preventDefault();
    zoomBy(2 ** (-event.deltaY / 400), ...ground(event.clientX, event.clientY));
  }, { passive: false });

  // Search: names that begin with what is typed, then those that hold it; the largest first.
  const looked = data.names.map(plain);
  let options = [], chosen = 0;
  const find = (text) => {
    const wanted = plain(text);
    if (!wanted) return [];
    const rank = (name) => name === wanted ? 0 : name.startsWith(wanted) ? 1 : ` ${name}`.includes(` ${wanted}`) ? 2
      : name.includes(wanted) ? 3 : 4;
    const ranked = largest.map((row) => [rank(looked[row]), row]).filter(([found]) => found < 4);
    return ranked.sort((a, b) => a[0] - b[0]).slice(0, 8).map(([, row]) => row);
  };
  const offer = () => {
    list.replaceChildren(...options.map((row, each) => {
      const item = make("li", data.names[row], { role: "option", id: `${list.id}-${each}`, "aria-selected": each === chosen });
      const zone = zoneOf(row);
      if (zone) item.append(make("small", zone.name));
      item.addEventListener("mousedown", (event) => { event.preventDefault(); take(row); });
      return item;
    }));
    list.hidden = !options.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    if (options.length) input.setAttribute("aria-activedescendant", `${list.id}-${chosen}`);
    else input.removeAttribute("aria-activedescendant");
  };
  const close = () => { options = []; offer(); };
  const take = (row) => { input.value = data.names[row]; close(); goTo(row); };
  input.addEventListener("input", () => { options = find(input.value); chosen = 0; offer(); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!options.length) options = find(input.value);
      const step = event.key === "ArrowDown" ? 1 : -1;
      chosen = list.hidden ? 0 : (chosen + step + options.length) % Math.max(1, options.length);
      offer();
    }
    if (event.key === "Enter" && input.value.trim()) {
      const [row] = options.length ? [options[chosen]] : find(input.value);
      if (row !== undefined) take(row);
      else tell([], [], -1, make("p", panel.dataset.nothing));
    }
  });
  new ResizeObserver(redraw).observe(svg);
  draw();
}
document.querySelectorAll(".explorer").forEach(explore);
