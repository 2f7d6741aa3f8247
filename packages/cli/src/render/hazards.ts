import type { AuditReport, Finding, Problem, RuleInfo, Severity } from '@holdup/audit';
import { type Line, type Paint, paintLines, type RenderOptions, type Style, styleOf, wrapBehind } from './style.ts';
import { columnsOf, padEnd } from './text.ts';

const INDENT = '  ';
const TAB = '  ';

/** Everything an audit found, for people: each with its place, its source and what to write instead. */
export function renderAudit(report: AuditReport, options: RenderOptions): string {
  const style = styleOf(options);
  const blocks = [
    ...report.findings.map((finding) => paintLines(renderFinding(finding, style), style)),
    ...report.problems.map((problem) => paintLines(renderProblem(problem, style), style)),
    paintLines(wrapBehind({ text: 'holdup audit: ', paint: style.colors.bold }, summarize(report), style), style),
  ];
  return `${blocks.join('\n\n')}\n`;
}

export function renderRules(rules: readonly RuleInfo[], options: RenderOptions): string {
  const style = styleOf(options);
  const width = Math.max(0, ...rules.map(({ id }) => id.length)) + 2;
  const lines = rules.flatMap(({ id, title }) =>
    wrapBehind({ text: padEnd(id, width), paint: style.colors.bold }, title, style),
  );
  return `${paintLines(lines, style)}\n`;
}

function renderFinding(finding: Finding, style: Style): Line[] {
  const { colors, clean } = style;
  const { place, severity, rule, message, help, related = [] } = finding;
  const paint = paintOf(severity, style);
  return [
    [
      { text: `${clean(place.file)}:${place.line}:${place.column}`, paint: colors.bold },
      { text: `  ${severity}  `, paint },
      { text: rule, paint: colors.dim },
    ],
    ...wrapBehind({ text: INDENT }, clean(message), style),
    ...renderFrame(finding, style, paint),
    ...related.flatMap((it) =>
      wrapBehind(
        { text: `${INDENT}${style.glyphs.bullet} ${whereOf(it.place, place.file, style)}: ` },
        clean(it.message),
        style,
      ),
    ),
    ...wrapBehind({ text: `${INDENT}help: `, paint: colors.bold }, clean(help), style),
  ];
}

function whereOf({ file, line }: Finding['place'], here: string, { clean }: Style): string {
  return file === here ? `line ${line}` : `${clean(file)}:${line}`;
}

function renderFrame({ frame, place }: Finding, style: Style, paint: Paint): Line[] {
  const gutter = String(frame.firstLine + frame.lines.length - 1).length;
  const room = style.width - gutter - INDENT.length - ' | '.length;
  const bar = ` ${style.glyphs.budget} `;
  return frame.lines.flatMap((text, at) => {
    const number = frame.firstLine + at;
    const isHit = number === place.line;
    const before = showSource(text.slice(0, place.column - 1), style);
    const marked = showSource(text.slice(place.column - 1, endOf(place, text)), style);
    // Far to the right in a long line: the line is shown from shortly before it.
    const skipped = isHit ? Math.max(0, columnsOf(before) + Math.min(columnsOf(marked), room / 2) - room) : 0;
    const head = `${INDENT}${String(number).padStart(gutter)}${bar}`;
    const line: Line = [
      { text: head, paint: style.colors.dim },
      { text: showSource(text, style).slice(Math.ceil(skipped)) },
    ];
    if (!isHit) return [line];
    const indent = ' '.repeat(Math.max(0, columnsOf(before) - Math.ceil(skipped)));
    const carets = '^'.repeat(Math.max(1, Math.min(columnsOf(marked), room - indent.length)));
    return [
      line,
      [
        { text: `${INDENT}${' '.repeat(gutter)}${bar}`, paint: style.colors.dim },
        { text: indent + carets, paint },
      ],
    ];
  });
}

function endOf({ line, endLine, endColumn }: Finding['place'], text: string): number {
  return endLine === line ? endColumn - 1 : text.trimEnd().length;
}

/** Source as a terminal may show it: each tab and each sign that a terminal acts on has a fixed width. */
function showSource(text: string, style: Style): string {
  const safe = text.replaceAll('\t', TAB).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '?');
  return style.glyphs.ellipsis === '…' ? safe : safe.replace(/[^\x20-\x7e]/gu, '?');
}

function renderProblem({ file, line, column, message }: Problem, style: Style): Line[] {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return [
    [
      { text: style.clean(place), paint: style.colors.bold },
      { text: '  not audited', paint: style.colors.yellow },
    ],
    ...wrapBehind({ text: INDENT }, style.clean(message), style),
  ];
}

function paintOf(severity: Severity, { colors }: Style): Paint {
  if (severity === 'error') return colors.red;
  return severity === 'warning' ? colors.yellow : colors.cyan;
}

function summarize({ findings, problems, counts }: AuditReport): string {
  const files = new Set(findings.map(({ place }) => place.file)).size;
  const found =
    findings.length === 0
      ? `nothing found in ${plural(counts.files, 'file')}`
      : `${plural(findings.length, 'hazard')} in ${files} of ${plural(counts.files, 'file')}`;
  const unread = problems.length === 0 ? [] : [`${problems.length} not audited`];
  const left = [
    [counts.suppressed, 'silenced by comments'],
    [counts.known, 'known in the baseline'],
    [counts.unchanged, 'on unchanged lines'],
  ] as const;
  const passed = [
    [counts.generated, 'generated'],
    [counts.tests, 'of tests (--tests)'],
  ] as const;
  const over = passed.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return [
    found,
    ...unread,
    ...left.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`),
    ...(over.length > 0 ? [`passed over: ${over.join(', ')}`] : []),
  ].join('; ');
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
