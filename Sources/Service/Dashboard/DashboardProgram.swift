/// The program of the dashboard: plain modules, nothing but this service is asked.
///
/// Everything that comes from the service is set as text, never as markup.
enum DashboardProgram {
  static let source = [
    parts, network, plots, lists, analysis, campaign, experiment, bench, materials, viewer, models,
    start,
  ].joined(separator: "\n")

  private static let parts = #"""
    const $ = id => document.getElementById(id);
    const make = (name, given = {}, ...children) => {
      const element = document.createElement(name);
      for (const [key, value] of Object.entries(given)) {
        if (value === undefined || value === null || value === false) continue;
        if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
        else if (key === 'text') element.textContent = value;
        else element.setAttribute(key, value === true ? '' : value);
      }
      element.append(...children.flat().filter(child => child !== null && child !== undefined));
      return element;
    };
    const fill = (element, ...children) => element.replaceChildren(...children.flat().filter(child => child !== null && child !== undefined));
    const number = value => value === null || value === undefined ? '–'
      : Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-3) ? value.toExponential(3)
      : String(Number(value.toPrecision(5)));
    const measured = (value, name) =>
      `${name ? name + ' ' : ''}${number(value.value)}${value.spread ? ' ± ' + number(value.spread) : ''}${value.unit ? ' ' + value.unit : ''}`;
    const spent = hours => hours >= 1 ? `${number(hours)} h` : hours * 60 >= 1 ? `${number(hours * 60)} min` : `${Math.round(hours * 3600)} s`;
    const named = candidate => [candidate.formula,
      // A setting of words has a variable for each word, of which one is 1.
      ...Object.entries(candidate.variables).filter(([name, value]) => !name.includes('=') || value === 1)
        .map(([name, value]) => (name.includes('=') ? name.replace('=', ' ') : `${name} ${number(value)}`))]
      .filter(Boolean).join(', ');
    const badge = state => make('span', {class: `state ${state}`, text: state.replace('-', ' ')});
    const figureCard = (title, value, note) => make('div', {class: 'card'}, make('dt', {text: title}),
      make('dd', {class: 'value', text: value}), note ? make('dd', {class: 'note', text: note}) : null);
    const section = (title, ...children) =>
      make('section', {class: 'full'}, make('h2', {text: title}), ...children);
    const table = (heads, rows, caption) => make('div', {class: 'scroll', tabindex: 0},
      make('table', {}, caption ? make('caption', {text: caption}) : null,
        make('thead', {}, make('tr', {}, heads.map(head => make('th', {scope: 'col', text: head})))),
        make('tbody', {}, rows.map(row => make('tr', {}, row.map(cell =>
          make('td', {}, cell instanceof Node ? cell : document.createTextNode(cell ?? '–'))))))));
    const crumbs = (...links) => make('p', {class: 'crumbs'}, links.flatMap(([text, target], place) =>
      [place ? ' / ' : '', target ? make('a', {href: target, text}) : text]));
    function say(text, isError) {
      const message = $('message');
      message.hidden = !text;
      message.setAttribute('role', isError ? 'alert' : 'status');
      message.textContent = text;
    }
    """#

  private static let network = #"""
    const headers = () => {
      const token = sessionStorage.getItem('token');
      return token ? {Authorization: `Bearer ${token}`} : {};
    };
    async function ask(path, body) {
      const options = body === undefined ? {headers: headers()}
        : {method: 'POST', headers: {...headers(), 'Content-Type': 'application/json'}, body: JSON.stringify(body)};
      const response = await fetch(path, options);
      if (response.ok) return response.json();
      const problem = await response.json().catch(() => ({detail: `The service answers ${response.status}.`}));
      if (response.status === 401) signIn();
      throw Object.assign(new Error(problem.detail), {status: response.status});
    }
    const key = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), byte => byte.toString(16).padStart(2, '0')).join('');
    const me = () => $('name').value.trim() || 'someone';
    const of = id => `/v1/campaigns/${encodeURIComponent(id)}`;
    function signIn() {
      const dialog = $('token-dialog');
      if (!dialog.open) dialog.showModal();
    }
    async function doing(work, done) {
      try {
        const answer = await work();
        say(typeof done === 'function' ? done(answer) : done);
        return answer;
      } catch (error) {
        say(error.message, true);
        return null;
      }
    }
    let following = null;
    async function follow(id, onChange) {
      following?.abort();
      const controller = following = new AbortController();
      while (!controller.signal.aborted) {
        try {
          const response = await fetch(`${of(id)}/progress`, {headers: headers(), signal: controller.signal});
          const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
          let text = '';
          for (;;) {
            const {value, done} = await reader.read();
            if (done) break;
            text += value;
            const events = text.split('\n\n');
            text = events.pop();
            for (const event of events) {
              const line = event.split('\n').find(line => line.startsWith('data: '));
              if (line) onChange(JSON.parse(line.slice(6)));
            }
          }
        } catch (error) {
          if (controller.signal.aborted) return;
        }
        await new Promise(resolve => setTimeout(resolve, 2000));
      }
    }
    """#

  private static let lists = #"""
    const bar = (done, all) => make('div', {class: 'bar', role: 'progressbar', 'aria-valuemin': 0,
      'aria-valuemax': all, 'aria-valuenow': done, 'aria-label': 'Measurements of the budget'},
      (() => { const part = make('i'); part.style.width = `${Math.min(100, 100 * done / Math.max(1, all))}%`; return part; })());
    async function campaignsView(view) {
      const {campaigns} = await ask('/v1/campaigns');
      fill(view, make('h1', {text: 'Campaigns'}),
        campaigns.length ? null : make('p', {class: 'text', text: 'This service has no campaign; start it with a recipe.'}), make('div', {class: 'cards list'}, campaigns.map(campaign => make('article', {class: 'card'},
          make('h2', {}, make('a', {href: `#/c/${campaign.id}`, text: campaign.name})),
          make('p', {class: 'text'}, badge(campaign.state), ` ${campaign.results} of ${campaign.budget} results`),
          bar(campaign.results, campaign.budget),
          make('p', {class: 'note', text: campaign.best
            ? `Best ${campaign.objective}: ${number(campaign.best.objective)} ${campaign.unit ?? ''} with ${named(campaign.best.candidate)}`
            : campaign.results ? 'Nothing measured yet that keeps all limits.' : 'Nothing measured yet.'})))));
    }
    """#

  private static let campaign = #"""
    function course(points, title) {
      const known = points.best.map((value, place) => [points.results[place], value]).filter(([, value]) => value !== null && value !== undefined);
      if (known.length < 2) return make('p', {class: 'text', text: 'A curve is drawn from the second result on.'});
      const changes = known.filter(([, value], place) => !place || value !== known[place - 1][1]);
      return plot({title, xTitle: 'Results', yTitle: title, series: [{kind: 'step', points: known, tone: 0}], height: 240,
        summary: `From ${number(known[0][1])} to ${number(known.at(-1)[1])} over ${known.at(-1)[0]} results.`,
        heads: ['Result', title], rows: changes.map(([result, value]) => [String(result), number(value)])});
    }
    const experimentRows = (id, experiments) => experiments.map(item => [
      make('a', {href: `#/c/${id}/e/${item.number}`, text: `no. ${item.number}`}), named(item.candidate), badge(item.status),
      item.worker ?? '', item.values ? Object.entries(item.values).map(([name, value]) => measured(value, name)).join('; ') : '',
      item.role === 'suggestion' ? '' : item.role]);
    async function campaignView(view, id) {
      const head = make('div'), live = make('div', {class: 'sections'}), list = make('div');
      const filter = make('select', {id: 'filter'}, [['', 'All'], ['awaiting-approval', 'Awaiting approval'], ['proposed', 'Proposed'],
        ['claimed,running', 'Under way'], ['measured', 'Measured'], ['failed,lost', 'Failed or lost'], ['cancelled,withdrawn', 'Cancelled or withdrawn']]
        .map(([value, text]) => make('option', {value, text})));
      let after = 0;
      async function page() {
        const query = `after=${after}&limit=25` + (filter.value ? `&status=${encodeURIComponent(filter.value)}` : '');
        const answer = await ask(`${of(id)}/experiments?${query}`);
        fill(list, answer.experiments.length
          ? table(['Experiment', 'Candidate', 'State', 'With', 'Values', 'Kind'], experimentRows(id, answer.experiments), 'Experiments in order of their numbers')
          : make('p', {class: 'text', text: 'None.'}),
          make('p', {class: 'actions'},
            after ? make('button', {text: 'First page', onclick: () => { after = 0; page(); }}) : null,
            answer.next ? make('button', {text: 'Next page', onclick: () => { after = answer.next; page(); }}) : null));
      }
      filter.addEventListener('change', () => { after = 0; page(); });
      fill(view, crumbs(['Campaigns', '#/'], [id]), head, live,
        make('div', {class: 'sections'}, section('Queue', make('label', {for: 'filter', text: 'Show'}), filter, list)));
      let busy = false;
      async function show(campaign) {
        const unit = campaign.unit ?? '';
        const underWay = campaign.counts.claimed + campaign.counts.running;
        fill(head, make('h1', {text: campaign.name}),
          make('p', {class: 'lead'}, badge(campaign.state), ` ${campaign.direction} ${campaign.objective}${unit ? ' (' + unit + ')' : ''}`),
          campaign.reason ? make('p', {class: 'text', text: campaign.reason}) : null,
          make('dl', {class: 'cards'},
            figureCard('Best so far', campaign.best ? `${number(campaign.best.objective)} ${unit}` : '–', campaign.best ? `${named(campaign.best.candidate)} (no. ${campaign.best.number})` : campaign.results ? 'Nothing keeps all limits yet' : 'Nothing measured yet'),
            figureCard('Results', `${campaign.results} of ${campaign.budget}`, `${campaign.counts.failed + campaign.counts.lost} failed or lost`),
            figureCard('Under way', String(underWay), `${campaign.counts.proposed} proposed, ${campaign.counts['awaiting-approval']} await approval`),
            figureCard('Used', spent(campaign.hours), `cost ${number(campaign.cost)}${campaign.costLimit ? ' of ' + number(campaign.costLimit) : ''}`)),
          make('p', {class: 'actions'},
            make('a', {href: `#/c/${id}/bench`, class: 'button', text: 'At the bench'}),
            campaign.state === 'running' ? make('button', {text: 'Pause', onclick: () => order('pause')}) : null,
            campaign.state === 'paused' ? make('button', {text: 'Go on', onclick: () => order('resumption')}) : null,
            ['running', 'paused'].includes(campaign.state) ? make('button', {text: 'Stop everything', onclick: () => emergency('stop')}) : null,
            campaign.state === 'stopped' ? make('button', {text: 'Reset the stop', onclick: () => emergency('reset')}) : null));
        if (busy) return;
        busy = true;
        try {
          const [points, {findings}, {workers}, pictures] = await Promise.all([ask(`${of(id)}/course`), ask(`${of(id)}/findings?limit=5`), ask(`${of(id)}/workers`), analysisViews(id, campaign)]);
          fill(live, section('Course', course(points, `Best ${campaign.objective}${unit ? ', ' + unit : ''}`)),
            section('Best findings', findings.length ? table(['Experiment', 'Candidate', 'Values'], findings.map(finding =>
              [make('a', {href: `#/c/${id}/e/${finding.number}`, text: `no. ${finding.number}`}), named(finding.candidate),
                Object.entries(finding.values).map(([name, value]) => measured(value, name)).join('; ')])) : make('p', {class: 'text', text: 'None yet.'})), workersView(id, workers), ...pictures);
          if (!after && !list.contains(document.activeElement)) await page();
        } finally { busy = false; }
      }
      const order = name => doing(() => ask(`${of(id)}/${name}`, {worker: me(), key: key(), reason: 'From the dashboard.'}), 'Done.');
      const emergency = name => doing(() => ask(`/v1/emergency-${name}`, {worker: me(), reason: 'From the dashboard.'}), 'Done.');
      await show(await ask(of(id)));
      follow(id, campaign => show(campaign).catch(() => {}));
    }
    """#

  private static let experiment = #"""
    function valueFields(campaign, number_, given = {}) {
      return campaign.properties.map((property, place) => make('div', {},
        make('label', {for: `value-${number_}-${place}`, text: `${property}${campaign.units[property] ? ', ' + campaign.units[property] : ''}`}),
        make('div', {class: 'field'},
          make('input', {id: `value-${number_}-${place}`, type: 'number', step: 'any', required: true, inputmode: 'decimal', 'data-property': property, value: given[property]?.value}),
          make('input', {type: 'number', step: 'any', min: 0, inputmode: 'decimal', placeholder: '±', 'aria-label': `Uncertainty of ${property}`, 'data-spread': property, value: given[property]?.spread}))));
    }
    function readValues(form, campaign) {
      const values = {};
      for (const input of form.querySelectorAll('[data-property]')) {
        const property = input.dataset.property;
        const spread = form.querySelector(`[data-spread="${CSS.escape(property)}"]`).value;
        values[property] = {value: Number(input.value), ...(spread ? {spread: Number(spread)} : {}),
          ...(campaign.units[property] ? {unit: campaign.units[property]} : {})};
      }
      return values;
    }
    const reasonField = id => [make('label', {for: id, text: 'Reason'}), make('input', {id, required: true, maxlength: 500})];
    async function experimentView(view, id, number_) {
      following?.abort();
      const [campaign, detail] = await Promise.all([ask(of(id)), ask(`${of(id)}/experiments/${number_}`)]);
      const item = detail.experiment, base = `${of(id)}/experiments/${item.number}`;
      const again = () => experimentView(view, id, number_);
      const order = (name, body, done) => doing(() => ask(`${base}/${name}`, {worker: me(), key: key(), ...body}), done).then(answer => answer && again());
      const forms = [];
      if (item.status === 'awaiting-approval') forms.push(make('p', {class: 'actions'},
        make('button', {class: 'primary', text: 'Approve', onclick: () => order('approval', {}, 'Approved.')})));
      if (['measured', 'withdrawn'].includes(item.status)) forms.push(make('form', {onsubmit: event => {
        event.preventDefault();
        order('correction', {values: readValues(event.target, campaign), reason: $('why').value}, 'Corrected; the model forgets the old values.');
      }}, make('h3', {text: 'Correct the values'}), valueFields(campaign, item.number, item.values ?? {}), reasonField('why'),
        make('p', {class: 'actions'}, make('button', {class: 'primary', text: 'Correct'}),
          item.status === 'measured' ? make('button', {type: 'button', class: 'danger', text: 'Withdraw the result', onclick: () => {
            if ($('why').reportValidity()) order('withdrawal', {reason: $('why').value}, 'Withdrawn; the model forgets it.');
          }}) : null)));
      if (['proposed', 'awaiting-approval', 'claimed', 'running'].includes(item.status)) forms.push(make('form', {onsubmit: event => {
        event.preventDefault();
        order('cancellation', {reason: $('why').value}, 'Cancelled.');
      }}, make('h3', {text: 'Take it out of the queue'}), reasonField('why'),
        make('p', {class: 'actions'}, make('button', {class: 'danger', text: 'Cancel the experiment'}))));
      fill(view, crumbs(['Campaigns', '#/'], [campaign.name, `#/c/${id}`], [`Experiment ${item.number}`]),
        make('h1', {text: `Experiment ${item.number}`}), make('p', {class: 'lead'}, badge(item.status), ` ${named(item.candidate)}`),
        make('p', {class: 'summary', text: item.reason}),
        detail.missing ? make('p', {class: 'notice', text: `Not in stock: ${detail.missing}.`}) : null,
        make('div', {class: 'sections'},
          section('Values', Object.keys(item.values ?? {}).length || Object.keys(item.predictions).length
            ? table(['Property', 'Measured', 'Predicted before'], [...new Set([...Object.keys(item.values ?? {}), ...Object.keys(item.predictions)])].map(name =>
              [name, item.values?.[name] ? measured(item.values[name]) : '–', item.predictions[name] ? `${number(item.predictions[name].mean)} ± ${number(item.predictions[name].deviation)}` : '–']))
            : make('p', {class: 'text', text: 'Nothing measured or predicted yet.'})),
          forms.length ? section('Decide', ...forms) : null,
          section('History', table(['Event', 'Time', 'What', 'Who', 'Reason'], detail.history.map(step => [String(step.event), step.time, step.what, step.actor ?? 'the campaign', step.reason ?? ''])),
            detail.attempts.length ? table(['Attempt', 'Worker', 'Ended', 'Report'], detail.attempts.map(attempt => [String(attempt.number), attempt.worker, attempt.ending ?? 'under way', attempt.outcome ?? '–'])) : null),
          section('Where it comes from', make('dl', {class: 'facts provenance'},
            [['Composition', Object.entries(item.candidate.composition).map(([symbol, amount]) => `${symbol} ${number(amount)}`).join(', ') || '–'],
              ['Acquisition value', number(detail.acquisition)], ['Probability of keeping the limits', number(detail.feasibility)],
              ['Seed', String(detail.seed)], ['Program', detail.codeVersion], ...Object.entries(detail.provenance)]
              .map(([title, value]) => make('div', {}, make('dt', {text: title}), make('dd', {text: value})))))));
    }
    """#

  private static let bench = #"""
    // What has been typed and not sent yet, by the token of the claim: the page is drawn anew at times.
    const drafts = new Map();
    const readDraft = form => Object.fromEntries([...form.querySelectorAll('[data-property]')].map(input => [input.dataset.property,
      {value: input.value, spread: form.querySelector(`[data-spread="${CSS.escape(input.dataset.property)}"]`).value}]));
    const held = id => JSON.parse(localStorage.getItem(`held-${id}`) ?? '[]');
    const keep = (id, items) => localStorage.setItem(`held-${id}`, JSON.stringify(items));
    async function benchView(view, id) {
      following?.abort();
      const campaign = await ask(of(id));
      const again = () => benchView(view, id);
      const beat = item => ask(`${of(id)}/experiments/${item.number}/heartbeat`, {worker: item.worker, token: item.token});
      const items = [];
      for (const item of held(id)) {
        try { await beat(item); items.push(item); } catch (error) {
          if (error.status === 409 || error.status === 404) say(`Experiment ${item.number}: ${error.message}`, true);
          else items.push(item);
        }
      }
      keep(id, items);
      clearInterval(benchView.timer);
      benchView.timer = setInterval(() => { for (const item of held(id)) beat(item).catch(() => {}); }, Math.max(2000, 300 * campaign.leaseSeconds));
      const drop = item => keep(id, held(id).filter(other => other.token !== item.token));
      async function take() {
        if (!$('name').value.trim()) {
          say('Write your name first: the ledger says who measured.', true);
          $('name').focus();
          return;
        }
        const answer = await doing(() => ask(`${of(id)}/claims`, {worker: me(), key: key(), count: 1}),
          answer => answer.experiments.length ? `Experiment ${answer.experiments[0].number} is yours.` : answer.reason);
        if (!answer) return;
        keep(id, [...held(id), ...answer.experiments.map(item => ({...item, worker: me()}))]);
        again();
      }
      const form = item => section(`Experiment ${item.number}`,
        make('p', {class: 'lead', text: named(item.candidate)}),
        table(['Element', 'Amount'], Object.entries(item.candidate.composition).map(([symbol, amount]) => [symbol, number(amount)])),
        make('form', {onsubmit: async event => {
          event.preventDefault();
          const body = {worker: item.worker, token: item.token, values: readValues(event.target, campaign)};
          const answer = await doing(() => ask(`${of(id)}/experiments/${item.number}/result`, body),
            answer => answer.outcome === 'measured' ? `Experiment ${item.number} is recorded.` : `Not usable: ${answer.reason}`);
          if (answer) { drop(item); again(); }
        }, oninput: event => drafts.set(item.token, readDraft(event.currentTarget))}, valueFields(campaign, item.number, drafts.get(item.token)), make('p', {class: 'actions'}, make('button', {class: 'primary', text: 'Record the result'}))),
        make('details', {}, make('summary', {text: 'It did not work'}), make('form', {onsubmit: async event => {
          event.preventDefault();
          const name = event.submitter.value;
          const answer = await doing(() => ask(`${of(id)}/experiments/${item.number}/${name}`,
            {worker: item.worker, token: item.token, reason: event.target.elements.why.value}), 'Noted.');
          if (answer) { drop(item); again(); }
        }}, make('label', {for: `why-${item.number}`, text: 'What happened'}), make('input', {id: `why-${item.number}`, name: 'why', required: true, maxlength: 500}),
          make('p', {class: 'actions'}, make('button', {value: 'failure', class: 'danger', text: 'It failed'}), make('button', {value: 'release', text: 'Give it back untouched'})))));
      const waiting = campaign.needsApproval ? (await ask(`${of(id)}/experiments?status=awaiting-approval&limit=25`)).experiments : [];
      fill(view, crumbs(['Campaigns', '#/'], [campaign.name, `#/c/${id}`], ['Bench']), make('h1', {text: 'At the bench'}),
        campaign.state !== 'running' ? make('p', {class: 'notice', text: `The campaign is ${campaign.state}. ${campaign.reason ?? ''}`}) : null,
        make('p', {class: 'actions'}, make('button', {class: 'primary', text: 'Take the next experiment', onclick: take, disabled: campaign.state !== 'running'})),
        make('div', {class: 'sections'}, items.map(form),
          waiting.length ? section('To approve', table(['Experiment', 'Candidate', ''], waiting.map(item => [
            make('a', {href: `#/c/${id}/e/${item.number}`, text: `no. ${item.number}`}), named(item.candidate),
            make('button', {text: 'Approve', 'aria-label': `Approve experiment ${item.number}`, onclick: () => doing(() => ask(`${of(id)}/experiments/${item.number}/approval`, {worker: me(), key: key()}), 'Approved.').then(again)})]))) : null));
    }
    """#

  private static let start = #"""
    async function show() {
      const view = $('view'), parts = location.hash.slice(2).split('/').map(decodeURIComponent);
      following?.abort();
      clearInterval(benchView.timer);
      try {
        for (const link of document.querySelectorAll('nav a')) {
          const isHere = {c: '', record: 'materials', dataset: 'materials', model: 'models'}[parts[0]] ?? parts[0] ?? '';
          if (link.hash === `#/${isHere}`) link.setAttribute('aria-current', 'page'); else link.removeAttribute('aria-current');
        }
        if (parts[0] === 'materials') await materialsView(view, parts[1], parts[2]);
        else if (parts[0] === 'record') await recordView(view, parts[1]);
        else if (parts[0] === 'dataset') await datasetView(view, parts[1]);
        else if (parts[0] === 'models') await modelsView(view);
        else if (parts[0] === 'model') await modelView(view, parts[1], parts[2], parts[3]);
        else if (parts[0] !== 'c') await campaignsView(view);
        else if (parts[2] === 'e') await experimentView(view, parts[1], parts[3]);
        else if (parts[2] === 'bench') await benchView(view, parts[1]);
        else await campaignView(view, parts[1]);
        document.title = `${view.querySelector('h1')?.textContent ?? ''} · Athanor laboratory`;
      } catch (error) {
        fill(view, make('h1', {text: 'Not to be seen'}), make('p', {class: 'text', text: error.message}));
      }
    }
    $('name').value = localStorage.getItem('name') ?? '';
    $('name').addEventListener('change', () => localStorage.setItem('name', $('name').value.trim()));
    $('who').addEventListener('submit', event => event.preventDefault());
    $('sign').addEventListener('click', signIn);
    $('token-dialog').addEventListener('close', () => {
      if ($('token-dialog').returnValue !== 'ok') return;
      sessionStorage.setItem('token', $('token').value.trim());
      $('token').value = '';
      show();
    });
    addEventListener('hashchange', () => { say(''); show().then(() => $('view').focus()); });
    show();
    """#
}
