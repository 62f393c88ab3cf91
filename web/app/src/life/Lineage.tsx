// What a code came out of and what came out of it, as a small drawing of generations. The nodes are buttons; below,
// the same in sentences.
import { useEffect, useState } from 'preact/hooks'
import * as life from '../api/life'
import { lang, showDate, texts } from '../i18n'
import { inFours } from '../registry/code'
import { query } from '../time/moment'
import { hint, open } from '../view/desk'
import { record } from '../view/record'
import { layOut } from './graph'

const node = { width: 132, height: 46, gapX: 14, gapY: 46 }

export function Lineage({ code }: { code: string }) {
  const t = texts.value
  const [graph, setGraph] = useState<life.LineageGraph | null>(null)
  const seen = record.value?.history
  useEffect(() => {
    const run = new AbortController()
    life.lineage(code, query.peek(), run.signal).then(setGraph, () => undefined)
    return () => run.abort()
    // Each time the history is told anew, the lineage may have grown.
  }, [code, seen])
  if (!graph || graph.edges.length === 0) return null
  return (
    <section aria-labelledby="lineage-title">
      <h3 id="lineage-title">{t.life.lineage}</h3>
      <Drawing graph={graph} code={code} />
      <details class="more">
        <summary>{t.life.inWords}</summary>
        <ul class="plain sentences">
          {graph.edges.map((edge) => (
            <li key={`${edge.event} ${edge.parent} ${edge.child}`}>{sentence(edge)}</li>
          ))}
        </ul>
      </details>
      {graph.cut && <p class="quiet-text">{t.life.lineageCut}</p>}
    </section>
  )

  function sentence(edge: life.Edge): string {
    const share = edge.share === null || edge.share === 1 ? '' : t.life.percent(edge.share)
    return t.life.edge[edge.relation](inFours(edge.parent), inFours(edge.child), showDate(edge.validFrom, lang.value), share)
  }
}

function Drawing({ graph, code }: { graph: life.LineageGraph; code: string }) {
  const t = texts.value
  const layout = layOut(graph.nodes.map((n) => n.code), graph.edges)
  const [stepX, stepY] = [node.width + node.gapX, node.height + node.gapY]
  const width = layout.width * stepX - node.gapX
  const height = layout.generations * stepY - node.gapY
  const at = new Map(layout.nodes.map((p) => [p.code, { x: p.x * stepX - node.gapX / 2, y: p.generation * stepY }]))
  return (
    <div class="lineage-scroll" tabIndex={0} role="group" aria-label={t.life.lineageLabel(graph.nodes.length)}>
      <div class="lineage" style={{ width: `${width}px`, height: `${height}px` }}>
        <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true" focusable="false">
          {graph.edges.map((edge) => {
            const [from, to] = [at.get(edge.parent), at.get(edge.child)]
            if (!from || !to) return null
            const [y0, y1] = [from.y + node.height, to.y]
            const middle = (y0 + y1) / 2
            const label = edge.share === null || edge.share === 1 ? '' : t.life.percent(edge.share)
            return (
              <g key={`${edge.event} ${edge.parent} ${edge.child}`}>
                <path class={`edge ${edge.relation}`} d={`M${from.x} ${y0}C${from.x} ${middle} ${to.x} ${middle} ${to.x} ${y1}`} />
                {label && (
                  <text x={(from.x + 3 * to.x) / 4} y={middle + 12} class="edge-share">
                    {label}
                  </text>
                )}
              </g>
            )
          })}
        </svg>
        {layout.nodes.map((placed) => {
          const n = graph.nodes.find((one) => one.code === placed.code)!
          const { x, y } = at.get(placed.code)!
          const here = n.code === code
          const fate = n.retiredAs && n.status === 'retired' ? t.life.fate[n.retiredAs] : t.status[n.status]
          return (
            <button
              key={n.code}
              type="button"
              class={`node ${n.status}${here ? ' here' : ''}`}
              {...(here ? { 'aria-current': 'true' as const } : {})}
              style={{ left: `${x - node.width / 2}px`, top: `${y}px`, width: `${node.width}px`, height: `${node.height}px` }}
              onPointerEnter={() => n.point && (hint.value = { type: 'Point', coordinates: n.point })}
              onPointerLeave={() => (hint.value = null)}
              onFocus={() => n.point && (hint.value = { type: 'Point', coordinates: n.point })}
              onBlur={() => (hint.value = null)}
              onClick={() => {
                hint.value = null
                open(n.code)
              }}
            >
              <span class="code">{inFours(n.code)}</span>
              <small>
                {fate} {n.statusFrom && <span class="node-year">{n.statusFrom.slice(0, 4)}</span>}
              </small>
            </button>
          )
        })}
      </div>
    </div>
  )
}
