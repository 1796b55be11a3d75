extension DashboardProgram {
  /// The models: how good they are, and what they say.
  static let models = #"""
    async function modelsView(view) {
      const {models} = await ask('/v1/models');
      fill(view, make('h1', {text: 'Models'}), models.length ? make('div', {class: 'cards list'}, models.map(model => make('article', {class: 'card'},
        make('h2', {}, model.problem ? model.name : make('a', {href: hash('model', model.name), text: model.name})),
        model.problem ? make('p', {class: 'note', text: model.problem}) : make('p', {class: 'text', text: `${model.target}${model.unit && !model.target.includes(`(${model.unit})`) ? ', ' + model.unit : ''}: ${model.surrogate}, ${model.rows} rows, ${model.elements} elements`}),
        model.problem ? null : make('p', {class: 'note', text: model.classes ? `Classes ${model.classes.join(', ')}` : `Mean absolute error ${number(model.meanAbsoluteError)} (the mean alone ${number(model.baselineError)})${model.coverage90 == null ? '' : `; ${percent(model.coverage90)} inside 90 % intervals`}`}))))
        : make('p', {class: 'text', text: 'There is no model file in the folder yet.'}));
    }
    const percent = share => `${(100 * share).toFixed(1)} %`;
    const finite = value => typeof value === 'string' ? (value === 'Infinity' ? '∞' : value === '-Infinity' ? '−∞' : '–') : number(value);
    function curveView(quality) {
      const line = curve => curve.expected.map((value, place) => [value, curve.observed[place]]);
      return plot({title: 'Promised and observed coverage', xTitle: 'Promised share', yTitle: 'Observed share', xRange: [0, 1], yRange: [0, 1],
        series: [{name: 'as it should be', kind: 'line', dashed: true, tone: 4, points: [[0, 0], [1, 1]]}, {name: 'calibrated', kind: 'points', shape: 'circle', tone: 1, points: line(quality.calibratedCurve)},
          {name: 'before calibration', kind: 'points', shape: 'cross', tone: 0, points: line(quality.uncalibratedCurve)}],
        summary: `Of ${quality.rows} rows that were held out, each judged by intervals of the other folds.`,
        heads: ['Promised', 'Observed'], rows: line(quality.calibratedCurve).map(point => point.map(percent))});
    }
    function abstentionView(curve, unit) {
      const points = values => curve.kept.map((share, place) => [100 * share, values[place]]);
      return plot({title: 'Error of what is kept', xTitle: 'Most certain share that is kept, %', yTitle: `Mean absolute error${unit}`,
        series: [{name: 'by the model', kind: 'line', points: points(curve.error), tone: 0}, {name: 'if errors were known', kind: 'line', dashed: true, points: points(curve.oracle), tone: 4}],
        summary: 'Where the line falls to the left, the model knows when it errs.', heads: ['Kept', 'Error'], rows: points(curve.error).map(point => [percent(point[0] / 100), number(point[1])])});
    }
    async function modelView(view, name, what, key) {
      const {card} = await ask(`/v1/models/${encodeURIComponent(name)}`);
      const quality = card.quality, unit = card.unit && !card.classes && !card.isLogarithmic ? `, ${card.unit}` : '', ninety = quality.coverages.find(item => item.nominal === .9);
      const gain = 1 - quality.regression.mae / quality.baseline.mae, classes = card.classes;
      const elements = Object.entries(card.elementRows).sort((one, other) => other[1] - one[1]);
      fill(view, crumbs(['Models', '#/models'], [name]), make('h1', {text: card.target}),
        make('p', {class: 'lead', text: `${card.surrogate}, trained on ${card.rows} rows of ${card.source.split('/').pop()}${card.crystalRows ? `, ${card.crystalRows} of them crystals` : ''}.`}),
        classes ? make('dl', {class: 'cards'}, figureCard('Accuracy', percent(classes.quality.accuracy), `the most frequent class alone: ${percent(classes.quality.baselineAccuracy)}`),
            figureCard('Area under ROC', classes.quality.areaUnderROC == null ? '–' : number(classes.quality.areaUnderROC)), figureCard('90 % sets hold', percent(classes.setCoverage), `mean size ${number(classes.setSize)}`))
          : make('dl', {class: 'cards'}, figureCard('Mean absolute error', `${number(quality.regression.mae)}`, `${card.isLogarithmic ? 'decades; ' : unit ? unit.slice(2) + '; ' : ''}the mean alone: ${number(quality.baseline.mae)}`),
            figureCard('R²', quality.regression.r2 == null ? '–' : number(quality.regression.r2)), ninety ? figureCard('90 % intervals hold', percent(ninety.observed), `mean width ${finite(ninety.meanWidth)} ${card.unit && unit ? card.unit : ''}`) : null,
            figureCard('Elements', String(elements.length), `${card.rows} rows`)),
        !classes && gain <= 0 ? make('p', {class: 'notice', text: 'It is no better than the mean of its rows: do not use this model.'}) : null,
        make('div', {class: 'sections'},
          section('Ask it', predictForm(name, card, what === 'record' ? key : null)),
          classes ? section('Classes', table(['Class', 'Rows', ...classes.labels.map(label => `named ${label}`)], classes.labels.map((label, place) => [label, String(classes.counts[place]), ...classes.quality.confusion[place].map(String)]))) : section('Do its intervals hold?', curveView(quality)),
          !classes && quality.abstention ? section('Does it know when it errs?', abstentionView(quality.abstention, unit)) : null,
          classes ? null : section('Coverage', table(['Promised', 'Observed', `Mean width${unit}`, 'Enough rows to promise it'], quality.coverages.map(item => [percent(item.nominal), percent(item.observed), finite(item.meanWidth), item.isConformal ? 'yes' : 'no']))),
          quality.groups?.length > 1 ? section('Groups of materials', table(['Group', 'Rows', `Mean absolute error${unit}`, 'Inside 90 %'], quality.groups.map(item => [item.name, String(item.rows), number(item.meanAbsoluteError), percent(item.coverage)]))) : null,
          section('What it has seen', make('ul', {class: 'elements'}, elements.map(([symbol, rows]) => make('li', {}, make('b', {text: symbol}), ` ${rows}`))),
            card.variableNames.length ? table(['Variable', 'From', 'To'], card.variableNames.map((variable, place) => [variable, number(card.variableRanges[place].lowest), number(card.variableRanges[place].highest)])) : null),
          section('Where it comes from', make('dl', {class: 'facts provenance'}, [['Made by', card.settings], ['Data', `SHA-256 ${card.dataHash}`], ['Seed', String(card.seed)], ...Object.entries(card.versions)]
            .map(([title, value]) => make('div', {}, make('dt', {text: title}), make('dd', {text: value})))))));
      if (what === 'record' && key) $('predict').requestSubmit();
    }
    function predictForm(name, card, record) {
      const own = card.variableNames.slice(0, card.variableNames.length - (card.fidelity?.levels.length ?? 0)), answers = make('div', {'aria-live': 'polite'});
      const needsCrystals = (card.crystalRows ?? 0) > 0;
      async function materials(form) {
        const variables = Object.fromEntries(own.map(variable => [variable, Number(form.querySelector(`[data-variable="${CSS.escape(variable)}"]`).value)]));
        const more = own.length ? {variables} : {};
        const list = $('formulas').value.split('\n').map(line => line.trim()).filter(Boolean).map(formula => ({name: formula, formula, ...more}));
        for (const file of $('structures').files) list.push({name: file.name, structure: await file.text(), ...more});
        if (record) list.push({name: 'the record', record, ...more});
        return list;
      }
      const form = make('form', {id: 'predict', onsubmit: async event => {
        event.preventDefault();
        const asked = await materials(event.target);
        if (!asked.length) return say('Give a formula or a structure.', true);
        const body = {materials: asked, coverage: Number($('coverage').value), neighbors: 3, ...(card.fidelity ? {fidelity: $('method').value} : {})};
        const answer = await doing(() => ask(`/v1/models/${encodeURIComponent(name)}/predictions`, body), answer => `${answer.predictions.length} answered.`);
        if (answer) fill(answers, predictionsView(name, card, body, answer));
      }}, make('label', {for: 'formulas', text: 'Formulas, one in each line'}), make('textarea', {id: 'formulas', rows: 3, spellcheck: 'false', autocapitalize: 'off'}),
        make('label', {for: 'structures', text: 'Structures (CIF, POSCAR, extended XYZ, JSON)'}), make('input', {id: 'structures', type: 'file', multiple: true}),
        own.map((variable, place) => [make('label', {for: `variable-${place}`, text: variable}), make('input', {id: `variable-${place}`, type: 'number', step: 'any', required: true, 'data-variable': variable,
          value: (card.variableRanges[place].lowest + card.variableRanges[place].highest) / 2})]),
        card.fidelity ? [make('label', {for: 'method', text: 'Values of which method'}), make('select', {id: 'method'}, card.fidelity.levels.map(level => make('option', {value: level, text: level, selected: level === card.fidelity.standard})))] : null,
        make('label', {for: 'coverage', text: 'Intervals that hold a new measurement with'}), make('select', {id: 'coverage'}, [.5, .8, .9, .95, .99].map(value => make('option', {value, text: percent(value), selected: value === .9}))),
        make('p', {class: 'actions'}, make('button', {class: 'primary', text: 'Predict'})));
      return make('div', {}, needsCrystals ? make('p', {class: 'text', text: 'It learned from structures.'}) : null, record ? make('p', {class: 'text', text: `Asks about the record ${record.slice(0, 12)} as well.`}) : null, form, answers);
    }
    function predictionsView(name, card, body, answer) {
      const unit = answer.unit && !answer.target.includes(`(${answer.unit})`) ? `, ${answer.unit}` : '', why = make('div', {'aria-live': 'polite'});
      const explain = place => make('button', {type: 'button', text: 'Why?', 'aria-label': `Why ${answer.predictions[place].name ?? answer.predictions[place].formula}`, onclick: async () => {
        const {neighbors, ...rest} = body;
        const found = await doing(() => ask(`/v1/models/${encodeURIComponent(name)}/explanations`, {...rest, materials: [body.materials[place]]}), 'Explained.');
        if (found) { fill(why, explanationView(found)); why.scrollIntoView({block: 'nearest'}); }
      }});
      const nearest = item => (item.nearest ?? []).map(near => near.formula).join(', ');
      const rows = answer.predictions.map((item, place) => {
        const title = item.name ?? item.formula ?? '–', known = item.inDomainScore == null ? '–' : percent(item.inDomainScore);
        if (!item.formula) return [title, '–', '–', '–', '', item.note ?? '', ''];
        return item.chances ? [title, item.classes.join(' or '), Object.entries(item.chances).map(([label, chance]) => `${label} ${percent(chance)}`).join(', '), known, nearest(item), item.note ?? '', explain(place)]
          : [title, number(item.mean), `${finite(item.lowerBound)} to ${finite(item.upperBound)}`, known, nearest(item), item.note ?? '', explain(place)];
      });
      const shown = answer.predictions.filter(item => Number.isFinite(item.mean) && Number.isFinite(item.lowerBound) && Number.isFinite(item.upperBound));
      return make('div', {}, table(['Material', card.classes ? 'Class' : `${answer.target}${unit}`, card.classes ? 'Chances' : `${percent(answer.coverage)} interval`, 'Known', 'Nearest rows', 'Note', ''], rows),
        shown.length > 1 && shown.length <= 40 ? intervals(shown, `${answer.target}${unit}`) : null, why);
    }
    function intervals(items, title) {
      const [low, high] = extent(items.flatMap(item => [item.lowerBound, item.upperBound])), place = value => 100 * (value - low) / (high - low);
      return make('figure', {}, make('p', {class: 'axis', text: title}), make('div', {class: 'intervals', role: 'list'}, items.map(item => {
        const range = make('i', {class: 'range'}), dot = make('i', {class: 'dot'});
        range.style.left = `${place(item.lowerBound)}%`;
        range.style.width = `${place(item.upperBound) - place(item.lowerBound)}%`;
        dot.style.left = `${place(item.mean)}%`;
        return make('div', {role: 'listitem', 'aria-label': `${item.formula}: ${number(item.mean)}, ${number(item.lowerBound)} to ${number(item.upperBound)}`}, make('span', {class: 'what', text: item.formula}), make('span', {class: 'line', 'aria-hidden': 'true'}, range, dot));
      })), make('p', {class: 'ticks'}, make('span', {text: number(low)}), make('span', {text: number(high)})));
    }
    function explanationView(found) {
      const one = found.explanations[0];
      if (!one?.explanation) return make('p', {class: 'notice', text: one?.note ?? 'There is no explanation.'});
      const parts = one.explanation.elements.parts.map(part => ({name: part.amount == null ? part.name : `${part.name} (${number(part.amount)})`, value: part.contribution}))
        .sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
      const features = one.explanation.features?.features.map(item => ({name: item.value == null ? item.name : `${item.name} = ${number(item.value)}`, value: item.contribution})) ?? [];
      const sites = (one.explanation.sites?.sites ?? []).slice(0, 20).map(site => ({name: `site ${site.site} ${site.occupants.map(item => item.element).join('/')}`, value: site.contribution}));
      return make('div', {}, make('h3', {text: `Why ${one.formula}: ${number(one.explanation.prediction.mean)}${found.unit ? ' ' + found.unit : ''}`}),
        make('p', {class: 'text', text: `From ${number(one.explanation.elements.base)}, the mean of the training rows. It speaks of the model, not of nature.`}),
        bars(parts, found.unit), features.length ? [make('h3', {text: 'Features'}), bars(features, found.unit)] : null, sites.length ? [make('h3', {text: 'Sites'}), bars(sites, found.unit)] : null);
    }
    """#
}
