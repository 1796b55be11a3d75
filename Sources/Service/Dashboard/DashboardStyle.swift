import Reporting

/// The style sheet of the dashboard: that of reports, and what forms and lists need on top.
enum DashboardStyle {
  static let sheet = PageStyle.sheet + rules

  private static let rules = """

    main { padding-top: 24px; }
    .skip { position: absolute; left: -999px; }
    .skip:focus { left: 12px; top: 12px; background: var(--surface); padding: 8px 12px; z-index: 2; }
    .top { display: flex; flex-wrap: wrap; gap: 8px 24px; justify-content: space-between; align-items: center; }
    .top .brand { margin: 0; }
    .top .brand a { color: inherit; text-decoration: none; }
    .top form { display: flex; gap: 8px; align-items: center; }
    .top label { margin: 0; }
    #view { outline: none; margin-top: 24px; }
    a { color: var(--blue); }
    label { display: block; font-size: 14px; font-weight: 600; margin: 12px 0 4px; }
    input, select, button, textarea {
      font: inherit; color: var(--ink); background: var(--surface); border: 1px solid var(--ash);
      border-radius: 8px; padding: 9px 12px; min-height: 44px; max-width: 100%;
    }
    .top input { width: 12ch; }
    input[type=number] { width: 100%; font-variant-numeric: tabular-nums; }
    button { cursor: pointer; font-weight: 600; }
    button.primary { background: var(--blue); border-color: var(--blue); color: var(--surface); }
    a.button {
      display: inline-flex; align-items: center; justify-content: center; min-height: 44px; padding: 9px 16px;
      border-radius: 8px; background: var(--blue); color: var(--surface); font-weight: 600; text-decoration: none;
    }
    button.danger { border-color: var(--ember); color: var(--ember); }
    button:disabled { opacity: .5; cursor: default; }
    .actions { display: flex; flex-wrap: wrap; gap: 10px; margin: 16px 0 0; }
    .crumbs { margin: 0 0 12px; font-size: 14.5px; }
    .state { display: inline-block; padding: 1px 9px; border-radius: 99px; border: 1px solid currentColor; font-size: 13.5px; white-space: nowrap; }
    .state.running, .state.measured { color: var(--green); }
    .state.paused, .state.stopped, .state.failed, .state.lost { color: var(--ember); }
    .state.claimed, .state.proposed { color: var(--blue); }
    .state.ended, .state.cancelled, .state.withdrawn, .state.awaiting-approval { color: var(--inkSoft); }
    .cards.list { grid-template-columns: repeat(auto-fill, minmax(280px, 1fr)); }
    .card h2 a { color: inherit; }
    .bar { height: 8px; border-radius: 4px; background: var(--grid); overflow: hidden; margin-top: 10px; }
    .bar i { display: block; height: 100%; background: var(--ember); }
    .field { display: grid; grid-template-columns: 1fr 11ch; gap: 8px; align-items: end; }
    .ticks { display: flex; justify-content: space-between; font-size: 13px; color: var(--inkSoft); font-variant-numeric: tabular-nums; }
    .ticks { margin: 2px 0 0; }
    .ticks.end { justify-content: flex-end; }
    nav ul { margin-top: 14px; }
    nav a { display: inline-block; padding: 8px 2px; }
    nav a[aria-current] { color: var(--ink); font-weight: 600; border-color: var(--ember); }
    .plot { width: 100%; min-height: 120px; }
    .plot svg { display: block; }
    .plot .rule { stroke: var(--grid); }
    .plot .limit { stroke: var(--ink); stroke-dasharray: 2 3; }
    .plot .band { fill: var(--accentSoft); }
    .plot .tick { fill: var(--inkSoft); font-size: 12.5px; font-variant-numeric: tabular-nums; }
    .stroke { fill: none; stroke: currentColor; stroke-width: 2; }
    .dashed { stroke-dasharray: 6 5; }
    .dot { fill: currentColor; fill-opacity: .75; stroke: var(--surface); stroke-width: .8; }
    .open { fill: none; stroke: currentColor; stroke-width: 1.8; }
    .tone0 { color: var(--ember); }
    .tone1 { color: var(--blue); }
    .tone2 { color: var(--green); }
    .tone3 { color: var(--mauve); }
    .tone4 { color: var(--ash); }
    .bars { display: grid; gap: 5px; margin-top: 12px; }
    .bars > div { display: grid; grid-template-columns: minmax(9ch, 26ch) 1fr 14ch; gap: 10px; align-items: center; font-size: 14px; }
    .bars .what, .intervals .what { overflow-wrap: anywhere; }
    .bars .amount { font-variant-numeric: tabular-nums; text-align: right; }
    .bars .track { position: relative; height: 14px; background: linear-gradient(to right, transparent calc(50% - .5px), var(--ash) 0 calc(50% + .5px), transparent 0); }
    .bars i { position: absolute; top: 1px; bottom: 1px; }
    .bars .more { left: 50%; background: var(--ember); border-radius: 0 3px 3px 0; }
    .bars .less { right: 50%; background: var(--blue); border-radius: 3px 0 0 3px; }
    .intervals > div { display: grid; grid-template-columns: minmax(8ch, 18ch) 1fr; gap: 12px; align-items: center; font-size: 14px; min-height: 26px; }
    .intervals .line { position: relative; height: 12px; }
    .intervals i { position: absolute; }
    .intervals .range { top: 4px; height: 4px; background: var(--blue); border-radius: 2px; margin: 0; }
    .intervals .dot { width: 10px; height: 10px; top: 1px; margin-left: -5px; border-radius: 50%; background: var(--ember); }
    .structure { display: block; width: 100%; height: min(420px, 62vh); touch-action: none; cursor: grab; border-radius: 8px; background: var(--page); }
    .structure:active { cursor: grabbing; }
    .turns { display: flex; flex-wrap: wrap; gap: 8px; margin: 12px 0 0; }
    .turns button { min-width: 44px; padding: 6px 12px; }
    .atoms i { display: inline-block; width: 14px; height: 14px; border-radius: 50%; margin-right: 8px; vertical-align: -2px; border: 1px solid var(--inkSoft); }
    .search { margin-top: 8px; }
    .field.wide { grid-template-columns: 1fr auto; }
    .field.wide input { width: 100%; }
    textarea { width: 100%; resize: vertical; }
    h3 { font-size: 16px; margin: 20px 0 0; }
    .elements { display: flex; flex-wrap: wrap; gap: 6px 8px; list-style: none; padding: 0; margin: 14px 0 0; font-size: 14px; }
    .elements li { border: 1px solid var(--line); border-radius: 6px; padding: 2px 8px; font-variant-numeric: tabular-nums; color: var(--inkSoft); }
    .elements b { color: var(--ink); }
    blockquote { margin: 12px 0 0; padding: 2px 0 2px 14px; border-left: 3px solid var(--line); }
    blockquote p { margin: 0; }
    blockquote footer { border: 0; margin: 4px 0 0; padding: 0; font-size: 13.5px; color: var(--inkSoft); }
    dialog { background: var(--surface); color: var(--ink); border: 1px solid var(--line); border-radius: 12px; padding: 20px 24px; max-width: min(92vw, 460px); }
    dialog::backdrop { background: rgb(0 0 0 / .4); }
    dialog input { width: 100%; }
    .provenance { overflow-wrap: anywhere; }
    @media (max-width: 560px) {
      .top form { width: 100%; }
      .top input { flex: 1; }
      .actions button, .actions a { flex: 1 1 100%; }
      .cards.list { grid-template-columns: 1fr; }
      .bars > div { grid-template-columns: minmax(8ch, 15ch) 1fr 11ch; }
    }
    """
}
