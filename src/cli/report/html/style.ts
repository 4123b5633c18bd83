/** The style sheet of the page: paper and ink, three colours with a meaning each, the same in the dark and in print. */

export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fcfbf8; --ink: #1d1c1a; --soft: #67635b; --rule: #e2ded5; --wash: #f4f2ec;
  --accepted: #2c5f8f; --sold: #1d7a58; --refused: #b0562b; --bad: #a1231b;
  --serif: Charter, 'Bitstream Charter', 'Iowan Old Style', 'Palatino Linotype', Georgia, 'Noto Serif', 'DejaVu Serif', serif;
  --sans: system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif;
  --mono: ui-monospace, 'SF Mono', Menlo, Consolas, 'Noto Sans Mono', 'DejaVu Sans Mono', monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #161614; --ink: #ebe8e1; --soft: #a09b91; --rule: #33312d; --wash: #1e1d1b;
    --accepted: #82b3e2; --sold: #63c79f; --refused: #e39468; --bad: #f0877e;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 var(--sans); font-variant-numeric: tabular-nums lining-nums;
}
main { max-width: 1080px; margin: 0 auto; padding: 56px 32px 72px; }
h1, h2, .verdict { font-family: var(--serif); font-weight: 600; letter-spacing: -0.01em; }
h1 { font-size: 40px; line-height: 1.15; margin: 4px 0 12px; overflow-wrap: anywhere; }
h2 { font-size: 24px; line-height: 1.25; margin: 0 0 4px; }
h3 { font-size: 15px; font-weight: 600; margin: 0 0 6px; }
p { margin: 0; }
.kicker { color: var(--soft); font-size: 13px; letter-spacing: 0.08em; text-transform: uppercase; }
.soft, .note { color: var(--soft); }
.note { font-size: 14px; margin-top: 8px; max-width: 72ch; }
section { margin-top: 52px; padding-top: 20px; border-top: 1px solid var(--rule); }
.outcome { margin-top: 32px; padding: 22px 26px; background: var(--wash); border-left: 4px solid var(--sold); }
.outcome.failed { border-left-color: var(--bad); }
.verdict { font-size: 26px; line-height: 1.3; color: var(--sold); }
.failed .verdict { color: var(--bad); }
.equation { font-size: 17px; margin-top: 6px; }
.gaps { margin: 14px 0 0; padding-left: 18px; color: var(--soft); font-size: 15px; }
.keys { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 28px 34px; margin: 36px 0 0; }
.keys dt { color: var(--soft); font-size: 14px; }
.keys dd { margin: 0; font-family: var(--serif); font-size: 27px; line-height: 1.2; }
.keys .more { display: block; font: 13px/1.4 var(--sans); color: var(--soft); white-space: normal; max-width: 21ch; }
.blocks { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 36px 44px; margin-top: 20px; }
.block { break-inside: avoid; }
.block dl { margin: 0; border-top: 1px solid var(--rule); }
.block dl > div { display: grid; grid-template-columns: 1fr auto; gap: 0 12px; padding: 5px 0; border-bottom: 1px solid var(--rule); }
.block dt { overflow-wrap: anywhere; }
.block dd { margin: 0; text-align: right; }
.block .detail { grid-column: 1 / -1; color: var(--soft); font-size: 13px; text-align: left; }
.scroll { overflow-x: auto; margin-top: 14px; }
table { border-collapse: collapse; width: 100%; font-size: 15px; }
th { text-align: left; font-weight: 500; color: var(--soft); font-size: 13px; white-space: nowrap; vertical-align: bottom; }
th, td { padding: 7px 20px 7px 0; border-bottom: 1px solid var(--rule); }
th:last-child, td:last-child { padding-right: 0; }
td { vertical-align: top; unicode-bidi: isolate; overflow-wrap: anywhere; min-width: 5ch; }
.right { text-align: right; white-space: nowrap; }
td.when { white-space: nowrap; }
figure { margin: 22px 0 0; break-inside: avoid; }
figcaption { font-size: 15px; margin-bottom: 8px; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 0; padding: 0; list-style: none; font-size: 14px; color: var(--soft); }
.legend li::before { content: ''; display: inline-block; width: 14px; height: 3px; margin-right: 7px; vertical-align: middle; background: currentColor; }
.legend .accepted::before { background: var(--accepted); } .legend .sold::before { background: var(--sold); }
.legend .refused::before { background: var(--refused); } .legend .mid::before { opacity: 0.6; } .legend .low::before { opacity: 0.3; }
svg { display: block; width: 100%; overflow: visible; }
svg text { font: 12px var(--sans); fill: var(--soft); paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
svg .grid { stroke: var(--rule); stroke-width: 1; }
svg .base { stroke: var(--soft); stroke-width: 1; }
svg .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; vector-effect: non-scaling-stroke; }
svg .area { stroke: none; opacity: 0.13; }
svg .dot { stroke-width: 5; stroke-linecap: round; vector-effect: non-scaling-stroke; }
.line.accepted, .dot.accepted { stroke: var(--accepted); } .area.accepted, .bar.accepted { fill: var(--accepted); }
.line.sold, .dot.sold { stroke: var(--sold); } .area.sold, .bar.sold { fill: var(--sold); }
.line.refused, .dot.refused { stroke: var(--refused); } .area.refused, .bar.refused { fill: var(--refused); }
svg .mid { opacity: 0.6; } svg .low { opacity: 0.35; } .bar.all { fill: var(--soft); }
.track { fill: var(--wash); }
.funnel { margin: 18px 0 0; padding: 0; list-style: none; }
.funnel li { display: grid; grid-template-columns: 130px 1fr; gap: 2px 20px; padding: 9px 0; border-bottom: 1px solid var(--rule); }
.funnel .count { font-weight: 600; } .funnel .losses { grid-column: 2; color: var(--soft); font-size: 14px; }
.funnel .of { display: flex; justify-content: space-between; gap: 12px; }
details { margin-top: 12px; } details details { margin-top: 8px; }
summary { cursor: pointer; color: var(--soft); font-size: 14px; width: fit-content; overflow-wrap: anywhere; }
.product > summary { font-size: 16px; color: var(--ink); padding: 4px 0; }
pre { margin: 16px 0 0; padding: 16px 20px; background: var(--wash); font: 13px/1.55 var(--mono); overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
footer { margin-top: 56px; padding-top: 16px; border-top: 1px solid var(--rule); color: var(--soft); font-size: 14px; }
@media (max-width: 620px) {
  main { padding: 28px 18px 48px; }
  h1 { font-size: 30px; } h2 { font-size: 21px; } .verdict { font-size: 21px; } .outcome { padding: 16px 18px; margin-top: 24px; }
  section { margin-top: 38px; } .keys { justify-content: flex-start; gap: 20px 30px; margin-top: 28px; } .keys dd { font-size: 23px; }
  .blocks { grid-template-columns: 1fr; gap: 28px; } .funnel li { grid-template-columns: 1fr; gap: 4px; } .funnel .losses { grid-column: 1; }
  th, td { padding-right: 16px; } table { font-size: 14px; } pre { padding: 12px 14px; font-size: 12px; }
}
@media print {
  :root {
    color-scheme: light; --paper: #fff; --ink: #000; --soft: #555; --rule: #ccc; --wash: #f5f5f5;
    --accepted: #2c5f8f; --sold: #1d7a58; --refused: #b0562b; --bad: #a1231b;
  }
  body { font-size: 11pt; } main { max-width: none; padding: 0; } section { margin-top: 28px; break-inside: auto; }
  h2, h3, figcaption { break-after: avoid; } tr, .funnel li { break-inside: avoid; }
  .outcome, svg, .legend li::before { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  summary { display: none; } details:not([open]) { display: none; } .scroll { overflow: visible; }
}`;
