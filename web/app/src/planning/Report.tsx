// A report: what lives in the zones on a day, perhaps beside another day, as the registry knew it at an instant. All of
// it stands in the address, so that the same address makes the same report again.
import { useEffect, useState } from 'preact/hooks'
import { ProblemError } from '../api/http'
import { lang, showDate, showInstant, texts } from '../i18n'
import { Icon } from '../ui/Icon'
import { info, account, say } from '../view/desk'
import { theme } from '../view/theme'
import { type ReportAddress, formatReport, reportQuery } from './address'
import * as api from './api'
import type { Report as Made } from './api'
import { DateField } from './DateField'
import { ReportMap } from './ReportMap'
import { KindTable, ZoneTable } from './ReportTables'
import { TrendChart } from './TrendChart'
import { goDesk, goReport, settleReport } from './paths'
import { words } from './texts'
import { readDay } from '../time/moment'

export function Report({ address }: { address: ReportAddress }) {
  const w = words.value
  const [made, setMade] = useState<Made | null>(null)
  const [trouble, setTrouble] = useState<'none' | 'failed' | 'forbidden'>('none')
  const [tries, setTries] = useState(0)
  const query = reportQuery(address).toString()

  useEffect(() => {
    const run = new AbortController()
    setTrouble('none')
    api.report(new URLSearchParams(query), run.signal).then(
      (report) => {
        setMade(report)
        // What the server filled in now stands in the address: asked for again, it is this report and no later one.
        settleReport(formatReport({ ...address, validOn: report.validOn, knownAt: address.knownAt ?? report.knownAt }))
      },
      (error) => {
        if (run.signal.aborted) return
        setMade(null)
        setTrouble(error instanceof ProblemError && (error.status === 401 || error.status === 403) ? 'forbidden' : 'failed')
      },
    )
    return () => run.abort()
  }, [query, tries, account.value?.name])

  useEffect(() => {
    // Paper is light.
    const toLight = () => (document.documentElement.dataset['theme'] = 'light')
    const back = () => (document.documentElement.dataset['theme'] = theme.peek())
    addEventListener('beforeprint', toLight)
    addEventListener('afterprint', back)
    return () => {
      removeEventListener('beforeprint', toLight)
      removeEventListener('afterprint', back)
    }
  }, [])

  return (
    <main class="report" id="panel" aria-busy={!made && trouble === 'none'}>
      <Bar address={address} made={made} />
      {trouble !== 'none' && (
        <div class="page-note">
          <p>{trouble === 'forbidden' ? w.reportSignIn : w.reportFailed}</p>
          {trouble === 'failed' && (
            <button type="button" class="button" onClick={() => setTries(tries + 1)}>
              {w.retry}
            </button>
          )}
        </div>
      )}
      {!made && trouble === 'none' && (
        <p class="page-note" role="status">
          {w.loading}
        </p>
      )}
      {made && <Paper made={made} />}
    </main>
  )
}

function Bar({ address, made }: { address: ReportAddress; made: Made | null }) {
  const w = words.value
  const another = (change: Partial<ReportAddress>) => goReport(formatReport({ ...address, ...change }))
  // A field that is half typed reads as empty: only a whole date, or none, makes another report.
  const day = (text: string, change: (day: string | null) => Partial<ReportAddress>) => (text === '' || readDay(text)) && another(change(readDay(text)))
  const settled = { ...address, validOn: made?.validOn ?? address.validOn, knownAt: address.knownAt ?? made?.knownAt ?? null }
  return (
    <header class="report-bar no-print">
      <div class="report-buttons">
        <button type="button" class="button" onClick={goDesk}>
          {w.back}
        </button>
        <button type="button" class="button primary" aria-disabled={!made} onClick={() => made && print()}>
          <Icon name="print" /> {w.print}
        </button>
        <a class="button" href={api.reportUrl(reportQuery(settled), 'csv')} download>
          {w.csv}
        </a>
        <a class="button" href={api.reportUrl(reportQuery(settled), 'geojson')} download>
          {w.geojson}
        </a>
        <button type="button" class="button" onClick={() => void copyLink()}>
          <Icon name="link" /> {w.copyLink}
        </button>
        <button type="button" class="button" onClick={() => another({ knownAt: null, validOn: info.peek()?.today ?? null })}>
          {w.refresh}
        </button>
      </div>
      <div class="report-days">
        <DateField label={w.validOn} value={settled.validOn ?? ''} onChange={(text) => day(text, (validOn) => ({ validOn }))} />
        <DateField label={w.compareOn} hint={w.compareNone} value={address.compareOn ?? ''} onChange={(text) => day(text, (compareOn) => ({ compareOn }))} />
        <DateField label={w.knownAt} hint={w.knownHint} value={settled.knownAt?.slice(0, 10) ?? ''} onChange={(text) => day(text, (knownAt) => ({ knownAt }))} />
      </div>
    </header>
  )
}

function Paper({ made }: { made: Made }) {
  const w = words.value
  const day = (date: string) => showDate(date, lang.value)
  const zone = info.value?.timezone ?? 'UTC'
  const nameOf = new Map(made.zones.map((z) => [z.id, z.name]))
  const named = (id: string) => nameOf.get(id) ?? id
  return (
    <article class="paper">
      <header class="paper-head">
        <h2>{w.reportTitle}</h2>
        <p>
          <strong>{made.compareOn ? w.reportCompared(day(made.validOn), day(made.compareOn)) : w.reportOn(day(made.validOn))}</strong>
          <br />
          <span class="quiet-text">{w.reportKnown(showInstant(made.knownAt, lang.value, zone))}</span>
        </p>
      </header>
      {made.absent.length > 0 && <p class="field-note">{w.absent(made.absent.length)}</p>}
      {made.zones.length === 0 ? (
        <p>{w.reportEmpty}</p>
      ) : (
        <>
          <ReportMap report={made} />
          <section>
            <h3>{w.byZone}</h3>
            <ZoneTable made={made} />
          </section>
          <section>
            <h3>{w.byKind}</h3>
            <KindTable made={made} />
          </section>
          <section>
            <h3>{w.overlaps}</h3>
            {made.overlaps.length === 0 ? (
              <p>{w.overlapNone}</p>
            ) : (
              <>
                <ul>
                  {made.overlaps.map((o) => (
                    <li key={o.zones.join()}>{w.overlapLine(named(o.zones[0]!), named(o.zones[1]!), o.buildings)}</li>
                  ))}
                </ul>
                <p class="quiet-text">{w.overlapHint}</p>
              </>
            )}
          </section>
          <section class="paper-trend">
            <h3>{w.trend}</h3>
            {made.trend.length > 0 ? <TrendChart trend={made.trend} names={nameOf} /> : <p>{w.trendNone}</p>}
          </section>
        </>
      )}
      <footer class="paper-foot">
        <h3>{w.sources}</h3>
        <p>{w.sourceText(texts.value.brand, info.value?.attribution.join(', ') || w.unknown)}</p>
        <p>
          {w.exactText} {w.fewText}
        </p>
        <p class="paper-address">{location.href}</p>
      </footer>
    </article>
  )
}

async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href)
    say(words.peek().copied)
  } catch {
    say(words.peek().copyFailed)
  }
}
