/**
 * Whom a draft turns on and off, asked of the server while it is edited: always open beside the
 * editor, so that nothing is saved unseen.
 */
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ApiProblem } from "@/api/problem";
import { type Draft, patchOf } from "@/features/flag/draft";
import { type Preview, previewQuery, type Where } from "@/features/flag/flag";
import { flagText } from "@/text/flag";
import { formatCount, formatShare } from "@/text/format";
import classes from "./flip-preview.module.css";

const words = flagText.preview;
/** After so long without a key pressed the server is asked. */
const PAUSE_MS = 200;

/** What the server makes of a draft: its preview, or what is wrong with it. */
export function useFlipPreview(
  where: Where,
  base: Draft,
  draft: Draft,
  { readAt, enabled }: { readAt: number; enabled: boolean },
) {
  const [settled] = useDebouncedValue(draft, PAUSE_MS);
  const query = useQuery({ ...previewQuery(where, patchOf(base, settled), readAt), enabled });
  const problems =
    query.error instanceof ApiProblem && query.error.status === 422 ? query.error.problems : [];
  return {
    // A preview of an earlier draft must not be taken for this one's.
    preview: query.isError ? undefined : query.data,
    asking: settled !== draft || query.isFetching,
    problems,
    error: problems.length === 0 ? query.error : null,
  };
}

type Asked = ReturnType<typeof useFlipPreview>;

interface FlipPreviewProps extends Asked {
  project: string;
  dirty: boolean;
  on: boolean;
}

export function FlipPreview(props: FlipPreviewProps) {
  const { project, preview, asking, problems, error, dirty, on } = props;
  return (
    <aside className={classes.preview} aria-label={words.title}>
      <h2 className={classes.title}>
        {dirty ? words.title : words.present}
        <span className={classes.asking} data-shown={asking || undefined} aria-hidden="true" />
      </h2>
      {problems.length > 0 && (
        <div className={classes.wrong} role="alert">
          <strong>{words.wrong}</strong>
          <ul>
            {problems.map(({ path, message }) => (
              <li key={`${path} ${message}`}>
                {path !== "" && <code>{path}</code>} {message}
              </li>
            ))}
          </ul>
        </div>
      )}
      {error !== null && (
        <p className={classes.wrong} role="alert">
          {error instanceof ApiProblem ? error.detail : words.unreachable}
        </p>
      )}
      {preview === undefined && error === null && problems.length === 0 && (
        <p className={classes.muted}>{words.asking}</p>
      )}
      {preview !== undefined && preview.tenants === 0 && (
        <p className={classes.muted}>
          {words.noRoster}{" "}
          <Link to="/projects/$project/tenants" params={{ project }}>
            {words.toTenants}
          </Link>
        </p>
      )}
      {preview !== undefined && preview.tenants > 0 && (
        <Body preview={preview} dirty={dirty} on={on} stale={asking} />
      )}
    </aside>
  );
}

interface BodyProps {
  preview: Preview;
  dirty: boolean;
  on: boolean;
  stale: boolean;
}

