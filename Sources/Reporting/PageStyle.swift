/// The style sheet of a page.
package enum PageStyle {
  package static let sheet = """
    :root {
      color-scheme: light dark;
    \(variables(\.light))
    }
    @media screen and (prefers-color-scheme: dark) {
      :root {
    \(variables(\.dark))
      }
    }
    \(rules)
    """

  private static func variables(_ color: (ThemeColor) -> String) -> String {
    ThemeColor.allCases.map { "  --\($0.rawValue): \(color($0));" }.joined(separator: "\n")
  }

  private static let rules = """
    * { box-sizing: border-box; }
    html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
    body {
      margin: 0; background: var(--page); color: var(--ink);
      font: 16px/1.55 \(Theme.font); -webkit-font-smoothing: antialiased;
    }
    main { max-width: 1120px; margin: 0 auto; padding: 40px 24px 64px; }
    header { max-width: 800px; }
    .brand {
      display: flex; align-items: center; gap: 9px; margin: 0 0 28px; color: var(--inkSoft);
      font-size: 13px; font-weight: 600; letter-spacing: .09em; text-transform: uppercase;
    }
    .mark {
      width: 13px; height: 13px; background: var(--ember);
      border-radius: 70% 0 70% 70%; transform: rotate(-45deg);
    }
    h1 { margin: 0; font-size: clamp(27px, 4.4vw, 40px); line-height: 1.16; letter-spacing: -.018em; text-wrap: balance; }
    h2 { margin: 0; font-size: 20px; line-height: 1.3; letter-spacing: -.008em; }
    .lead { margin: 12px 0 0; font-size: 18px; color: var(--inkSoft); text-wrap: pretty; }
    .summary { margin: 20px 0 0; font-size: 17px; line-height: 1.6; text-wrap: pretty; }
    .cards {
      display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 16px;
      margin: 32px 0 0;
    }
    .card, section {
      background: var(--surface); border: 1px solid var(--line); border-radius: 12px;
    }
    .card { padding: 16px 18px; display: flex; flex-direction: column; }
    .card dt { font-size: 13.5px; color: var(--inkSoft); }
    .card dd { margin: 0; }
    .card .value {
      margin-top: 4px; font-size: 27px; font-weight: 650; line-height: 1.25; letter-spacing: -.015em;
      font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
    }
    .card .value .formula { font-size: 21px; }
    .card:first-child { border-top: 3px solid var(--ember); padding-top: 14px; }
    .card .unit { white-space: nowrap; font-size: 15px; font-weight: 500; color: var(--inkSoft); letter-spacing: 0; }
    .card .note { margin-top: 6px; font-size: 13.5px; line-height: 1.4; color: var(--inkSoft); }
    nav ul { display: flex; flex-wrap: wrap; gap: 6px 20px; list-style: none; margin: 28px 0 0; padding: 0; }
    nav a {
      color: var(--inkSoft); font-size: 14.5px; text-decoration: none;
      border-bottom: 1px solid var(--line); padding-bottom: 1px;
    }
    nav a:hover { color: var(--ember); border-color: var(--ember); }
    .notice {
      margin: 24px 0 0; padding: 12px 16px; border-radius: 10px; background: var(--accentSoft);
      border-left: 3px solid var(--ember); font-size: 15px;
    }
    .sections { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 20px; margin-top: 28px; }
    section { padding: 24px 26px; min-width: 0; scroll-margin-top: 16px; }
    section.full { grid-column: 1 / -1; }
    .recipe { margin-top: 20px; }
    .text { margin: 7px 0 0; color: var(--inkSoft); font-size: 15px; max-width: 76ch; text-wrap: pretty; }
    figure { margin: 20px 0 0; position: relative; }
    .legend {
      display: flex; flex-wrap: wrap; gap: 4px 20px; list-style: none; margin: 0 0 14px; padding: 0;
      font-size: 14px; line-height: 1.5;
    }
    .legend svg { width: 20px; height: 12px; margin-right: 8px; vertical-align: -1px; }
    .ramp span { white-space: nowrap; color: var(--inkSoft); font-variant-numeric: tabular-nums; }
    .ramp i {
      display: inline-block; width: 96px; height: 10px; margin: 0 8px; border-radius: 3px;
      background: linear-gradient(to right, \(Theme.ramp.joined(separator: ", ")));
    }
    .diverging i {
      background: linear-gradient(to right, \(Theme.divergingRamp.joined(separator: ", ")));
    }
    .axis { margin: 0 0 8px; font-size: 13.5px; font-weight: 600; line-height: 1.4; }
    .frame { overflow-x: auto; }
    .chart { width: 100%; min-height: 120px; }
    .chart svg { display: block; overflow: visible; }
    .chart.vega-embed { display: block; padding: 0; }
    .cell svg { display: block; width: 100%; max-width: 600px; margin: 0 auto; }
    .cell .edge { stroke: var(--ash); stroke-width: 1; }
    .cell .casing { stroke: var(--inkSoft); stroke-linecap: round; }
    .cell .far { stroke-dasharray: 5 4; }
    .cell .atom { stroke: var(--inkSoft); stroke-width: 1; }
    .cell .mixed { stroke: var(--ink); stroke-width: 1.8; stroke-dasharray: 3.4 2.6; }
    .cell text { text-anchor: middle; dominant-baseline: central; font-weight: 600; pointer-events: none; }
    .cell .axis-name { fill: var(--inkSoft); font-size: 13px; font-style: italic; font-weight: 500; }
    figcaption { margin-top: 14px; font-size: 14px; line-height: 1.5; max-width: 90ch; text-wrap: pretty; }
    details > summary { cursor: pointer; width: fit-content; font-size: 13.5px; color: var(--inkSoft); }
    details > summary:hover, .save:hover { color: var(--ember); }
    .numbers { margin-top: 10px; }
    .save {
      position: absolute; right: 0; bottom: 0; border: 0; background: none; padding: 0; font: inherit;
      font-size: 13.5px; color: var(--inkSoft); cursor: pointer;
    }
    figure:has(.numbers[open]) .save { bottom: auto; top: -8px; display: none; }
    .scroll, .frame[tabindex] {
      background:
        linear-gradient(to right, var(--surface) 60%, transparent) left / 30px 100% no-repeat local,
        linear-gradient(to left, var(--surface) 60%, transparent) right / 30px 100% no-repeat local,
        linear-gradient(to right, var(--line), transparent) left / 10px 100% no-repeat scroll,
        linear-gradient(to left, var(--line), transparent) right / 10px 100% no-repeat scroll;
    }
    .scroll { overflow-x: auto; margin-top: 16px; }
    table { border-collapse: collapse; width: 100%; font-size: 14.5px; }
    .numbers table { font-size: 13.5px; width: auto; min-width: min(100%, 420px); }
    .numbers .scroll { max-height: 320px; overflow-y: auto; }
    caption { text-align: left; font-size: 13.5px; color: var(--inkSoft); padding-bottom: 8px; }
    caption span { position: sticky; left: 0; display: inline-block; max-width: min(100%, calc(100vw - 66px)); }
    th, td { padding: 8px 14px 8px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
    th:last-child, td:last-child { padding-right: 0; }
    th { font-weight: 600; font-size: 13.5px; line-height: 1.35; vertical-align: bottom; white-space: normal; }
    th:not(.number) { min-width: 7.5em; }
    th .unit { display: block; white-space: nowrap; font-weight: 400; color: var(--inkSoft); }
    th button {
      border: 0; background: none; padding: 0; margin: 0; font: inherit; color: inherit; cursor: pointer;
      text-align: inherit;
    }
    th button:hover { color: var(--ember); }
    th[aria-sort="descending"] button::after { content: " ↓"; }
    th[aria-sort="ascending"] button::after { content: " ↑"; }
    .number { text-align: right; font-variant-numeric: tabular-nums; }
    td.number { white-space: nowrap; }
    td.formula { font-weight: 600; white-space: nowrap; }
    td.sentence { min-width: 270px; color: var(--inkSoft); font-size: 14px; line-height: 1.45; }
    .range { display: block; color: var(--inkSoft); font-size: .9em; }
    .numbers .range { display: inline; margin-left: 6px; }
    sub { font-size: .74em; line-height: 0; vertical-align: baseline; position: relative; bottom: -.25em; }
    .verdict { font-weight: 700; }
    .verdict.yes { color: var(--green); }
    .verdict.no { color: var(--ember); }
    pre {
      margin: 12px 0 0; padding: 16px 18px; overflow-x: auto; border-radius: 8px; background: var(--page);
      font: 13px/1.55 \(Theme.monospacedFont); tab-size: 2;
    }
    .recipe details { margin-top: 12px; }
    footer { margin-top: 36px; padding-top: 24px; border-top: 1px solid var(--line); }
    footer h2 { font-size: 15px; }
    .facts { margin: 12px 0 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(250px, 1fr)); gap: 12px 28px; }
    .facts dt { font-size: 12.5px; color: var(--inkSoft); }
    .facts dd { margin: 1px 0 0; font: 13px/1.5 \(Theme.monospacedFont); overflow-wrap: anywhere; }
    :focus-visible { outline: 2px solid var(--blue); outline-offset: 3px; border-radius: 3px; }
    #vg-tooltip-element.vg-tooltip {
      font: 13px/1.45 \(Theme.font); color: var(--ink); background: var(--surface);
      border: 1px solid var(--line); border-radius: 8px; padding: 9px 12px;
      box-shadow: 0 4px 16px rgb(0 0 0 / .12); font-variant-numeric: tabular-nums;
    }
    #vg-tooltip-element.vg-tooltip td { border: 0; padding: 1px 0; }
    #vg-tooltip-element.vg-tooltip td.key { color: var(--inkSoft); padding-right: 10px; text-align: left; max-width: 200px; }
    #vg-tooltip-element.vg-tooltip table { width: auto; font-size: 13px; }
    @media (max-width: 820px) {
      .sections { grid-template-columns: minmax(0, 1fr); }
    }
    @media (max-width: 560px) {
      main { padding: 24px 14px 48px; }
      section { padding: 18px 16px; }
      .sections { gap: 14px; }
      .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 10px; }
      .card { padding: 13px 14px; }
      .card:first-child, .card:last-child:nth-child(even) { grid-column: 1 / -1; }
      td.sentence { min-width: 34rem; }
      .card .value { font-size: 23px; }
      .summary { font-size: 16px; }
      .lead { font-size: 16.5px; }
    }
    @media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
    @media print {
      body { background: none; font-size: 11pt; }
      main { max-width: none; padding: 0; }
      nav, .numbers, .save { display: none; }
      .sections { grid-template-columns: repeat(2, minmax(0, 1fr)); }
      section, .card { break-inside: avoid; border-color: #ccc; }
      .chart svg { max-width: 100%; height: auto; }
      .scroll, .frame, pre { overflow: visible; }
      pre { white-space: pre-wrap; }
    }
    """
}
