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
    .state.paused, .state.failed, .state.lost { color: var(--ember); }
    .state.claimed, .state.proposed { color: var(--blue); }
    .state.ended, .state.cancelled, .state.withdrawn, .state.awaiting-approval { color: var(--inkSoft); }
    .cards.list { grid-template-columns: repeat(auto-fill, minmax(280px, 1fr)); }
    .card h2 a { color: inherit; }
    .bar { height: 8px; border-radius: 4px; background: var(--grid); overflow: hidden; margin-top: 10px; }
    .bar i { display: block; height: 100%; background: var(--ember); }
    .field { display: grid; grid-template-columns: 1fr 11ch; gap: 8px; align-items: end; }
    .course { width: 100%; height: 220px; display: block; }
    .course .line { fill: none; stroke: var(--ember); stroke-width: 2; vector-effect: non-scaling-stroke; }
    .course .rule { stroke: var(--grid); stroke-width: 1; vector-effect: non-scaling-stroke; }
    .ticks { display: flex; justify-content: space-between; font-size: 13px; color: var(--inkSoft); font-variant-numeric: tabular-nums; }
    dialog { background: var(--surface); color: var(--ink); border: 1px solid var(--line); border-radius: 12px; padding: 20px 24px; max-width: min(92vw, 460px); }
    dialog::backdrop { background: rgb(0 0 0 / .4); }
    dialog input { width: 100%; }
    .provenance { overflow-wrap: anywhere; }
    @media (max-width: 560px) {
      .top form { width: 100%; }
      .top input { flex: 1; }
      .actions button, .actions a { flex: 1 1 100%; }
      .cards.list { grid-template-columns: 1fr; }
    }
    """
}
