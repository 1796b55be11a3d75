extension DashboardProgram {
  /// The records of the store: search, one record, the files that were read.
  static let materials = #"""
    const hash = (...parts) => '#/' + parts.map(encodeURIComponent).join('/');
    const isFilter = text => /[=<>]|\b(HAS|KNOWN|UNKNOWN|STARTS|ENDS|CONTAINS|LENGTH)\b/.test(text);
    const valueOf = item => `${number(item.value)}${item.standardUncertainty ? ' ± ' + number(item.standardUncertainty) : ''}${item.unit ? ' ' + item.unit : ''}`;
    const valuesText = record => record.measurements.slice(0, 4).map(item => `${item.property} ${valueOf(item)}${item.fidelity ? ` (${item.fidelity})` : ''}`).join('; ')
      + (record.measurementCount > 4 ? `; ${record.measurementCount - 4} more` : '');
    async function materialsView(view, query = '', after = '0') {
      const input = make('input', {id: 'query', type: 'search', value: query, maxlength: 4000, placeholder: 'GaAs, or: elements HAS "O" AND nelements = 2', autocapitalize: 'off', spellcheck: 'false'});
      const list = make('div', {'aria-live': 'polite'});
      fill(view, make('h1', {text: 'Materials'}),
        make('form', {class: 'search', role: 'search', onsubmit: event => {
          event.preventDefault();
          const target = hash('materials', input.value.trim(), '0');
          if (location.hash === target) show(); else location.hash = target;
        }}, make('label', {for: 'query', text: 'A formula, the name of a row, or a filter'}), make('div', {class: 'field wide'}, input, make('button', {class: 'primary', text: 'Search'}))),
        make('details', {class: 'numbers'}, make('summary', {text: 'How filters are written'}),
          make('p', {class: 'text', text: 'As OPTIMADE does: names of properties with values, joined by AND, OR and NOT.'}),
          make('pre', {tabindex: 0, text: 'elements HAS ALL "Ti","O" AND nelements = 2\nchemical_formula_reduced = "AsGa"\nnsites < 10 AND band_gap > 1.5\nband_gap.experiment IS KNOWN'})),
        make('div', {class: 'sections'}, section('Records', list)));
      const text = query.trim();
      const request = new URLSearchParams({limit: '25', ...(text ? (isFilter(text) ? {filter: text, after} : {name: text}) : {after})});
      const [answer, overview, {datasets}] = await Promise.all([ask(`/v1/records?${request}`).catch(error => {
        if ([400, 422].includes(error.status) || (error.status === 404 && text)) return {records: [], problem: error.message};
        throw error;
      }), ask('/v1/properties'), ask('/v1/datasets')]);
      fill(list, answer.problem ? make('p', {class: 'notice', text: answer.problem}) : null,
        answer.records.length ? table(['Formula', 'Values', 'Sources'], answer.records.map(record =>
          [make('a', {href: hash('record', record.key), text: record.formula}), valuesText(record) || 'none', String(record.sources)]), `${overview.records} records in the store`)
          : answer.problem ? null : make('p', {class: 'text', text: 'Nothing matches.'}),
        make('p', {class: 'actions'}, after !== '0' ? make('a', {class: 'button', href: hash('materials', query, '0'), text: 'First page'}) : null,
          answer.next ? make('a', {class: 'button', href: hash('materials', query, answer.next), text: 'Next page'}) : null));
      view.append(make('div', {class: 'sections'},
        section('What was measured', overview.properties.length ? table(['Property', 'Unit', 'Method', 'Values', 'Materials', 'Range'], overview.properties.map(item =>
          [item.property, item.unit ?? '–', item.fidelity ?? '–', String(item.values), String(item.materials), `${number(item.minimum)} to ${number(item.maximum)}`])) : make('p', {class: 'text', text: 'Nothing yet.'})),
        section('Data sets', datasets.length ? table(['File', 'Read', 'Records', 'Values', 'Not used', 'Refused', 'State'], datasets.map(run =>
          [make('a', {href: hash('dataset', run.id), text: run.file.split('/').pop()}), new Date(run.started / 1000).toISOString().slice(0, 16).replace('T', ' '),
            String(run.entries - run.refused), String(run.measurements), String(run.flagged), String(run.refused), run.isWithdrawn ? 'withdrawn' : run.state])) : make('p', {class: 'text', text: 'None yet.'}))));
    }
    async function datasetView(view, id) {
      const {run, refusals, flagged} = await ask(`/v1/datasets/${encodeURIComponent(id)}`);
      const name = run.file.split('/').pop();
      fill(view, crumbs(['Materials', '#/materials'], [name]), make('h1', {text: name}),
        make('p', {class: 'lead', text: `${run.entries - run.refused} records with ${run.measurements} values; ${run.refused} rows refused, ${run.flagged} values kept and not used.`}),
        run.isWithdrawn ? make('p', {class: 'notice', text: 'All of it was withdrawn.'}) : null,
        make('div', {class: 'sections'},
          refusals.length ? section('Refused', table(['Line', 'Column', 'Why'], refusals.map(item => [String(item.line), item.field || '–', item.message]))) : null,
          flagged.length ? section('Kept and not used', table(['Material', 'Property', 'As written', 'Why', 'Where'], flagged.map(item =>
            [make('a', {href: hash('record', item.key), text: item.formula}), item.measurement.property, item.measurement.text, item.measurement.flags.join(', '), item.source.locator]))) : null,
          section('Where it comes from', make('dl', {class: 'facts provenance'}, [['SHA-256', run.hash], ['Size', `${run.size} bytes`], ['Read', new Date(run.started / 1000).toISOString()], ['Empty cells', String(run.missing)]]
            .map(([title, value]) => make('div', {}, make('dt', {text: title}), make('dd', {text: value})))))));
    }
    function spectrumView(spectrum) {
      if (spectrum.problem) return make('p', {class: 'notice', text: `${spectrum.file}: ${spectrum.problem}`});
      const points = spectrum.positions.map((position, place) => [position, spectrum.intensities[place]]);
      const [low, high] = extent(spectrum.positions), top = points.reduce((best, point) => point[1] > best[1] ? point : best, points[0]);
      const axis = `${spectrum.quantity}${spectrum.unit ? ', ' + spectrum.unit : ''}`;
      return plot({title: spectrum.name ?? spectrum.file, xTitle: axis, yTitle: 'Intensity', series: [{kind: 'line', points, tone: 1}], xRange: [low, high],
        summary: `${spectrum.file}: ${spectrum.pointCount} points from ${number(low)} to ${number(high)}, the highest at ${number(top[0])}.${spectrum.wavelength ? ` Wavelength ${number(spectrum.wavelength)} Å.` : ''}`,
        heads: [axis, 'Intensity'], rows: points.map(point => point.map(number))});
    }
    async function recordView(view, key) {
      const record = await ask(`/v1/records/${encodeURIComponent(key)}`);
      const {models} = await ask('/v1/models').catch(() => ({models: []}));
      const cell = record.structure?.cell, usable = models.filter(model => !model.problem);
      const used = record.sources.flatMap(entry => entry.measurements.map(item => ({...item, entry})));
      const flagged = record.sources.flatMap(entry => entry.flagged.map(item => ({...item, entry})));
      const passages = record.sources.filter(entry => entry.passage);
      const place = entry => `${entry.source.origin.split('/').pop()}${entry.source.locator ? ', ' + entry.source.locator : ''}`;
      const facts = [['Key', record.key], ...(record.sites ? [['Sites', String(record.sites)]] : []),
        ...(cell ? [['Space group', cell.spaceGroup ? `${cell.spaceGroup} (no. ${cell.spaceGroupNumber})` : 'not found'],
          ['a, b, c', [cell.a, cell.b, cell.c].map(value => `${value.toFixed(4)} Å`).join(', ')],
          ['α, β, γ', [cell.alphaDegrees, cell.betaDegrees, cell.gammaDegrees].map(value => `${value.toFixed(2)}°`).join(', ')],
          ['Volume', `${number(cell.volume)} Å³`], ['Density', `${number(cell.density)} g/cm³`]] : [])];
      fill(view, crumbs(['Materials', '#/materials'], [record.formula]), make('h1', {text: record.formula}),
        make('p', {class: 'lead', text: record.structure ? `${record.structure.cell ? 'A crystal' : 'A molecule'} from ${record.sources.length} ${record.sources.length === 1 ? 'source' : 'sources'}.` : 'A composition; no structure is known.'}),
        make('dl', {class: 'facts'}, facts.map(([title, value]) => make('div', {}, make('dt', {text: title}), make('dd', {text: value})))),
        make('div', {class: 'sections'},
          record.structure ? section('Structure', structureView(record.structure, record.formula)) : null,
          section('Values', used.length ? table(['Property', 'Value', 'Method', 'Where', 'State'], used.map(item => [item.property, valueOf(item), item.fidelity ?? '–', place(item.entry), item.entry.withdrawn ? `withdrawn: ${item.entry.withdrawn}` : 'used'])) : make('p', {class: 'text', text: 'None.'})),
          ...record.spectra.map(spectrum => section(spectrum.name ?? spectrum.file, spectrumView(spectrum))),
          flagged.length ? section('Kept and not used', table(['Property', 'As written', 'Why', 'Where'], flagged.map(item => [item.property, item.text, item.flags.join(', '), place(item.entry)]))) : null,
          passages.length ? section('What texts say', ...passages.map(entry => make('blockquote', {}, make('p', {text: entry.passage.text ?? ''}), make('footer', {text: place(entry)})))) : null,
          section('Where it was read', table(['File', 'Place', 'Data set', 'State'], record.sources.map(entry => [entry.source.origin.split('/').pop(), entry.source.locator || '–',
            make('a', {href: hash('dataset', entry.run), text: `no. ${entry.run}`}), entry.withdrawn ? `withdrawn: ${entry.withdrawn}` : 'used']))),
          usable.length ? section('Ask a model', make('p', {class: 'actions'}, usable.map(model => make('a', {class: 'button', href: hash('model', model.name, 'record', record.key), text: `${model.target} by ${model.name}`})))) : null));
    }
    """#
}
