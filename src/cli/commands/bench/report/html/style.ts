/** The report's looks, for light and dark screens and for paper. Colours of series can be told apart by colour-blind eyes. */
export const style = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1b2430;--faint:#5d6b7c;--line:#e3e8ee;--card:#f7f9fb;--good:#0a7d4b;--bad:#c5303b;--warn:#9a6700;--goodbg:#e3f5ec;--badbg:#fde8e9;--warnbg:#fdf3d9;
--c0:#0f6fc6;--c1:#d9590a;--c2:#0a8f6b;--c3:#b8479b;--c4:#8a6d00;--c5:#4f5d95;
--h0:#d3f0e0;--h1:#e0f3df;--h2:#eef5df;--h3:#f8f5df;--h4:#fdf0da;--h5:#fde5d3;--h6:#fcd8cd;--h7:#f9c9c6}
@media (prefers-color-scheme:dark){:root{--bg:#12171e;--fg:#e3e9f0;--faint:#93a1b1;--line:#2a333e;--card:#1a212a;--good:#4cc38a;--bad:#ff7b81;--warn:#e5b454;--goodbg:#14342a;--badbg:#401c22;--warnbg:#3a2f14;
--c0:#5cb0ff;--c1:#ff9a55;--c2:#3fd0a4;--c3:#e78bd0;--c4:#dcbf4a;--c5:#a3b0ea;
--h0:#12402f;--h1:#1b3e2c;--h2:#283c29;--h3:#363a27;--h4:#433626;--h5:#4c3027;--h6:#532a29;--h7:#5b242b}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1240px;padding:32px 28px 56px;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
h1{font-size:26px;line-height:1.25;margin:0 0 4px;letter-spacing:-.01em}
h2{font-size:19px;margin:40px 0 12px}
h3{font-size:15px;margin:26px 0 8px}
h4{font-size:13px;font-weight:600;color:var(--faint);margin:0 0 6px}
p{margin:6px 0}
.faint,.note{color:var(--faint)}
.note{font-size:13.5px;max-width:90ch}
.badge{display:inline-block;padding:2px 12px;border-radius:99px;font-weight:600;font-size:14px;margin:8px 8px 0 0}
.good{color:var(--good);background:var(--goodbg)}.bad{color:var(--bad);background:var(--badbg)}.warn{color:var(--warn);background:var(--warnbg)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
th{font-weight:600;color:var(--faint);font-size:12.5px;text-align:left;border-bottom:1px solid var(--line);padding:6px 10px;white-space:nowrap}
td{border-bottom:1px solid var(--line);padding:6px 10px;white-space:nowrap;max-width:34ch;overflow:hidden;text-overflow:ellipsis}
.n{text-align:right}
.flag{font-size:12px;color:var(--warn);background:var(--warnbg);border-radius:4px;padding:1px 6px}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:18px}
figure{margin:0;padding:14px 14px 6px;background:var(--card);border:1px solid var(--line);border-radius:10px}
svg{display:block;width:100%;height:auto}
svg.change{width:260px;height:22px}
.legend{margin:4px 0 10px}.key{margin-right:18px;white-space:nowrap}
.dot{display:inline-block;width:11px;height:11px;border-radius:50%;margin-right:6px;background:var(--s)}
.s0{--s:var(--c0)}.s1{--s:var(--c1)}.s2{--s:var(--c2)}.s3{--s:var(--c3)}.s4{--s:var(--c4)}.s5{--s:var(--c5)}
.grid{stroke:var(--line);stroke-width:1}
.tick,.label{fill:var(--faint);font-size:12px}.end{text-anchor:end}.middle{text-anchor:middle}
.line{fill:none;stroke:var(--s);stroke-width:2.25;stroke-linejoin:round;stroke-linecap:round}
.s1.line{stroke-dasharray:7 3}.s2.line{stroke-dasharray:2 4}.s3.line{stroke-dasharray:9 3 2 3}.s4.line{stroke-dasharray:12 4}.s5.line{stroke-dasharray:4 2}
.band{fill:var(--s);opacity:.15}
.margin{fill:var(--line)}.zero{stroke:var(--faint);stroke-width:1}
.interval{opacity:.5}.v-better{fill:var(--good)}.v-worse{fill:var(--bad)}.v-same,.v-shown{fill:var(--faint)}.v-inconclusive{fill:var(--warn)}
.t-better{color:var(--good);font-weight:600}.t-worse{color:var(--bad);font-weight:600}.t-same{color:var(--fg)}.t-inconclusive{color:var(--warn)}
.h0{background:var(--h0)}.h1{background:var(--h1)}.h2{background:var(--h2)}.h3{background:var(--h3)}.h4{background:var(--h4)}.h5{background:var(--h5)}.h6{background:var(--h6)}.h7{background:var(--h7)}
code{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 20px;font-size:14px;margin:0}dt{color:var(--faint)}dd{margin:0;overflow-wrap:anywhere}
footer{margin-top:44px;color:var(--faint);font-size:13px}
@media print{body{max-width:none;padding:0}figure,tr{break-inside:avoid}}
`;
