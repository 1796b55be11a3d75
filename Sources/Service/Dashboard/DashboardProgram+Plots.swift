extension DashboardProgram {
  /// Figures: axes, marks, a legend, a sentence for who cannot see them, and their numbers. Series
  /// differ by shape as well as by color.
  static let plots = #"""
    const drawn = (name, given = {}, ...children) => {
      const element = document.createElementNS('http://www.w3.org/2000/svg', name);
      for (const [key, value] of Object.entries(given)) if (value !== undefined && value !== null) element.setAttribute(key, value);
      element.append(...children.flat().filter(child => child !== null && child !== undefined));
      return element;
    };
    function ticks(low, high, count) {
      const span = high - low || Math.abs(high) || 1, power = 10 ** Math.floor(Math.log10(span / count));
      const step = [1, 2, 5, 10].map(factor => factor * power).find(step => span / step <= count) ?? 10 * power;
      const places = [];
      for (let place = Math.ceil(low / step - 1e-9); place * step <= high + step * 1e-9; place++) places.push(place * step || 0);
      return places;
    }
    const tick = value => String(Number(value.toPrecision(6)));
    const shapes = {
      circle: size => `M${-size},0a${size},${size} 0 1,0 ${2 * size},0a${size},${size} 0 1,0 ${-2 * size},0`,
      square: size => `M${-size},${-size}h${2 * size}v${2 * size}h${-2 * size}z`,
      diamond: size => `M0,${-1.4 * size}L${1.4 * size},0L0,${1.4 * size}L${-1.4 * size},0z`,
      cross: size => `M${-size},${-size}L${size},${size}M${-size},${size}L${size},${-size}`,
    };
    const mark = (shape, size, given, title) => drawn('path', {d: shapes[shape](size), ...given}, title ? drawn('title', {}, title) : null);
    const extent = values => {
      let [low, high] = [Infinity, -Infinity];
      for (const value of values) if (Number.isFinite(value)) { low = Math.min(low, value); high = Math.max(high, value); }
      if (low > high) return [0, 1];
      return low === high ? [low - (Math.abs(low) || 1) * .1, high + (Math.abs(high) || 1) * .1] : [low, high];
    };
    // series: {name, points: [[x, y, label, size]], kind: line | step | points, shape, tone}; rules: {y, name}; bands: [low, high].
    function plot({title, summary, xTitle, yTitle, series, rules = [], band, xRange, yRange, height = 300, heads, rows, onPoint}) {
      const holder = make('div', {class: 'plot'});
      const xs = xRange ?? extent(series.flatMap(one => one.points.map(point => point[0])));
      const given = yRange ?? extent([...series.flatMap(one => one.points.map(point => point[1])), ...rules.map(rule => rule.y), ...(band ?? [])]);
      const pad = yRange ? 0 : (given[1] - given[0]) * .05;
      const ys = [given[0] - pad, given[1] + pad], xPad = xRange || series.every(one => one.kind !== 'points') ? 0 : (xs[1] - xs[0]) * .03;
      const xEnds = [xs[0] - xPad, xs[1] + xPad];
      function draw(width) {
        const yTicks = ticks(ys[0], ys[1], 5);
        const left = 14 + 7.4 * Math.max(...yTicks.map(value => tick(value).length), 2), right = 12, top = 8, bottom = 28;
        const x = value => left + (width - left - right) * (value - xEnds[0]) / (xEnds[1] - xEnds[0] || 1);
        const y = value => height - bottom - (height - top - bottom) * (value - ys[0]) / (ys[1] - ys[0] || 1);
        const svg = drawn('svg', {width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `${title}. ${summary ?? ''}`});
        if (band) svg.append(drawn('rect', {class: 'band', x: left, width: Math.max(0, width - left - right), y: y(band[1]), height: Math.max(0, y(band[0]) - y(band[1]))}));
        for (const value of yTicks) svg.append(drawn('line', {class: 'rule', x1: left, x2: width - right, y1: y(value), y2: y(value)}),
          drawn('text', {class: 'tick', x: left - 7, y: y(value) + 4, 'text-anchor': 'end'}, tick(value)));
        for (const value of ticks(xEnds[0], xEnds[1], Math.max(3, Math.floor(width / 110)))) svg.append(
          drawn('text', {class: 'tick', x: x(value), y: height - 8, 'text-anchor': 'middle'}, tick(value)));
        for (const rule of rules) svg.append(drawn('line', {class: 'limit', x1: left, x2: width - right, y1: y(rule.y), y2: y(rule.y)}),
          drawn('text', {class: 'tick', x: width - right - 4, y: y(rule.y) - 5, 'text-anchor': 'end'}, rule.name));
        series.forEach((one, place) => {
          const tone = `tone${one.tone ?? place}`, points = one.points.filter(point => Number.isFinite(point[0]) && Number.isFinite(point[1]));
          if (one.kind === 'points') {
            for (const point of points) {
              const given = {class: `${tone} ${one.shape === 'cross' ? 'open' : 'dot'}`, transform: `translate(${x(point[0]).toFixed(1)},${y(point[1]).toFixed(1)})`};
              const shape = mark(one.shape ?? 'circle', point[3] ?? 4, given, point[2]);
              if (onPoint) shape.addEventListener('click', () => onPoint(point));
              svg.append(shape);
            }
          } else if (points.length) {
            let path = `M${x(points[0][0]).toFixed(1)},${y(points[0][1]).toFixed(1)}`;
            for (const point of points.slice(1)) path += one.kind === 'step' ? `H${x(point[0]).toFixed(1)}V${y(point[1]).toFixed(1)}` : `L${x(point[0]).toFixed(1)},${y(point[1]).toFixed(1)}`;
            svg.append(drawn('path', {class: `${tone} stroke${one.dashed ? ' dashed' : ''}`, d: path}));
          }
        });
        holder.replaceChildren(svg);
      }
      let last = 0;
      new ResizeObserver(entries => {
        const width = Math.floor(entries[0].contentRect.width);
        if (width > 0 && width !== last) { last = width; draw(width); }
      }).observe(holder);
      const named = series.filter(one => one.name);
      return make('figure', {}, make('p', {class: 'axis', text: yTitle}), named.length > 1 ? make('ul', {class: 'legend'}, named.map(one => make('li', {},
        drawn('svg', {viewBox: '0 0 20 12', 'aria-hidden': 'true'}, one.kind === 'points'
          ? mark(one.shape ?? 'circle', 4, {class: `tone${one.tone ?? series.indexOf(one)} ${one.shape === 'cross' ? 'open' : 'dot'}`, transform: 'translate(10,6)'})
          : drawn('path', {class: `tone${one.tone ?? series.indexOf(one)} stroke${one.dashed ? ' dashed' : ''}`, d: 'M0,6H20'})), one.name))) : null,
        holder, make('p', {class: 'ticks end', text: xTitle}), summary ? make('figcaption', {text: summary}) : null,
        rows?.length ? make('details', {class: 'numbers'}, make('summary', {text: 'The numbers'}), table(heads, rows.slice(0, 300)),
          rows.length > 300 ? make('p', {class: 'text', text: `The first 300 of ${rows.length}.`}) : null) : null);
    }
    // Horizontal bars around zero: what adds and what takes away.
    function bars(items, unit) {
      const reach = Math.max(...items.map(item => Math.abs(item.value)), 1e-300);
      return make('div', {class: 'bars', role: 'list'}, items.map(item => {
        const fill = make('i', {class: item.value < 0 ? 'less' : 'more'});
        fill.style.width = `${50 * Math.abs(item.value) / reach}%`;
        return make('div', {role: 'listitem'}, make('span', {class: 'what', text: item.name}), make('span', {class: 'track', 'aria-hidden': 'true'}, fill),
          make('span', {class: 'amount', text: `${item.value > 0 ? '+' : ''}${number(item.value)}${unit ? ' ' + unit : ''}`}));
      }));
    }
    """#
}
