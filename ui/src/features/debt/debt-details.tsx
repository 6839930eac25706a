/** One flag's debt: its number, whether it can go and by what proof, and the code that asks for it. */
import { Button, Drawer, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { whyNot } from "@/design/confirm-dialog";
import { ScrollRegion } from "@/design/scroll-region";
import { type IndebtedFlag, referencesQuery, removalQuery } from "@/features/debt/debt";
import { isFlag } from "@/features/debt/debt-list";
import { StateBadges } from "@/features/debt/state-badge";
import { commonText } from "@/text/common";
import { debtText } from "@/text/debt";
import { formatCount } from "@/text/format";
import classes from "./debt-details.module.css";

interface DebtDetailsProps {
  project: string;
  /** The key of the flag that is open; `undefined` for none. */
  flag: string | undefined;
  /** What the report says of it. */
  found: IndebtedFlag | undefined;
  /** To the flag's own page. */
  link?: ReactNode;
  onClose: () => void;
  onExtend: (key: string) => void;
  onArchive: (key: string) => void;
}

const words = debtText.details;
/** So many places are shown. */
const PLACES = 30;

export function DebtDetails({ flag, onClose, ...props }: DebtDetailsProps) {
  return (
    <Drawer
      opened={flag !== undefined}
      onClose={onClose}
      position="right"
      size="min(44rem, 100%)"
      title={flag === undefined ? "" : words.title(flag)}
      closeButtonProps={{ "aria-label": commonText.close }}
    >
      {flag !== undefined && <Details flag={flag} {...props} />}
    </Drawer>
  );
}

function Details({
  project,
  flag,
  found,
  link,
  onExtend,
  onArchive,
}: Omit<DebtDetailsProps, "onClose"> & { flag: string }) {
  const days = found?.days_past_expiry ?? 0;
  if (found === undefined) {
    return <p>{words.gone}</p>;
  }
  return (
    <div className={classes.details}>
      <div>
        <StateBadges states={found.states} />
        <p className={classes.explanation}>{found.explanation}</p>
        <p className={classes.formula}>
          {days > 0
            ? debtText.formula(found.debt ?? 0, days, found.references ?? 0, found.extensions ?? 0)
            : debtText.noDebt}
        </p>
      </div>
      {isFlag(found) ? (
        <div className={classes.actions}>
          {link}
          {found.expires_on != null && (
            <Button variant="default" onClick={() => onExtend(flag)}>
              {debtText.extend.action}
            </Button>
          )}
          <Button variant="default" onClick={() => onArchive(flag)}>
            {debtText.archive.action}
          </Button>
        </div>
      ) : (
        <p className={classes.help}>{words.noFlag}</p>
      )}
      {isFlag(found) && <Removal project={project} flag={flag} />}
      <References project={project} flag={flag} />
    </div>
  );
}

function Removal({ project, flag }: { project: string; flag: string }) {
  const { data, error } = useQuery(removalQuery(project, flag));
  if (error !== null) {
    return <p className={classes.error}>{whyNot(error)}</p>;
  }
  if (data === undefined) {
    return <Skeleton height={120} role="status" aria-label={words.loading} />;
  }
  const { keep, blockers = [], evidence = [], environments } = data;
  return (
    <section className={classes.section} aria-labelledby="removal">
      <h3 id="removal">{words.removal}</h3>
      {keep != null && (
        <p className={classes.ready}>{words.ready(keep === "on" ? words.on : words.off)}</p>
      )}
      {blockers.length > 0 && <Sentences title={words.keeps} sentences={blockers} />}
      {evidence.length > 0 && <Sentences title={words.evidence} sentences={evidence} />}
      <ScrollRegion label={words.answers}>
        <table className={classes.table}>
          <caption>{words.answers}</caption>
          <thead>
            <tr>
              <th scope="col">{words.environment}</th>
              <th scope="col">{words.on}</th>
              <th scope="col">{words.off}</th>
              <th scope="col">{words.differing}</th>
            </tr>
          </thead>
          <tbody>
            {environments.map(({ environment, on, off, differing }) => (
              <tr key={environment}>
                <th scope="row">{environment}</th>
                <td>{formatCount(on)}</td>
                <td>{formatCount(off)}</td>
                <td>{differing.length > 0 && <span>{differing.join(", ")}</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  );
}

function Sentences({ title, sentences }: { title: string; sentences: readonly string[] }) {
  return (
    <div>
      <strong>{title}</strong>
      <ul className={classes.sentences}>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </div>
  );
}

function References({ project, flag }: { project: string; flag: string }) {
  const { data, error } = useQuery(referencesQuery(project, flag));
  return (
    <section className={classes.section} aria-labelledby="references">
      <h3 id="references">{words.references}</h3>
      {error !== null && <p className={classes.error}>{whyNot(error)}</p>}
      {data?.items.length === 0 && <p className={classes.help}>{words.noReferences}</p>}
      {data !== undefined && data.items.length > 0 && (
        <ul className={classes.places}>
          {data.items.slice(0, PLACES).map(({ repository, path, line, column, call }) => (
            <li key={`${repository}/${path}/${line}/${column}`}>
              <code>{words.line(path, line)}</code>
              <span>
                {repository} · {call}
              </span>
            </li>
          ))}
        </ul>
      )}
      {data !== undefined && data.references > PLACES && (
        <p className={classes.help}>{words.moreReferences(data.references - PLACES)}</p>
      )}
      {data?.repositories
        .filter(({ gone_commit }) => gone_commit != null)
        .map(({ repository, gone_commit }) => (
          <p key={repository} className={classes.help}>
            {words.was(repository, (gone_commit ?? "").slice(0, 12))}
          </p>
        ))}
    </section>
  );
}
