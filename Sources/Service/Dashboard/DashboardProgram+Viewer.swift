extension DashboardProgram {
  /// A structure to turn: spheres in order of depth on a canvas, by pointer, touch, keys or buttons.
  /// Colors are those of Okabe and Ito, which the color-blind tell apart; every atom has its symbol.
  static let viewer = #"""
    const atomColors = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442', '#9a9a9a'];
    const usualView = {turn: -.5, tilt: .32, zoom: 1};
    // Across, up and away from the eye, Å.
    function seenFrom(view, center, place) {
      const [x, y, z] = place.map((value, axis) => value - center[axis]);
      const [c, s, C, S] = [Math.cos(view.turn), Math.sin(view.turn), Math.cos(view.tilt), Math.sin(view.tilt)];
      const across = c * x - s * y, away = s * x + c * y;
      return [across, C * z + S * away, C * away - S * z];
    }
    function structureScene(structure) {
      const kinds = new Map(structure.elements.map((kind, place) => [kind.symbol, {...kind, color: atomColors[place % atomColors.length]}]));
      const radius = site => (kinds.get(main(site).element)?.radius ?? 1.3);
      const main = site => site.occupants.reduce((best, one) => one.share > best.share ? one : best);
      const vectors = structure.cell?.vectors, atoms = [];
      const at = place => [0, 1, 2].map(axis => place[0] * vectors[0][axis] + place[1] * vectors[1][axis] + place[2] * vectors[2][axis]);
      structure.sites.forEach((site, number) => {
        const add = position => atoms.push({position, radius: radius(site), symbol: main(site).element, occupants: site.occupants, number});
        if (!vectors) return add(site.position);
        const inside = site.fractional.map(value => { const rest = value - Math.floor(value); return rest > 1 - 1e-4 ? 0 : rest; });
        // Atoms on a face are drawn on the opposite one as well, where the cell is small.
        let places = [inside];
        if (structure.sites.length <= 40) for (let axis = 0; axis < 3; axis++) if (inside[axis] < .02)
          places = places.concat(places.map(place => place.map((value, other) => other === axis ? value + 1 : value)));
        places.forEach(place => add(at(place)));
      });
      const corners = vectors ? [...Array(8).keys()].map(bits => at([bits & 1, bits >> 1 & 1, bits >> 2])) : [];
      const edges = corners.flatMap((corner, place) => [0, 1, 2].filter(axis => !(place >> axis & 1)).map(axis => [corner, corners[place | 1 << axis]]));
      const all = [...atoms.map(atom => atom.position), ...corners];
      const low = [0, 1, 2].map(axis => all.reduce((value, place) => Math.min(value, place[axis]), Infinity));
      const high = [0, 1, 2].map(axis => all.reduce((value, place) => Math.max(value, place[axis]), -Infinity));
      const center = [0, 1, 2].map(axis => (low[axis] + high[axis]) / 2);
      const reach = Math.max(...all.map(place => Math.hypot(...place.map((value, axis) => value - center[axis])))) + 1;
      // Where something draws electrons much more strongly, those who give them are not bonded to each other.
      const draws = atom => kinds.get(atom.symbol)?.electronegativity ?? 0;
      const strongest = Math.max(0, ...atoms.map(draws)), gives = atom => draws(atom) < strongest - 1;
      const bonds = [];
      if (atoms.length <= 400) for (let one = 0; one < atoms.length; one++) for (let other = 0; other < one; other++) {
        const distance = Math.hypot(...atoms[one].position.map((value, axis) => value - atoms[other].position[axis]));
        if (distance > .4 && distance < 1.15 * (atoms[one].radius + atoms[other].radius) && !(gives(atoms[one]) && gives(atoms[other]))) bonds.push([atoms[one], atoms[other]]);
      }
      // Seen from the first side it fills the frame; turned, it may stand out a little.
      const height = Math.min(reach, Math.max(...all.map(place => Math.abs(seenFrom(usualView, center, place)[1]))) + 1.2);
      return {kinds, atoms, bonds, height, edges, axes: vectors ? ['a', 'b', 'c'].map((name, axis) => ({name, end: at([0, 1, 2].map(other => other === axis ? 1 + 1.2 / Math.hypot(...vectors[axis]) : 0))})) : [], center, reach};
    }
    function structureView(structure, name) {
      const scene = structureScene(structure);
      const view = {...usualView};
      const canvas = make('canvas', {tabindex: 0, role: 'img', class: 'structure', 'aria-label':
        `${structure.cell ? 'Unit cell' : 'Molecule'} of ${name}: ${structure.siteCount} sites of ${structure.elements.map(kind => kind.name).join(', ')}. Turn it with the arrow keys; the sites are listed below.`});
      const tone = variable => getComputedStyle(document.documentElement).getPropertyValue(variable).trim();
      const seen = place => seenFrom(view, scene.center, place);
      function draw() {
        const box = canvas.getBoundingClientRect(), ratio = devicePixelRatio || 1;
        if (!box.width) return;
        if (canvas.width !== Math.round(box.width * ratio) || canvas.height !== Math.round(box.height * ratio)) {
          canvas.width = Math.round(box.width * ratio);
          canvas.height = Math.round(box.height * ratio);
        }
        const context = canvas.getContext('2d');
        context.save();
        context.setTransform(ratio, 0, 0, ratio, 0, 0);
        context.clearRect(0, 0, box.width, box.height);
        const scale = view.zoom * Math.min(.5 * box.width / scene.reach, .5 * box.height / scene.height);
        const screen = place => { const [x, y, depth] = seen(place); return [box.width / 2 + scale * x, box.height / 2 - scale * y, depth]; };
        const [ink, line, surface] = [tone('--ink'), tone('--ash'), tone('--surface')];
        const parts = [];
        for (const [from, to] of scene.edges) for (let step = 0; step < 6; step++) {
          const place = share => screen(from.map((value, axis) => value + (to[axis] - value) * share));
          const [start, end] = [place(step / 6), place((step + 1) / 6)];
          parts.push({depth: (start[2] + end[2]) / 2, draw: () => stroke(start, end, line, 1.2)});
        }
        function stroke(start, end, color, width) {
          context.beginPath();
          context.moveTo(start[0], start[1]);
          context.lineTo(end[0], end[1]);
          context.strokeStyle = color;
          context.lineWidth = width;
          context.lineCap = 'round';
          context.stroke();
        }
        for (const [one, other] of scene.bonds) {
          // From surface to surface, so that no bond is drawn upon its own atoms.
          const way = one.position.map((value, axis) => other.position[axis] - value), distance = Math.hypot(...way);
          const along = place => screen(one.position.map((value, axis) => value + way[axis] * place / distance));
          const [start, end] = [along(.38 * one.radius), along(distance - .38 * other.radius)], middle = start.map((value, place) => (value + end[place]) / 2);
          for (const [edge, atom] of [[start, one], [end, other]]) parts.push({depth: (edge[2] + middle[2]) / 2, draw: () => {
            stroke(edge, middle, ink, Math.max(3, .16 * scale) + 1.5);
            stroke(edge, middle, scene.kinds.get(atom.symbol).color, Math.max(3, .16 * scale));
          }});
        }
        for (const atom of scene.atoms) {
          const [x, y, depth] = screen(atom.position), size = Math.max(3, .42 * atom.radius * scale);
          parts.push({depth, draw: () => ball(atom, x, y, size)});
        }
        function ball(atom, x, y, size) {
          let from = -Math.PI / 2;
          const circle = color => { context.beginPath(); context.arc(x, y, size, 0, 2 * Math.PI); context.fillStyle = color; context.fill(); };
          circle(surface);
          for (const one of atom.occupants) {
            const to = from + 2 * Math.PI * Math.min(1, one.share);
            context.beginPath();
            if (one.share < .999) context.moveTo(x, y);
            context.arc(x, y, size, from, to);
            context.fillStyle = scene.kinds.get(one.element).color;
            context.fill();
            from = to;
          }
          const light = context.createRadialGradient(x - .35 * size, y - .4 * size, .1 * size, x, y, size);
          light.addColorStop(0, 'rgba(255,255,255,.55)');
          light.addColorStop(.5, 'rgba(255,255,255,.05)');
          light.addColorStop(1, 'rgba(0,0,0,.3)');
          circle(light);
          context.strokeStyle = ink;
          context.lineWidth = .8;
          context.stroke();
          if (size < 8) return;
          context.font = `600 ${Math.min(15, Math.max(9, size * .8))}px system-ui, sans-serif`;
          context.textAlign = 'center';
          context.textBaseline = 'middle';
          context.lineWidth = 2.5;
          context.strokeStyle = 'rgba(255,255,255,.85)';
          context.strokeText(atom.symbol, x, y);
          context.fillStyle = '#111';
          context.fillText(atom.symbol, x, y);
        }
        parts.sort((one, other) => other.depth - one.depth).forEach(part => part.draw());
        context.font = 'italic 14px system-ui, sans-serif';
        context.fillStyle = ink;
        for (const axis of scene.axes) { const [x, y] = screen(axis.end); context.fillText(axis.name, x, y); }
        context.restore();
      }
      const turn = (across, up) => { view.turn += across; view.tilt = Math.max(-1.57, Math.min(1.57, view.tilt + up)); draw(); };
      const zoom = factor => { view.zoom = Math.max(.3, Math.min(8, view.zoom * factor)); draw(); };
      const reset = () => { Object.assign(view, usualView); draw(); };
      const keys = {ArrowLeft: () => turn(-.12, 0), ArrowRight: () => turn(.12, 0), ArrowUp: () => turn(0, .12), ArrowDown: () => turn(0, -.12),
        '+': () => zoom(1.15), '=': () => zoom(1.15), '-': () => zoom(1 / 1.15), '0': reset};
      canvas.addEventListener('keydown', event => {
        if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        keys[event.key]();
      });
      const fingers = new Map();
      canvas.addEventListener('pointerdown', event => { canvas.setPointerCapture(event.pointerId); fingers.set(event.pointerId, [event.clientX, event.clientY]); });
      canvas.addEventListener('pointermove', event => {
        const before = fingers.get(event.pointerId);
        if (!before) return;
        const now = [event.clientX, event.clientY];
        if (fingers.size === 2) {
          const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
          const distance = place => Math.hypot(place[0] - other[0], place[1] - other[1]) || 1;
          zoom(distance(now) / distance(before));
        } else turn((now[0] - before[0]) * .01, (now[1] - before[1]) * .01);
        fingers.set(event.pointerId, now);
      });
      for (const ending of ['pointerup', 'pointercancel']) canvas.addEventListener(ending, event => fingers.delete(event.pointerId));
      canvas.addEventListener('wheel', event => { if (document.activeElement === canvas) { event.preventDefault(); zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1); } }, {passive: false});
      new ResizeObserver(draw).observe(canvas);
      matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
      const button = (label, name, work) => make('button', {type: 'button', text: label, 'aria-label': name, title: name, onclick: work});
      const share = site => site.occupants.map(one => one.share < .999 || site.occupants.length > 1 ? `${one.element} ${number(one.share)}` : one.element).join(', ');
      return make('figure', {}, make('ul', {class: 'legend atoms'}, structure.elements.map(kind => make('li', {},
          (() => { const dot = make('i', {'aria-hidden': 'true'}); dot.style.background = scene.kinds.get(kind.symbol).color; return dot; })(), `${kind.symbol} ${kind.name}`))),
        canvas, make('p', {class: 'turns'}, button('←', 'Turn left', keys.ArrowLeft), button('→', 'Turn right', keys.ArrowRight), button('↑', 'Tilt up', keys.ArrowUp),
          button('↓', 'Tilt down', keys.ArrowDown), button('+', 'Nearer', keys['+']), button('−', 'Farther', keys['-']), button('Reset', 'As at first', reset)),
        make('details', {class: 'numbers'}, make('summary', {text: 'The sites'}), table(['Site', 'Element', structure.cell ? 'In fractions of the cell' : 'Position, Å'],
          structure.sites.slice(0, 200).map((site, place) => [site.label ?? String(place + 1), share(site), (site.fractional ?? site.position).map(value => value.toFixed(4)).join(', ')])),
          structure.siteCount > 200 ? make('p', {class: 'text', text: `The first 200 of ${structure.siteCount}.`}) : null));
    }
    """#
}
