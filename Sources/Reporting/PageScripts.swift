/// The programs of a page: the drawing library, and a few lines that draw, sort and save.
enum PageScripts {
  /// What the browser is told to refuse: every request, since all that is needed is inline.
  ///
  /// The drawing library compiles its expressions, hence `unsafe-eval`; data stay data (they are
  /// parsed as JSON and set as text).
  static let policy =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'unsafe-eval'; "
    + "img-src data: blob:; base-uri 'none'; form-action 'none'"

  static let missingBundle =
    "The charts are left out because the drawing library (.deps/js/vega.js) was not found when this "
    + "page was written; the tables below hold the same numbers. Run Scripts/setup.sh and "
    + "write the report again to see them."

  static func elements(charts: [Chart], vegaBundle: String?) -> String {
    let sorting = "<script type=\"module\">\n\(sorter)\n</script>\n"
    guard let vegaBundle, !charts.isEmpty else { return sorting }
    let specifications = ChartValue.array(charts.map(\.pageSpecification)).json(.page)
    let colors = ChartValue.object(
      Dictionary(uniqueKeysWithValues: ThemeColor.allCases.map { ($0.rawValue, .string($0.light)) })
    )
    return """
      <noscript><p class="notice">Scripts are off, so the charts are not drawn; captions and tables \
      hold the same figures.</p></noscript>
      <script type="application/json" id="charts">\(Markup.scriptSafe(json: specifications))</script>
      <script type="application/json" id="colors">\(Markup.scriptSafe(json: colors.json(.fixed)))</script>
      <script type="module">
      \(Markup.scriptSafe(program: vegaBundle))
      </script>
      <script type="module">
      \(drawer)
      </script>
      \(sorting)
      """
  }

  /// Draws each figure as SVG, its colors left to the style sheet; adds a button that saves one.
  private static let drawer = """
    const read = id => JSON.parse(document.getElementById(id).textContent);
    const charts = read('charts'), colors = read('colors');
    const draw = (place, chart) => window.vegaEmbed(place, chart, {actions: false, renderer: 'svg'});
    const heightFor = (place, chart) =>
      place.clientWidth < 560 && chart.usermeta?.narrowHeight || chart.height;
    const onPage = (place, chart) => ({
      ...JSON.parse(JSON.stringify(chart), (key, value) =>
        key === 'legend' ? null : key === 'y' && value?.field ? {...value, title: null} : value),
      config: {...chart.config, legend: {disable: true}}, height: heightFor(place, chart),
    });
    const fixed = chart => ({...JSON.parse(JSON.stringify(chart)
      .replace(/var\\(--(\\w+)\\)/g, (all, name) => colors[name] ?? all)), width: 760, background: '#fff', padding: 16});
    async function save(chart, name) {
      const holder = document.createElement('div');
      const {view} = await draw(holder, fixed(chart));
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([await view.toSVG()], {type: 'image/svg+xml'}));
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      view.finalize();
    }
    for (const place of document.querySelectorAll('[data-chart]')) {
      const number = Number(place.dataset.chart), figure = place.closest('figure');
      draw(place, onPage(place, charts[number])).then(() => {
        const button = document.createElement('button');
        button.type = 'button';
        button.className = 'save';
        button.textContent = 'Save as SVG';
        button.addEventListener('click', () => save(charts[number], `chart-${number + 1}.svg`));
        figure.append(button);
      }, error => {
        place.textContent = `This chart could not be drawn (${error.message}); its numbers are below.`;
        figure.querySelector('details').open = true;
      });
    }
    addEventListener('beforeprint', () => {
      for (const block of document.querySelectorAll('.recipe details')) block.open = true;
    });
    """

  /// Sorts a table by a column: numbers by value, text by the reader's alphabet.
  private static let sorter = """
    for (const table of document.querySelectorAll('table.sortable')) {
      const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
      heads.forEach((head, column) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.append(...head.childNodes);
        head.append(button);
        button.addEventListener('click', () => {
          const descends = head.getAttribute('aria-sort') !== 'descending';
          heads.forEach(other => other.removeAttribute('aria-sort'));
          head.setAttribute('aria-sort', descends ? 'descending' : 'ascending');
          const key = row => row.cells[column].dataset.value;
          const compare = (a, b) => key(a) !== undefined && key(b) !== undefined
            ? key(a) - key(b)
            : key(a) !== undefined ? 1 : key(b) !== undefined ? -1
            : a.cells[column].textContent.localeCompare(b.cells[column].textContent);
          body.append(...[...body.rows].sort((a, b) => descends ? compare(b, a) : compare(a, b)));
        });
      });
    }
    """
}
