extension DashboardProgram {
  /// What is to be seen of a campaign beside its course.
  static let analysis = #"""
    const toExperiment = id => point => { if (point[4]) location.hash = `#/c/${id}/e/${point[4]}`; };
    function promisesView(id, analysis) {
      const points = analysis.promises.map(item => [item.number, item.error, `no. ${item.number}: ${number(item.error)} standard deviations`, 4, item.number]);
      const inside = points.filter(point => Math.abs(point[1]) <= 1.645), outside = points.filter(point => Math.abs(point[1]) > 1.645);
      return section('Does the model keep its word?', points.length ? plot({title: 'Errors of the predictions', xTitle: 'Experiment', yTitle: 'Measured minus predicted, in standard deviations', band: [-1.645, 1.645],
        series: [{name: 'inside the 90 % band', kind: 'points', shape: 'circle', tone: 1, points: inside}, {name: 'outside', kind: 'points', shape: 'diamond', tone: 0, points: outside}], onPoint: toExperiment(id),
        summary: analysis.kept90 == null ? 'Each suggestion was predicted before it was measured.' : `${percent(analysis.kept90)} of ${analysis.promises.length} suggestions came out inside their 90 % intervals.`,
        heads: ['Experiment', 'Error'], rows: analysis.promises.map(item => [String(item.number), number(item.error)])})
        : make('p', {class: 'text', text: 'Nothing that was predicted has been measured yet.'}));
    }
    const driftView = analysis => section('Do the instruments still give what they gave?', ...(analysis.warnings.length ? analysis.warnings.map(text => make('p', {class: 'notice', text}))
      : [make('p', {class: 'text', text: 'No drift is seen: errors of the predictions are watched by instrument, in the order of the results.'})]));
    function mapView(id, map, campaign) {
      const better = campaign.direction === 'minimize' ? -1 : 1, values = map.points.map(point => better * point.objective), [low, high] = extent(values);
      const size = point => 3 + 6 * (better * point.objective - low) / (high - low || 1);
      const mark = point => [point.x, point.y, `no. ${point.number}, ${point.name}: ${number(point.objective)}`, size(point), point.number];
      const best = map.points.filter(point => point.isFeasible).reduce((found, point) => !found || better * point.objective > better * found.objective ? point : found, null);
      return section('Where it looked', make('p', {class: 'text', text: `${map.explanation} The better, the larger.`}), plot({title: 'Map of the search', xTitle: map.xTitle, yTitle: map.yTitle, height: 360, onPoint: toExperiment(id),
        series: [{name: 'keeps all limits', kind: 'points', shape: 'circle', tone: 1, points: map.points.filter(point => point.isFeasible && point !== best).map(mark)},
          {name: 'does not', kind: 'points', shape: 'cross', tone: 4, points: map.points.filter(point => !point.isFeasible).map(mark)}, {name: 'the best', kind: 'points', shape: 'diamond', tone: 0, points: best ? [mark(best)] : []}],
        summary: best ? `${map.points.length} measured candidates; the best is ${best.name}.` : `${map.points.length} measured candidates.`,
        heads: ['Experiment', 'Candidate', campaign.objective], rows: map.points.map(point => [String(point.number), point.name, number(point.objective)])}));
    }
    function frontView(id, front) {
      const mark = point => [point.x, point.y, `no. ${point.number}, ${point.name}: ${number(point.x)}, ${number(point.y)}`, point.isOnFront ? 6 : 4, point.number];
      const best = front.points.filter(point => point.isOnFront), steps = [...best].sort((one, other) => one.x - other.x).map(point => [point.x, point.y]);
      return section('Pareto front', plot({title: 'Pareto front', xTitle: front.xTitle, yTitle: front.yTitle, height: 360, onPoint: toExperiment(id),
        series: [...(front.objectives === 2 ? [{kind: 'line', dashed: true, tone: 0, points: steps}] : []), {name: 'none is better in every respect', kind: 'points', shape: 'diamond', tone: 0, points: best.map(mark)},
          {name: 'others', kind: 'points', shape: 'circle', tone: 1, points: front.points.filter(point => !point.isOnFront && point.isFeasible).map(mark)}, {name: 'breaks a limit', kind: 'points', shape: 'cross', tone: 4, points: front.points.filter(point => !point.isFeasible).map(mark)}],
        summary: `${best.length} candidates of ${front.points.length} share the front${front.objectives > 2 ? `; the first two of ${front.objectives} objectives are shown` : ''}. They dominate a volume of ${number(front.hypervolume.at(-1))}.`,
        heads: ['Experiment', 'Candidate', front.xTitle, front.yTitle], rows: best.map(point => [String(point.number), point.name, number(point.x), number(point.y)])}));
    }
    function spendingView(spending) {
      const one = (title, values, limit) => {
        const points = [[0, 0], ...spending.results.map((result, place) => [result, values[place]])], plan = limit ? [{name: 'the plan, spent evenly', kind: 'line', dashed: true, tone: 4, points: [[0, 0], [spending.budget, limit]]}] : [];
        return plot({title, xTitle: 'Results', yTitle: title, height: 220, series: [{name: 'spent', kind: 'step', tone: 0, points}, ...plan], rules: limit ? [{y: limit, name: 'limit'}] : [], xRange: [0, Math.max(spending.budget, spending.results.at(-1) ?? 0)],
          summary: `${number(values.at(-1) ?? 0)} after ${spending.results.at(-1) ?? 0} of ${spending.budget} results${limit ? `; the limit is ${number(limit)}` : ''}.`});
      };
      const parts = [];
      if ((spending.cost.at(-1) ?? 0) > 0 || spending.costLimit) parts.push(one('Cost', spending.cost, spending.costLimit));
      if ((spending.hours.at(-1) ?? 0) > 0 || spending.hoursLimit) parts.push(one('Hours', spending.hours, spending.hoursLimit));
      return parts.length ? section('Cost against plan', ...parts) : null;
    }
    const workersView = (id, workers) => section('Who is there', workers.length ? table(['Worker', 'Has'], workers.map(worker => [worker.name,
      make('span', {}, worker.holds.slice(0, 20).flatMap((number, place) => [place ? ', ' : '', make('a', {href: `#/c/${id}/e/${number}`, text: `no. ${number}`})]))]))
      : make('p', {class: 'text', text: 'Nobody has an experiment just now.'}));
    async function analysisViews(id, campaign) {
      const [analysis, spending] = await Promise.all([ask(`${of(id)}/analysis`), ask(`${of(id)}/spending`)]);
      return [analysis.front ? frontView(id, analysis.front) : null, promisesView(id, analysis), driftView(analysis), analysis.map ? mapView(id, analysis.map, campaign) : null, spendingView(spending)].filter(Boolean);
    }
    """#
}