function Body({ preview, dirty, on, stale }: BodyProps) {
  const { turned_on: gain, turned_off: lose, requests_are_counted: counted } = preview;
  const flips = gain.count + lose.count;
  return (
    <div className={classes.body} aria-busy={stale}>
      <div role="status" className={classes.counts}>
        {dirty && (
          <>
            <Count sign="+" count={gain.count} label={words.gain(gain.count)} />
            <Count sign="−" count={lose.count} label={words.lose(lose.count)} />
          </>
        )}
      </div>
      <Reach preview={preview} dirty={dirty} />
      {!dirty && <p className={classes.muted}>{words.unchanged}</p>}
      {dirty && flips === 0 && (
        <p className={classes.muted}>
          {words.nobody} {!on && words.whileOff}
        </p>
      )}
      <Tenants title={words.turnedOn} flips={gain} counted={counted} side="on" />
      <Tenants title={words.turnedOff} flips={lose} counted={counted} side="off" />
      {preview.attributes.length > 0 && (
        <Part title={words.byAttribute}>
          <table className={classes.table}>
            <tbody>
              {preview.attributes.slice(0, 12).map((it) => (
                <tr key={`${it.attribute} ${JSON.stringify(it.value)}`}>
                  <th scope="row">
                    <span className={classes.attribute}>{it.attribute}</span> {String(it.value)}
                  </th>
                  <td className={classes.of}>{words.attributeOf(it.tenants)}</td>
                  <td data-side={it.turned_on > 0 ? "on" : undefined}>
                    +{formatCount(it.turned_on)}
                  </td>
                  <td data-side={it.turned_off > 0 ? "off" : undefined}>
                    −{formatCount(it.turned_off)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Part>
      )}
      {preview.dependents.length > 0 && (
        <Part title={words.dependents}>
          <table className={classes.table}>
            <tbody>
              {preview.dependents.map((it) => (
                <tr key={it.flag}>
                  <th scope="row">
                    <code>{it.flag}</code>
                  </th>
                  <td>{words.dependent(it.turned_on.count, it.turned_off.count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Part>
      )}
      {flips > 0 && (
        <p className={classes.note}>{counted ? words.requestsCounted : words.requestsWeighed}</p>
      )}
    </div>
  );
}

function Count({ sign, count, label }: { sign: "+" | "−"; count: number; label: string }) {
  return (
    <span className={classes.count} data-side={count === 0 ? "none" : sign === "+" ? "on" : "off"}>
      <strong>
        {sign}
        {formatCount(count)}
      </strong>
      <span>{label}</span>
    </span>
  );
}

function Reach({ preview, dirty }: { preview: Preview; dirty: boolean }) {
  const rows = [
    { label: words.before, on: preview.on_before },
    ...(dirty ? [{ label: words.after, on: preview.on_after }] : []),
  ];
  return (
    <dl className={classes.reach}>
      {rows.map(({ label, on }, index) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <span className={classes.bar} aria-hidden="true">
              <span
                data-then={index === 1 || undefined}
                style={{ width: on > 0 ? `max(3px, ${(100 * on) / preview.tenants}%)` : 0 }}
              />
            </span>
            {words.ofTenants(on, preview.tenants)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface TenantsProps {
  title: string;
  flips: Preview["turned_on"];
  counted: boolean;
  side: "on" | "off";
}

const NAMES_SHOWN = 15;

function Tenants({ title, flips, counted, side }: TenantsProps) {
  if (flips.count === 0) {
    return null;
  }
  const shown = flips.tenants.slice(0, NAMES_SHOWN);
  return (
    <Part
      title={title}
      aside={words.shares(flips.share_of_tenants, flips.share_of_requests, counted)}
    >
      <ul className={classes.names} data-side={side}>
        {shown.map(({ key, name, before, after }) => (
          <li key={key}>
            <span className={classes.name} title={key}>
              {name}
            </span>
            <span className={classes.reason}>
              {words.because(side === "on" ? after.reason : before.reason)}
            </span>
          </li>
        ))}
      </ul>
      {shown.length < flips.count && (
        <p className={classes.note}>{words.more(flips.count - shown.length)}</p>
      )}
    </Part>
  );
}

function Part({ title, aside, children }: { title: string; aside?: string; children: ReactNode }) {
  return (
    <section className={classes.part}>
      <h3 className={classes.heading}>{title}</h3>
      {aside !== undefined && <p className={classes.aside}>{aside}</p>}
      {children}
    </section>
  );
}

/** The line of a preview that fits into a bar: `+12 −3`. */
export function FlipCounts({ preview }: { preview: Preview | undefined }) {
  if (preview === undefined) {
    return null;
  }
  return (
    <span className={classes.line}>
      <span data-side={preview.turned_on.count > 0 ? "on" : undefined}>
        +{formatCount(preview.turned_on.count)} ({formatShare(preview.turned_on.share_of_requests)})
      </span>
      <span data-side={preview.turned_off.count > 0 ? "off" : undefined}>
        −{formatCount(preview.turned_off.count)} (
        {formatShare(preview.turned_off.share_of_requests)})
      </span>
    </span>
  );
}
