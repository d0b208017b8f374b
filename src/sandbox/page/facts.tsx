import type { PageFacts } from "../slack/page-state.ts";

const WIDTH = 240;
const HEIGHT = 44;

/** What happens outside Slack: the demo's own view of the Twilio account. */
export function FactsPanel({ facts }: { readonly facts: PageFacts }) {
  return (
    <section className="facts" aria-label={facts.title}>
      <h2>{facts.title}</h2>
      <dl>
        {facts.rows.map((row) => (
          <div key={row.label} className={row.tone ?? ""}>
            <dt>{row.label}</dt>
            <dd>{row.value}</dd>
          </div>
        ))}
      </dl>
      {facts.series !== undefined && facts.series.points.length > 1 && <Sparkline series={facts.series} />}
    </section>
  );
}

function Sparkline({ series }: { readonly series: NonNullable<PageFacts["series"]> }) {
  const { points, label } = series;
  const top = Math.max(1, ...points);
  const line = points.map((point, index) => {
    const x = (index / (points.length - 1)) * WIDTH;
    return `${x.toFixed(1)},${(HEIGHT - 2 - (point / top) * (HEIGHT - 6)).toFixed(1)}`;
  });
  const now = points.at(-1) ?? 0;
  return (
    <figure>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`${label}: now ${now}`}>
        <polygon points={`0,${HEIGHT} ${line.join(" ")} ${WIDTH},${HEIGHT}`} />
        <polyline points={line.join(" ")} />
      </svg>
      <figcaption>
        {label} <span>peak {top}</span>
      </figcaption>
    </figure>
  );
}
